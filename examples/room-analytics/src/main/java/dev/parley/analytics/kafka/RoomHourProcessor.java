package dev.parley.analytics.kafka;

import dev.parley.analytics.hour.Change;
import dev.parley.analytics.hour.Hour;
import dev.parley.analytics.hour.Mark;
import dev.parley.analytics.hour.OpenRoom;
import dev.parley.analytics.hour.RoomHour;
import dev.parley.events.Payload;
import dev.parley.events.Topic;
import dev.parley.events.codec.Decoded;
import dev.parley.events.codec.Envelope;
import dev.parley.events.codec.EventCodec;
import dev.parley.events.id.RoomKey;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the marks of the open hours, tells changed results, closes hours.
 *
 * <p>A mark is kept under the id of its event: an event that is told again is one that is already
 * there. Time passes by the events that are read, so that reading history again gives what the
 * first time gave; only a partition that has been idle for a while goes by the wall clock.
 */
final class RoomHourProcessor implements Processor<byte[], byte[], byte[], byte[]> {
  private static final Logger LOG = LoggerFactory.getLogger(RoomHourProcessor.class);
  private static final String OPEN_SINCE = "open-since";
  private static final long NOT_YET = -1;
  // No id may hold it, so that no room's marks are found under another room's name.
  private static final char SEPARATOR = '/';

  private final long graceMillis;
  private final Duration updateEvery;
  private final long idleAfterMillis;
  private final Set<String> changed = new LinkedHashSet<>();

  private @Nullable ProcessorContext<byte[], byte[]> context;
  private @Nullable KeyValueStore<String, OpenRoom> rooms;
  private @Nullable KeyValueStore<String, Mark> marks;
  private @Nullable KeyValueStore<String, Long> progress;
  private long lastRecordWallMillis = NOT_YET;

  RoomHourProcessor(Duration grace, Duration updateEvery, Duration idleAfter) {
    this.graceMillis = grace.toMillis();
    this.updateEvery = updateEvery;
    this.idleAfterMillis = idleAfter.toMillis();
  }

  @Override
  public void init(ProcessorContext<byte[], byte[]> processorContext) {
    context = processorContext;
    rooms = processorContext.getStateStore(RoomHourTopology.ROOMS);
    marks = processorContext.getStateStore(RoomHourTopology.MARKS);
    progress = processorContext.getStateStore(RoomHourTopology.PROGRESS);
    lastRecordWallMillis = NOT_YET;
    // Which rooms had news that were not told yet is not remembered: look at all of them.
    changed.clear();
    changed.addAll(roomNames());
    processorContext.schedule(updateEvery, PunctuationType.WALL_CLOCK_TIME, this::timePasses);
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    lastRecordWallMillis = context().currentSystemTimeMs();
    closeHours(context().currentStreamTimeMs());
    switch (EventCodec.decode(record.headers(), record.value())) {
      case Decoded.Event event -> take(record, event.envelope());
      case Decoded.Refused refused -> deadLetter(record, refused.code(), refused.reason());
      case Decoded.UnknownType unknown ->
          // A newer version writes it; it cannot be one of the few types that count.
          LOG.debug("type {} passed over", unknown.type());
      case Decoded.Tombstone tombstone -> {}
    }
  }

  private void take(Record<byte[], byte[]> record, Envelope<? extends Payload> envelope) {
    Payload data = envelope.data();
    Topic topic = envelope.type().topic();
    if (!topic.topicName().equals(origin().topic())) {
      deadLetter(
          record,
          DeadLetter.Code.WRONG_TOPIC,
          "type " + envelope.type().value() + " belongs on " + topic.topicName());
      return;
    }
    String room = data.recordKey();
    if (record.key() == null || !room.equals(new String(record.key(), StandardCharsets.UTF_8))) {
      deadLetter(
          record, DeadLetter.Code.KEY_MISMATCH, "the key is not the room that the data names");
      return;
    }
    if (data.eventTimeMillis() != record.timestamp()) {
      deadLetter(
          record,
          DeadLetter.Code.TIME_UNTRUSTED,
          "eventTimeMillis is not ce_time, or lies ahead of the record's own time");
      return;
    }
    Optional<Change> change = Change.of(data);
    if (change.isEmpty()) {
      return;
    }
    if (Hour.of(data.eventTimeMillis()).compareTo(firstOpen()) < 0) {
      deadLetter(record, DeadLetter.Code.LATE, "the hour of the event is closed");
      return;
    }
    Mark mark =
        new Mark(
            data.eventTimeMillis(),
            RoomHourTopology.SOURCES.indexOf(topic),
            origin().offset(),
            change.get());
    if (marks().putIfAbsent(markName(room, envelope.id()), mark) == null) {
      rooms().putIfAbsent(room, OpenRoom.EMPTY);
      changed.add(room);
    }
  }

