package dev.parley.room.kafka;

import dev.parley.events.BadRow;
import dev.parley.events.Bytes;
import dev.parley.events.Observation;
import dev.parley.events.Payload;
import dev.parley.events.PayloadTypes;
import dev.parley.events.RoomMessage;
import dev.parley.events.Topic;
import dev.parley.events.codec.BadRows;
import dev.parley.events.codec.Decoded;
import dev.parley.events.codec.Envelope;
import dev.parley.events.codec.EventCodec;
import dev.parley.events.codec.EventIds;
import dev.parley.events.codec.EventRefusedException;
import dev.parley.events.codec.EventTooLargeException;
import dev.parley.events.id.RoomKey;
import dev.parley.room.Fact;
import dev.parley.room.ReducerRules;
import dev.parley.room.Repeats;
import dev.parley.room.RoomMemory;
import dev.parley.room.RoomReducer;
import dev.parley.room.Step;
import io.micrometer.core.instrument.Counter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.WindowStore;
import org.apache.kafka.streams.state.WindowStoreIterator;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Runs the reducer over one partition.
 *
 * <p>Time passes by what is read, not by the wall: while records come in, deadlines are measured
 * against the newest record's ingestion, so that catching up or reducing history again gives what
 * the first time gave. Only when a partition has been idle for a while does the wall clock count,
 * and only while Kafka answers. After a time in which nothing could be read, connections get a
 * while to be heard again before they count as gone.
 */
final class RoomProcessor implements Processor<String, byte[], String, byte[]> {
  private static final Logger LOG = Logger.getLogger(RoomProcessor.class);
  private static final String SOURCE = "/parley/room-gateway";

  // Of a partition. Reading a room from its bytes costs little; keeping many of them alive costs
  // the garbage collector a lot.
  private static final int CACHED_ROOMS = 256;

  // A sixteenth of the heap for all partitions together.
  private static final long CACHED_BYTES = Runtime.getRuntime().maxMemory() / 16 / Topic.PARTITIONS;
  private static final byte[] TOLD = {1};
  private static final Instant ALWAYS = Instant.ofEpochMilli(Long.MAX_VALUE);

  /** What a room's memory may take: far below what Kafka takes as one record of the changelog. */
  static final int MAX_ROOM_BYTES = 512 * 1024;

  // What a memory begins with.
  private static final int KNOWN_LAYOUT = RoomMemory.EMPTY.toBytes()[0];

  // Earlier than any: what cannot be read is begun anew as soon as time passes.
  private static final long AT_ONCE = 0;

