package dev.parley.room.kafka;

import dev.parley.events.BadRow;
import dev.parley.events.Bytes;
import dev.parley.events.Observation;
import dev.parley.events.PayloadTypes;
import dev.parley.events.Topic;
import dev.parley.events.codec.Decoded;
import dev.parley.events.codec.Envelope;
import dev.parley.events.codec.EventCodec;
import dev.parley.events.codec.EventIds;
import dev.parley.events.id.RoomKey;
import dev.parley.room.Fact;
import dev.parley.room.ReducerRules;
import dev.parley.room.Repeats;
import dev.parley.room.RoomMemory;
import dev.parley.room.RoomReducer;
import dev.parley.room.Step;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.UUID;
import org.apache.kafka.common.header.internals.RecordHeaders;
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
  private static final int CACHED_ROOMS = 2_000;
  private static final byte[] TOLD = {1};

  private record Due(long atMillis, String room) {}

  private final RoomReducer reducer;
  private final long idleAfterMillis;
  private final Clock clock;
  private final PriorityQueue<Due> deadlines =
      new PriorityQueue<>((a, b) -> Long.compare(a.atMillis(), b.atMillis()));
  private final Map<String, Long> scheduled = new HashMap<>();
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
    scheduled.clear();
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
    switch (EventCodec.decode(record.headers(), record.value())) {
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
      case Decoded.Refused refused ->
          badRow(
              record, "record_" + refused.code().name().toLowerCase(Locale.ROOT), refused.reason());
      case Decoded.UnknownType unknown -> {
        // Written by a newer version; that version's reducer will know it.
      }
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
    while (!deadlines.isEmpty() && deadlines.element().atMillis() <= now) {
      Due due = deadlines.remove();
      if (Long.valueOf(due.atMillis()).equals(scheduled.get(due.room()))) {
        scheduled.remove(due.room());
        RoomMemory memory = memory(due.room());
        Step step = reducer.advance(memory, RoomKey.parse(due.room()), now);
        apply(due.room(), step, Instant.ofEpochMilli(now), null, now);
      }
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
      scheduled.remove(key);
      return;
    }
    if (!step.memory().equals(cache.put(key, step.memory()))) {
      store().put(key, step.memory().toBytes());
    }
    schedule(key, step.memory());
  }

  private void schedule(String key, RoomMemory memory) {
    long next = reducer.nextDeadline(memory);
    Long before = scheduled.get(key);
    // A deadline that moved away is looked at in vain once; that is cheaper than a queue entry for
    // every record.
    if (next != Long.MAX_VALUE && (before == null || next < before)) {
      scheduled.put(key, next);
      deadlines.add(new Due(next, key));
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

  private void badRow(Record<String, byte[]> record, String code, String reason) {
    byte[] value = record.value() == null ? new byte[0] : record.value();
    boolean truncated = value.length > BadRow.MAX_RAW_BYTES;
    Map<String, String> origin = new LinkedHashMap<>();
    origin.put("topic", Topic.ROOM_OBSERVATIONS.topicName());
    String position =
        context()
            .recordMetadata()
            .map(RoomProcessor::position)
            .orElse(Long.toString(record.timestamp()));
    origin.put("position", position);
    String key = record.key() == null ? "" : record.key();
    int separator = key.indexOf(':');
    BadRow row =
        new BadRow(
            separator > 0 ? key.substring(0, separator) : null,
            separator > 0 ? key.substring(separator + 1) : null,
            record.timestamp(),
            BadRow.Source.TOPIC,
            code,
            reason,
            Bytes.of(truncated ? Arrays.copyOf(value, BadRow.MAX_RAW_BYTES) : value),
            truncated,
            origin);
    forward(
        Topic.BAD_ROWS,
        row.recordKey(),
        new Envelope<>(
            EventIds.derived("bad-observation", position, code),
            SOURCE,
            Instant.ofEpochMilli(record.timestamp()),
            null,
            row),
        record.timestamp());
  }

  private static String position(RecordMetadata metadata) {
    return metadata.partition() + ":" + metadata.offset();
  }

  private KeyValueStore<String, byte[]> store() {
    return Objects.requireNonNull(rooms);
  }

  private ProcessorContext<String, Envelope<?>> context() {
    return Objects.requireNonNull(context);
  }
}
