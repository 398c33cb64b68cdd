package dev.parley.room.push;

import dev.parley.events.codec.RoomPartitioner;
import dev.parley.events.id.RoomKey;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Everybody who listens to rooms at this instance, fed by one reader. Keeps the newest records of
 * each partition in memory, so that the many who come back after a short break need no Kafka.
 */
public final class ListenerHub {
  /** What a listener that comes back is to do next. */
  public sealed interface Missed {
    /** Take these, then ask again from the position. */
    record Page(List<StreamRecord> records, StreamPosition next) implements Missed {}

    /** Nothing: it has everything, and gets what comes from now on. */
    record Nothing() implements Missed {}

    /** Read the records from its position up to there from Kafka, then ask again. */
    record OnlyInKafka(StreamPosition upTo) implements Missed {}
  }

  private static final int PAGE = 256;

  private final int topics;
  private final int bytesPerPartition;
  private final Map<String, Set<RoomListener>> listeners = new HashMap<>();
  private final Map<Integer, Recent> partitions = new HashMap<>();
  private Consumer<RoomListener> catchUp;
  private int count;

  /** The newest records of one partition of all topics. */
  private static final class Recent {
    private final long[] next;
    private final long[] oldest;
    private final Deque<StreamRecord> records = new ArrayDeque<>();
    private int bytes;

    Recent(long[] start) {
      next = start.clone();
      oldest = start.clone();
    }

    void add(StreamRecord record, int maxBytes) {
      next[record.topic()] = record.offset() + 1;
      records.add(record);
      bytes += record.bytes();
      while (bytes > maxBytes && !records.isEmpty()) {
        StreamRecord gone = records.remove();
        bytes -= gone.bytes();
        oldest[gone.topic()] = gone.offset() + 1;
      }
    }
  }

  /**
   * A hub without listeners.
   *
   * @param topics of how many topics a stream is made
   * @param recentBytes memory for the newest records of all partitions
   */
  public ListenerHub(int topics, int recentBytes, int partitionCount) {
    this.topics = topics;
    this.catchUp = listener -> listener.end(RoomListener.End.TRY_AGAIN);
    this.bytesPerPartition = recentBytes / Math.max(1, partitionCount);
  }

  /** Who is told of a listener that fell behind; must not block. Without, such a one is let go. */
  public synchronized void whenBehind(Consumer<RoomListener> whoCatchesUp) {
    catchUp = whoCatchesUp;
  }

  /** The reader begins, or begins again after it broke off: of each partition, its offsets. */
  public synchronized void begin(Map<Integer, long[]> starts) {
    for (Map.Entry<Integer, long[]> start : starts.entrySet()) {
      Recent known = partitions.get(start.getKey());
      // Going on where it was leaves nothing out, and then what is in memory stays true.
      if (known == null || !Arrays.equals(known.next, start.getValue())) {
        partitions.put(start.getKey(), new Recent(start.getValue()));
      }
    }
  }

  /** Where the reader stands; empty before it began. */
  public synchronized Map<Integer, long[]> positions() {
    Map<Integer, long[]> positions = new HashMap<>();
    partitions.forEach((partition, recent) -> positions.put(partition, recent.next.clone()));
    return positions;
  }

  /** Where the reader stands on a room's partition; null before it began. */
  synchronized long @Nullable [] position(RoomKey room) {
    Recent recent = recent(room);
    return recent == null ? null : recent.next.clone();
  }

  /** How many listen. */
  public synchronized int listeners() {
    return count;
  }

  /** The reader read a record. */
  public synchronized void take(int partition, StreamRecord record) {
    Recent recent = partitions.get(partition);
    if (recent == null) {
      return;
    }
    recent.add(record, bytesPerPartition);
    Set<RoomListener> present = listeners.get(record.room());
    if (present != null) {
      for (RoomListener listener : List.copyOf(present)) {
        if (listener.closed()) {
          remove(listener);
        } else if (!listener.offer(record)) {
          // A burst is handed over faster than an event loop gets to it: no reason to let go. It
          // comes back when it has been given what it lacks.
          remove(listener);
          catchUp.accept(listener);
        }
      }
    }
  }

  /**
   * A listener begins with what comes from now on.
   *
   * @return false when the reader has not begun yet
   */
  public synchronized boolean begin(RoomListener listener) {
    Recent recent = recent(listener.room());
    if (recent == null) {
      return false;
    }
    listener.startAt(recent.next);
    attach(listener);
    return true;
  }

  /**
   * What a listener has missed that stands at that position.
   *
   * @return null when the reader has not begun yet
   */
  public synchronized @Nullable Missed missed(RoomListener listener, long[] position) {
    Recent recent = recent(listener.room());
    if (recent == null) {
      return null;
    }
    boolean here = true;
    for (int topic = 0; topic < topics; topic++) {
      if (position[topic] < recent.oldest[topic]) {
        return new Missed.OnlyInKafka(StreamPosition.of(recent.oldest));
      }
      here &= position[topic] >= recent.next[topic];
    }
    if (here) {
      attach(listener);
      return new Missed.Nothing();
    }
    String room = listener.room().toString();
    long[] next = position.clone();
    List<StreamRecord> page = new ArrayList<>();
    for (StreamRecord record : recent.records) {
      if (record.offset() >= next[record.topic()]) {
        next[record.topic()] = record.offset() + 1;
        if (record.room().equals(room)) {
          page.add(record);
          if (page.size() == PAGE) {
            return new Missed.Page(page, StreamPosition.of(next));
          }
        }
      }
    }
    for (int topic = 0; topic < topics; topic++) {
      next[topic] = Math.max(next[topic], recent.next[topic]);
    }
    return new Missed.Page(page, StreamPosition.of(next));
  }

  private @Nullable Recent recent(RoomKey room) {
    if (partitions.isEmpty()) {
      return null;
    }
    return partitions.get(RoomPartitioner.partition(room.toString(), partitions.size()));
  }

  private void attach(RoomListener listener) {
    if (!listener.closed()
        && listeners
            .computeIfAbsent(listener.room().toString(), key -> new LinkedHashSet<>())
            .add(listener)) {
      count++;
    }
  }

  /** A listener is gone. */
  public synchronized void remove(RoomListener listener) {
    String key = listener.room().toString();
    Set<RoomListener> present = listeners.get(key);
    if (present != null && present.remove(listener)) {
      count--;
      if (present.isEmpty()) {
        listeners.remove(key);
      }
    }
  }

  /** Lets everybody know that the stream is alive, and where it stands. */
  public synchronized void heartbeat() {
    listeners
        .values()
        .forEach(
            present ->
                present.forEach(
                    listener -> {
                      Recent recent = recent(listener.room());
                      if (recent != null) {
                        listener.passed(recent.next.clone());
                      }
                    }));
  }
}
