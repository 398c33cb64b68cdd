package dev.parley.room.push;

import dev.parley.events.codec.Envelope;
import dev.parley.events.codec.EventCodec;
import dev.parley.events.codec.RoomPartitioner;
import dev.parley.events.id.RoomKey;
import dev.parley.kit.session.Role;
import dev.parley.kit.session.Session;
import dev.parley.room.Rooms;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/** What the tests of streams share: records, replicas, and a client with its connection. */
final class Listening {
  static final int TOPICS = 3;
  static final int PARTITION = RoomPartitioner.partition(Rooms.KEY.toString(), 1);

  static final Session ALICE = new Session(Rooms.APP, Rooms.ROOM, "alice", Role.PARTICIPANT);

  private Listening() {}

  /** A record of the room; its event's id is {@code topic-offset}. */
  static StreamRecord record(int topic, long offset) {
    return record(Rooms.KEY.toString(), topic, offset);
  }

  static StreamRecord record(String room, int topic, long offset) {
    RecordHeaders headers = new RecordHeaders();
    byte[] value =
        EventCodec.encode(
            new Envelope<>(
                topic + "-" + offset,
                "/test",
                Instant.ofEpochMilli(Rooms.T0),
                null,
                Rooms.opened("bob", Rooms.T0, "connection-1")),
            headers);
    return new StreamRecord(room, topic, offset, Rooms.T0 + offset, headers, value);
  }

  static String id(StreamRecord.Event event) {
    return Rooms.json(event.json()).path("id").asText();
  }

  /** A replica whose reader began at the beginning of everything. */
  static ListenerHub replica(int recentBytes) {
    ListenerHub hub = new ListenerHub(TOPICS, recentBytes, 1);
    hub.begin(Map.of(PARTITION, new long[TOPICS]));
    return hub;
  }

  /** A client: it remembers the last id, as browsers do. Its event loop runs when told to. */
  static final class Client implements RoomListener.Outlet {
    final List<String> heard = new ArrayList<>();
    final List<String> gaps = new ArrayList<>();
    final List<RoomListener.End> ends = new ArrayList<>();
    private final Deque<Runnable> loop = new ArrayDeque<>();
    private boolean full;
    private @Nullable String last;

    // Written, but not sent before it is flushed.
    private final Deque<Map.Entry<String, String>> written = new ArrayDeque<>();

    RoomListener connect(int maxPending) {
      return new RoomListener(ALICE, Rooms.KEY, Set.of(), maxPending, this);
    }

    StreamPosition position() {
      return StreamPosition.parse(String.valueOf(last), TOPICS).orElseThrow();
    }

    void takesNothing() {
      full = true;
    }

    void takesAgain(RoomListener listener) {
      full = false;
      listener.writable();
    }

    void settle() {
      for (Runnable task = next(); task != null; task = next()) {
        task.run();
      }
    }

    private @Nullable Runnable next() {
      synchronized (loop) {
        return loop.poll();
      }
    }

    @Override
    public boolean full() {
      return full;
    }

    @Override
    public void event(String position, StreamRecord.Event event) {
      written.add(Map.entry(position, id(event)));
    }

    @Override
    public void flush() {
      for (Map.Entry<String, String> each : written) {
        last = each.getKey();
        heard.add(each.getValue());
      }
      written.clear();
    }

    @Override
    public void alive(String position) {
      last = position;
    }

    @Override
    public void gap(String code, String detail) {
      gaps.add(code);
    }

    @Override
    public void end(RoomListener.End reason) {
      ends.add(reason);
    }

    @Override
    public void run(Runnable task) {
      synchronized (loop) {
        loop.add(task);
      }
    }
  }

  /** Kafka by hand: everything that there is, by topic and offset. */
  static final class Log implements MissedRecords {
    private final Map<Integer, TreeMap<Long, StreamRecord>> topics = new TreeMap<>();
    private boolean away;
    private int most = Integer.MAX_VALUE;
    private long earliest;

    void add(StreamRecord record) {
      topics.computeIfAbsent(record.topic(), key -> new TreeMap<>()).put(record.offset(), record);
    }

    void away() {
      away = true;
    }

    void atMost(int events) {
      most = events;
    }

    void forgetBefore(long offset) {
      earliest = offset;
    }

    @Override
    public Answer read(Session who, RoomKey room, long[] from, long[] upTo) {
      if (away) {
        return new Unavailable();
      }
      List<StreamRecord> found = new ArrayList<>();
      boolean expired = false;
      for (Map.Entry<Integer, TreeMap<Long, StreamRecord>> topic : topics.entrySet()) {
        long first = Math.max(earliest, from[topic.getKey()]);
        expired |= first > from[topic.getKey()];
        long end = upTo[topic.getKey()];
        if (first < end) {
          found.addAll(topic.getValue().subMap(first, end).values());
        }
      }
      boolean complete = found.size() <= most;
      return new Found(complete ? found : found.subList(0, most), expired, complete);
    }
  }
}