  private void timePasses(long wallMillis) {
    if (lastRecordWallMillis == NOT_YET) {
      // Idle only since the task began: there may be a lot to read after a long stop.
      lastRecordWallMillis = wallMillis;
    }
    if (progress().get(OPEN_SINCE) == null) {
      return;
    }
    boolean idle = wallMillis - lastRecordWallMillis >= idleAfterMillis;
    closeHours(
        idle
            ? Math.max(wallMillis, context().currentStreamTimeMs())
            : context().currentStreamTimeMs());
    for (String name : changed) {
      OpenRoom room = rooms().get(name);
      if (room != null) {
        OpenRoom.Step step = room.update(RoomKey.parse(name), firstOpen(), marksOf(name).values());
        tell(step.news());
        if (!step.room().equals(room)) {
          rooms().put(name, step.room());
        }
      }
    }
    changed.clear();
  }

  private void closeHours(long nowMillis) {
    Hour open = Hour.of(nowMillis - graceMillis);
    Long before = progress().get(OPEN_SINCE);
    if (before != null && open.startMillis() <= before) {
      return;
    }
    if (before != null) {
      roomNames().forEach(name -> close(name, new Hour(before), open));
    }
    progress().put(OPEN_SINCE, open.startMillis());
  }

  private void close(String name, Hour first, Hour open) {
    OpenRoom room = Objects.requireNonNull(rooms().get(name));
    Map<String, Mark> known = marksOf(name);
    OpenRoom.Step step = room.close(RoomKey.parse(name), first, open, known.values());
    tell(step.news());
    boolean waiting = false;
    for (Map.Entry<String, Mark> mark : known.entrySet()) {
      if (mark.getValue().atMillis() < open.startMillis()) {
        marks().delete(mark.getKey());
      } else {
        waiting = true;
      }
    }
    if (step.room().equals(OpenRoom.EMPTY) && !waiting) {
      rooms().delete(name);
    } else {
      rooms().put(name, step.room());
    }
  }

  private void tell(List<RoomHour> news) {
    for (RoomHour result : news) {
      context().forward(RoomHourRecord.of(result), RoomHourTopology.TO_RESULTS);
    }
  }

  private void deadLetter(Record<byte[], byte[]> record, Enum<?> code, String reason) {
    RecordMetadata origin = origin();
    LOG.warn(
        "record not counted topic={} partition={} offset={} errorCode={}",
        origin.topic(),
        origin.partition(),
        origin.offset(),
        code);
    context()
        .forward(DeadLetter.of(record, origin, code, reason), RoomHourTopology.TO_DEAD_LETTERS);
  }

  private Hour firstOpen() {
    return new Hour(Objects.requireNonNull(progress().get(OPEN_SINCE)));
  }

  private List<String> roomNames() {
    List<String> names = new ArrayList<>();
    try (KeyValueIterator<String, OpenRoom> all = rooms().all()) {
      while (all.hasNext()) {
        names.add(all.next().key);
      }
    }
    return names;
  }

  private Map<String, Mark> marksOf(String room) {
    Map<String, Mark> result = new LinkedHashMap<>();
    try (KeyValueIterator<String, Mark> found =
        marks().prefixScan(markName(room, ""), new StringSerializer())) {
      while (found.hasNext()) {
        KeyValue<String, Mark> mark = found.next();
        result.put(mark.key, mark.value);
      }
    }
    return result;
  }

  private static String markName(String room, String eventId) {
    return room + SEPARATOR + eventId;
  }

  private RecordMetadata origin() {
    return context().recordMetadata().orElseThrow();
  }

  private ProcessorContext<byte[], byte[]> context() {
    return Objects.requireNonNull(context);
  }

  private KeyValueStore<String, OpenRoom> rooms() {
    return Objects.requireNonNull(rooms);
  }

  private KeyValueStore<String, Mark> marks() {
    return Objects.requireNonNull(marks);
  }

  private KeyValueStore<String, Long> progress() {
    return Objects.requireNonNull(progress);
  }
}