  private final long idleAfterMillis;
  private final long patienceMillis;
  private final long unheardAfterMillis;
  private final BooleanSupplier kafkaAnswers;
  private final Clock clock;
  private final Counter unreadable;
  private final Deadlines deadlines = new Deadlines();
  private final Map<String, RoomMemory> cache =
      new LinkedHashMap<>(256, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, RoomMemory> eldest) {
          return size() > CACHED_ROOMS;
        }
      };

  private final RecentBytes bytesOfRooms = new RecentBytes(CACHED_BYTES);

  // What the step under way tells for the first time.
  private final Map<String, Long> toldNow = new HashMap<>();

  // The same of what is driven again: with its event time, remembered from when it is driven.
  private final Map<String, Long> toldAgainNow = new HashMap<>();

  private @Nullable ProcessorContext<String, byte[]> context;
  private @Nullable KeyValueStore<String, byte[]> rooms;
  private @Nullable WindowStore<String, byte[]> told;
  private RoomReducer reducer;
  private long newestIngestMillis;
  private long lastRecordWallMillis;
  private long passedMillis;

  RoomProcessor(
      ReducerRules rules,
      Duration idleAfter,
      BooleanSupplier kafkaAnswers,
      Clock clock,
      Counter unreadable) {
    this.reducer = new RoomReducer(rules);
    this.idleAfterMillis = idleAfter.toMillis();
    this.patienceMillis = rules.patience().toMillis();
    this.unheardAfterMillis = rules.unheardAfter().toMillis();
    this.kafkaAnswers = kafkaAnswers;
    this.clock = clock;
    this.unreadable = unreadable;
  }

  @Override
  public void init(ProcessorContext<String, byte[]> processorContext) {
    context = processorContext;
    rooms = processorContext.getStateStore(RoomTopology.ROOMS);
    told = processorContext.getStateStore(RoomTopology.REPEATS);
    // A task that is revived after a failed transaction starts from its stores alone.
    cache.clear();
    bytesOfRooms.clear();
    deadlines.clear();
    newestIngestMillis = 0;
    passedMillis = 0;
    lastRecordWallMillis = clock.millis();
    try (KeyValueIterator<String, byte[]> all = store().all()) {
      while (all.hasNext()) {
        KeyValue<String, byte[]> entry = all.next();
        scheduleStored(entry.key, entry.value);
      }
    }
    processorContext.schedule(
        Duration.ofSeconds(1), PunctuationType.WALL_CLOCK_TIME, this::timePasses);
  }

  private void scheduleStored(String key, byte[] bytes) {
    RoomMemory memory;
    try {
      memory = readable(key, bytes);
    } catch (NewerMemoryException e) {
      throw e;
    } catch (RuntimeException e) {
      // Nothing can be written before the first record or second: there it is begun anew.
      deadlines.by(key, AT_ONCE);
      return;
    }
    schedule(key, memory);
  }

  private static RoomMemory readable(String key, byte @Nullable [] bytes) {
    if (bytes != null && bytes.length > 0 && bytes[0] > KNOWN_LAYOUT) {
      throw new NewerMemoryException(key, bytes[0], KNOWN_LAYOUT);
    }
    return RoomMemory.ofBytes(bytes);
  }

  @Override
  public void process(Record<String, byte[]> record) {
    lastRecordWallMillis = context().currentSystemTimeMs();
    byte[] key = record.key() == null ? null : record.key().getBytes(StandardCharsets.UTF_8);
    switch (EventCodec.decode(key, record.headers(), record.value())) {
      case Decoded.Event event -> {
        if (event.envelope().data() instanceof Observation observation) {
          observed(record, event.envelope(), observation);
        } else {
          badRow(
              record,
              "not_an_observation",
              "a record of type " + event.envelope().type().value() + " is no observation");
        }
      }
      case Decoded.Refused refused -> refused(record, refused);
      case Decoded.UnknownType unknown ->
          // Perhaps written by a newer version: its reducer can have it driven again.
          badRow(record, "unknown_type", "a record of a type that this version does not know");
      case Decoded.Tombstone tombstone -> {}
    }
  }

  private void observed(
      Record<String, byte[]> record, Envelope<?> envelope, Observation observation) {
    newestIngestMillis = Math.max(newestIngestMillis, envelope.ingestedAt().toEpochMilli());
    itIs(newestIngestMillis);
    String key = observation.recordKey();
    Envelope<Observation> observed =
        new Envelope<>(
            envelope.id(),
            envelope.source(),
            envelope.ingestedAt(),
            envelope.traceparent(),
            observation);
    RoomMemory before;
    @Nullable Fitting fitting;
    List<Written> written = new ArrayList<>();
    toldNow.clear();
    toldAgainNow.clear();
    boolean drivenAgain = record.headers().lastHeader(ReplayRun.REPLAY_HEADER) != null;
    try {
      if (drivenAgain
          && !firstTimeAgain("observation " + key + " " + envelope.id(), 0, Duration.ZERO)) {
        return;
      }
      before = memory(key);
      if (!drivenAgain && RoomReducer.tooFarBehind(before, observation)) {
        badRow(
            record,
            "too_far_behind",
            "its client is "
                + ReducerRules.MAX_REPORTS_BEHIND
                + " reports or more further on: whether it was counted before cannot be told");
        return;
      }
      fitting =
          fitting(
              reducer.reduce(
                  before,
                  observed,
                  drivenAgain,
                  drivenAgain ? this::firstTimeAgain : this::firstTime));
      if (fitting == null) {
        badRow(record, "room_too_large", "its room has no space for anything more");
        return;
      }
      for (Fact fact : fitting.step.facts()) {
        written.add(write(fact, envelope.ingestedAt(), envelope.traceparent(), record.timestamp()));
      }
    } catch (EventRefusedException e) {
      badRow(record, "fact_refused", "what follows from it cannot be written: " + e.getMessage());
      return;
    } catch (RuntimeException e) {
      // One observation must not stop a partition for ever; it is kept and can be driven again.
      String incident = UUID.randomUUID().toString();
      LOG.errorf(e, "observation not reduced incident=%s eventId=%s", incident, envelope.id());
      badRow(record, "reducer_failed", "the reducer failed, incident " + incident);
      return;
    }
    toldNow.forEach((identity, atMillis) -> toldStore().put(identity, TOLD, atMillis));
    toldAgainNow.forEach(
        (identity, atMillis) ->
            toldStore().put(identity, bytes(atMillis), Math.max(0, record.timestamp())));
    apply(key, before, fitting, written, Math.max(0, record.timestamp()));
  }

  private void timePasses(long wallMillis) {
    boolean idle = wallMillis - lastRecordWallMillis >= idleAfterMillis;
    if (idle && !kafkaAnswers.getAsBoolean()) {
      return;
    }
    long now = idle ? wallMillis : newestIngestMillis;
    itIs(now);
    // Each room once: what is still due then waits for the next time.
    List<String> due = new ArrayList<>();
    for (String room = deadlines.poll(now); room != null; room = deadlines.poll(now)) {
      due.add(room);
    }
    for (String room : due) {
      RoomMemory before;
      @Nullable Fitting fitting;
      List<Written> written = new ArrayList<>();
      try {
        before = memory(room);
        Step step = reducer.advance(before, RoomKey.parse(room), now);
        if (step.memory().equals(before)
            && step.facts().isEmpty()
            && !before.equals(RoomMemory.EMPTY)) {
          // Looked at in vain, mostly because its deadline had moved away: nothing is written, and
          // no other room loses its place.
          schedule(room, before);
          continue;
        }
        fitting = fitting(step);
        if (fitting == null) {
          LOG.errorf("a room takes too much space room=%s", room);
          continue;
        }
        for (Fact fact : fitting.step.facts()) {
          written.add(write(fact, Instant.ofEpochMilli(now), null, now));
        }
      } catch (RuntimeException e) {
        // The room stays as it is until something is reported of it again.
        LOG.errorf(e, "time did not pass in a room room=%s", room);
        continue;
      }
      apply(room, before, fitting, written, now);
    }
  }

  // Time that jumps had nobody to be heard in it: Kafka or this process stood still, or the
  // partition has come from another instance.
  private void itIs(long nowMillis) {
    if (nowMillis - passedMillis > unheardAfterMillis) {
      reducer = reducer.patientUntil(nowMillis + patienceMillis);
    }
    passedMillis = Math.max(passedMillis, nowMillis);
  }

  /** A step whose memory the store takes, and that memory as bytes. */
  private static final class Fitting {
    private final Step step;
    private final byte[] bytes;

    Fitting(Step step, byte[] bytes) {
      this.step = step;
      this.bytes = bytes;
    }
  }

  // Nothing that the changelog refuses may be kept: it would stop the partition.
  private static @Nullable Fitting fitting(Step step) {
    byte[] bytes = step.memory().toBytes();
    if (bytes.length <= MAX_ROOM_BYTES) {
      return new Fitting(step, bytes);
    }
    RoomMemory less = step.memory().withLessHistory();
    byte[] fewer = less.toBytes();
    return fewer.length <= MAX_ROOM_BYTES ? new Fitting(new Step(less, step.facts()), fewer) : null;
  }

  /** A fact as it goes to its topic. */
  private record Written(Topic topic, Record<String, byte[]> record) {}

  // Before anything of a step is forwarded or kept: what no topic takes must not stop the rest.
  private static Written write(
      Fact fact, Instant ingestedAt, @Nullable String traceparent, long timestamp) {
    try {
      return write(fact.id(), ingestedAt, traceparent, fact.data(), timestamp);
    } catch (EventTooLargeException e) {
      if (fact.data() instanceof RoomMessage message && message.body() != null) {
        // The frame says the same as the body.
        return write(fact.id(), ingestedAt, traceparent, withoutBody(message), timestamp);
      }
      throw e;
    }
  }

  private static Written write(
      String id, Instant ingestedAt, @Nullable String traceparent, Payload data, long timestamp) {
    Headers headers = new RecordHeaders();
    byte[] value =
        EventCodec.encode(new Envelope<>(id, SOURCE, ingestedAt, traceparent, data), headers);
    return new Written(
        PayloadTypes.of(data.getClass()).topic(),
        new Record<>(data.recordKey(), value, Math.max(0, timestamp), headers));
  }

  private static RoomMessage withoutBody(RoomMessage message) {
    return new RoomMessage(
        message.appId(),
        message.roomId(),
        message.eventTimeMillis(),
        message.senderUserId(),
        message.receiverUserId(),
        message.magic(),
        message.frame(),
        null);
  }

  private void apply(
      String key, RoomMemory before, Fitting fitting, List<Written> written, long timestamp) {
    Step step = fitting.step;
    written.forEach(this::forward);
    if (step.memory().equals(RoomMemory.EMPTY)) {
      if (store().delete(key) != null) {
        forward(new Written(Topic.ROOMS, new Record<>(key, null, timestamp)));
      }
      cache.remove(key);
      bytesOfRooms.remove(key);
      deadlines.cancel(key);
      return;
    }
    cache.put(key, step.memory());
    if (!step.memory().equals(before)) {
      store().put(key, fitting.bytes);
      bytesOfRooms.put(key, fitting.bytes);
    }
    schedule(key, step.memory());
  }

  private void schedule(String key, RoomMemory memory) {
    long next = reducer.nextDeadline(memory);
    if (next != Long.MAX_VALUE) {
      deadlines.by(key, next);
    }
  }

  private void forward(Written written) {
    context().forward(written.record(), RoomTopology.sink(written.topic()));
  }

  private RoomMemory memory(String key) {
    RoomMemory cached = cache.get(key);
    if (cached != null) {
      return cached;
    }
    byte[] recent = bytesOfRooms.get(key);
    byte[] bytes = recent == null ? store().get(key) : recent;
    try {
      return readable(key, bytes);
    } catch (NewerMemoryException e) {
      throw e;
    } catch (RuntimeException e) {
      begunAnew(key, bytes, e);
      return RoomMemory.EMPTY;
    }
  }

  // One room that cannot be read must not stop all others: what its clients tell fills it again.
  private void begunAnew(String key, byte[] bytes, RuntimeException failure) {
    unreadable.increment();
    LOG.errorf(
        failure,
        "the memory of a room cannot be read, the room is begun anew room=%s layout=%s bytes=%d",
        key,
        bytes.length == 0 ? "none" : Byte.toString(bytes[0]),
        bytes.length);
    RoomKey room = RoomKey.parse(key);
    boolean truncated = bytes.length > BadRow.MAX_RAW_BYTES;
    Bytes raw = Bytes.of(truncated ? Arrays.copyOf(bytes, BadRow.MAX_RAW_BYTES) : bytes);
    BadRow row =
        new BadRow(
            room.appId().value(),
            room.roomId().value(),
            context().currentSystemTimeMs(),
            BadRow.Source.TOPIC,
            "room_unreadable",
            "the memory of the room cannot be read, the room is begun anew",
            raw,
            truncated,
            Map.of("store", RoomTopology.ROOMS));
    forward(
        write(
            EventIds.derived("unreadable-room", key, raw.toBase64()),
            Instant.ofEpochMilli(row.eventTimeMillis()),
            null,
            row,
            row.eventTimeMillis()));
  }

  /** See {@link Repeats}. It counts as told once the step that tells it is done. */
  private boolean firstTime(String identity, long atMillis, Duration within) {
    if (toldNow.containsKey(identity)) {
      return false;
    }
    long from = Math.max(0, atMillis - within.toMillis());
    long to = atMillis + within.toMillis();
    try (WindowStoreIterator<byte[]> known =
        toldStore().fetch(identity, Instant.ofEpochMilli(from), Instant.ofEpochMilli(to))) {
      if (known.hasNext()) {
        return false;
      }
    }
    toldNow.put(identity, atMillis);
    return true;
  }

  /**
   * The same for what is driven again, perhaps after days: the store keeps nothing that is so long
   * ago, so that is remembered from now on, by parts of event time as long as the window. Of one
   * part no more than one is told.
   */
  private boolean firstTimeAgain(String identity, long atMillis, Duration within) {
    long span = Math.max(1, within.toMillis());
    long part = atMillis / span;
    for (long each = part - 1; each <= part + 1; each++) {
      String name = drivenAgain(identity, each);
      Long now = toldAgainNow.get(name);
      if (now != null && Math.abs(now - atMillis) <= span) {
        return false;
      }
      try (WindowStoreIterator<byte[]> known = toldStore().fetch(name, Instant.EPOCH, ALWAYS)) {
        while (known.hasNext()) {
          if (Math.abs(millis(known.next().value) - atMillis) <= span) {
            return false;
          }
        }
      }
    }
    if (!firstTime(identity, atMillis, within)) {
      return false;
    }
    toldAgainNow.put(drivenAgain(identity, part), atMillis);
    return true;
  }

  private static String drivenAgain(String identity, long part) {
    return "again " + part + " " + identity;
  }

  private static byte[] bytes(long millis) {
    return ByteBuffer.allocate(Long.BYTES).putLong(millis).array();
  }

  private static long millis(byte[] bytes) {
    return ByteBuffer.wrap(bytes).getLong();
  }

  private WindowStore<String, byte[]> toldStore() {
    return Objects.requireNonNull(told);
  }

  private void refused(Record<String, byte[]> record, Decoded.Refused refused) {
    ConsumerRecord<String, byte[]> read = asRead(record);
    badRow(read, BadRows.ofRecord(read, refused, time(record)));
  }

  private void badRow(Record<String, byte[]> record, String code, String reason) {
    ConsumerRecord<String, byte[]> read = asRead(record);
    badRow(read, BadRows.ofRecord(read, code, reason, time(record)));
  }

  private void badRow(ConsumerRecord<String, byte[]> read, BadRow row) {
    forward(
        write(
            BadRows.idOf(read),
            Instant.ofEpochMilli(row.eventTimeMillis()),
            null,
            row,
            row.eventTimeMillis()));
  }

  private static Instant time(Record<String, byte[]> record) {
    return Instant.ofEpochMilli(Math.max(0, record.timestamp()));
  }

  // The record as a plain consumer reads it, which is what dead letters are made of.
  private ConsumerRecord<String, byte[]> asRead(Record<String, byte[]> record) {
    RecordMetadata at = context().recordMetadata().orElseThrow();
    return new ConsumerRecord<>(
        at.topic(),
        at.partition(),
        at.offset(),
        record.timestamp(),
        TimestampType.CREATE_TIME,
        ConsumerRecord.NULL_SIZE,
        ConsumerRecord.NULL_SIZE,
        record.key(),
        record.value(),
        record.headers(),
        Optional.empty());
  }

  private KeyValueStore<String, byte[]> store() {
    return Objects.requireNonNull(rooms);
  }

  private ProcessorContext<String, byte[]> context() {
    return Objects.requireNonNull(context);
  }
}
