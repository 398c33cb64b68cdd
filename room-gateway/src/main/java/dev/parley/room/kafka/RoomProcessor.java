package dev.parley.room.kafka;

import dev.parley.events.BadRow;
import dev.parley.events.Observation;
import dev.parley.events.PayloadTypes;
import dev.parley.events.Topic;
import dev.parley.events.codec.BadRows;
import dev.parley.events.codec.Decoded;
import dev.parley.events.codec.Envelope;
import dev.parley.events.codec.EventCodec;
import dev.parley.events.id.RoomKey;
import dev.parley.room.Fact;
import dev.parley.room.ReducerRules;
import dev.parley.room.Repeats;
import dev.parley.room.RoomMemory;
import dev.parley.room.RoomReducer;
import dev.parley.room.Step;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
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
 * the first time gave. Only when a partition has been idle for a while does the wall clock count.
 */
final class RoomProcessor implements Processor<String, byte[], String, Envelope<?>> {
  private static final Logger LOG = Logger.getLogger(RoomProcessor.class);
  private static final String SOURCE = "/parley/room-gateway";

  // Of a partition. Reading a room from the store costs little; keeping many of them alive costs
  // the garbage collector a lot.
  private static final int CACHED_ROOMS = 256;
  private static final byte[] TOLD = {1};

  private final RoomReducer reducer;
  private final long idleAfterMillis;
  private final Clock clock;
  private final Deadlines deadlines = new Deadlines();
  private final Map<String, RoomMemory> cache =
      new LinkedHashMap<>(256, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, RoomMemory> eldest) {
          return size() > CACHED_ROOMS;
        }
      };

  private @Nullable ProcessorContext<String, Envelope<?>> context;
  private @Nullable KeyValueStore<String, byte[]> rooms;
  private @Nullable WindowStore<String, byte[]> told;
  private long newestIngestMillis;
  private long lastRecordWallMillis;

  RoomProcessor(ReducerRules rules, Duration idleAfter, Clock clock) {
    this.reducer = new RoomReducer(rules);
    this.idleAfterMillis = idleAfter.toMillis();
    this.clock = clock;
  }

  @Override
  public void init(ProcessorContext<String, Envelope<?>> processorContext) {
    context = processorContext;
    rooms = processorContext.getStateStore(RoomTopology.ROOMS);
    told = processorContext.getStateStore(RoomTopology.REPEATS);
    // A task that is revived after a failed transaction starts from its stores alone.
    cache.clear();
    deadlines.clear();
    newestIngestMillis = 0;
    lastRecordWallMillis = clock.millis();
    try (KeyValueIterator<String, byte[]> all = store().all()) {
      while (all.hasNext()) {
        KeyValue<String, byte[]> entry = all.next();
        schedule(entry.key, RoomMemory.ofBytes(entry.value));
      }
    }
    processorContext.schedule(
        Duration.ofSeconds(1), PunctuationType.WALL_CLOCK_TIME, this::timePasses);
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
    String key = observation.recordKey();
    Envelope<Observation> observed =
        new Envelope<>(
            envelope.id(),
            envelope.source(),
            envelope.ingestedAt(),
            envelope.traceparent(),
            observation);
    Step step;
    try {
      step = reducer.reduce(memory(key), observed, this::firstTime);
    } catch (RuntimeException e) {
      // One observation must not stop a partition for ever; it is kept and can be driven again.
      String incident = UUID.randomUUID().toString();
      LOG.errorf(e, "observation not reduced incident=%s eventId=%s", incident, envelope.id());
      badRow(record, "reducer_failed", "the reducer failed, incident " + incident);
      return;
    }
    apply(key, step, envelope.ingestedAt(), envelope.traceparent(), record.timestamp());
  }

  private void timePasses(long wallMillis) {
    boolean idle = wallMillis - lastRecordWallMillis >= idleAfterMillis;
    long now = idle ? wallMillis : newestIngestMillis;
    for (String room = deadlines.poll(now); room != null; room = deadlines.poll(now)) {
      Step step = reducer.advance(memory(room), RoomKey.parse(room), now);
      apply(room, step, Instant.ofEpochMilli(now), null, now);
    }
  }

  private void apply(
      String key, Step step, Instant ingestedAt, @Nullable String traceparent, long timestamp) {
    for (Fact fact : step.facts()) {
      Envelope<?> envelope =
          new Envelope<>(fact.id(), SOURCE, ingestedAt, traceparent, fact.data());
      forward(
          PayloadTypes.of(fact.data().getClass()).topic(),
          fact.data().recordKey(),
          envelope,
          timestamp);
    }
    if (step.memory().equals(RoomMemory.EMPTY)) {
      if (store().delete(key) != null) {
        forward(Topic.ROOMS, key, null, timestamp);
      }
      cache.remove(key);
      deadlines.cancel(key);
      return;
    }
    if (!step.memory().equals(cache.put(key, step.memory()))) {
      store().put(key, step.memory().toBytes());
    }
    schedule(key, step.memory());
  }

  private void schedule(String key, RoomMemory memory) {
    long next = reducer.nextDeadline(memory);
    if (next != Long.MAX_VALUE) {
      deadlines.by(key, next);
    }
  }

  private void forward(
      Topic topic, String key, @Nullable Envelope<?> envelope, long timestampMillis) {
    context()
        .forward(
            new Record<>(key, envelope, Math.max(0, timestampMillis), new RecordHeaders()),
            RoomTopology.sink(topic));
  }

  private RoomMemory memory(String key) {
    RoomMemory cached = cache.get(key);
    return cached == null ? RoomMemory.ofBytes(store().get(key)) : cached;
  }

  /** See {@link Repeats}. */
  private boolean firstTime(String identity, long atMillis, Duration within) {
    WindowStore<String, byte[]> store = Objects.requireNonNull(told);
    long from = Math.max(0, atMillis - within.toMillis());
    long to = atMillis + within.toMillis();
    try (WindowStoreIterator<byte[]> known =
        store.fetch(identity, Instant.ofEpochMilli(from), Instant.ofEpochMilli(to))) {
      if (known.hasNext()) {
        return false;
      }
    }
    store.put(identity, TOLD, atMillis);
    return true;
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
        Topic.BAD_ROWS,
        row.recordKey(),
        new Envelope<>(
            BadRows.idOf(read), SOURCE, Instant.ofEpochMilli(row.eventTimeMillis()), null, row),
        row.eventTimeMillis());
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

  private ProcessorContext<String, Envelope<?>> context() {
    return Objects.requireNonNull(context);
  }
}
