package dev.parley.room;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.events.Bytes;
import dev.parley.events.Observation;
import dev.parley.events.Observation.BinaryMessageReported;
import dev.parley.events.Observation.Direction;
import dev.parley.events.Observation.MessageCallbackReceived;
import dev.parley.events.Observation.RelayClosed;
import dev.parley.events.Observation.RelayOpened;
import dev.parley.events.Observation.SdkEventReported;
import dev.parley.events.Observation.WebhookReceived;
import dev.parley.events.Observer;
import dev.parley.events.Payload;
import dev.parley.events.RoomState;
import dev.parley.events.codec.Envelope;
import dev.parley.events.codec.EventCodec;
import dev.parley.events.codec.EventRefusedException;
import dev.parley.events.codec.Json;
import dev.parley.events.id.AppId;
import dev.parley.events.id.ClientId;
import dev.parley.events.id.RoomId;
import dev.parley.events.id.RoomKey;
import dev.parley.events.id.TaskId;
import dev.parley.events.id.UserId;
import dev.parley.room.frame.Frame;
import dev.parley.room.frame.FrameCodec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** Observations for tests, and a reducer that runs over them. */
public final class Rooms {
  public static final AppId APP = new AppId("123456781234567812345678");
  public static final RoomId ROOM = new RoomId("Room123");
  public static final RoomKey KEY = new RoomKey(APP, ROOM);
  public static final long T0 = 1_750_000_000_000L;
  public static final UserId ALICE = new UserId("alice");
  public static final UserId BOB = new UserId("bob");
  public static final UserId AGENT = new UserId("agent-1");

  private Rooms() {}

  /** What the codec says of an event in the year 10000. */
  public static EventRefusedException refusedByTheCodec() {
    try {
      byte[] unused =
          EventCodec.encode(
              new Envelope<>(
                  "late",
                  "/test",
                  Instant.EPOCH,
                  null,
                  opened("alice", Payload.MAX_EVENT_TIME_MILLIS + 1, "c1")),
              new RecordHeaders());
      throw new AssertionError("the codec takes the year 10000");
    } catch (EventRefusedException e) {
      return e;
    }
  }

  /** Repeats in memory. */
  public static final class InMemoryRepeats implements Repeats {
    private final Map<String, List<Long>> told = new HashMap<>();

    @Override
    public boolean firstTime(String identity, long atMillis, Duration within) {
      List<Long> times = told.computeIfAbsent(identity, unused -> new ArrayList<>());
      if (times.stream().anyMatch(time -> Math.abs(time - atMillis) <= within.toMillis())) {
        return false;
      }
      times.add(atMillis);
      return true;
    }
  }

  /** A reducer with its memory of one room. */
  public static final class Run {
    private final RoomReducer reducer = new RoomReducer(ReducerRules.defaults());
    private final Repeats repeats = new InMemoryRepeats();
    private final List<Fact> facts = new ArrayList<>();
    private RoomMemory memory = RoomMemory.EMPTY;

    public Run see(Envelope<? extends Observation> observation) {
      // Through bytes each time: what is remembered must survive the store.
      return take(reducer.reduce(RoomMemory.ofBytes(memory.toBytes()), observation, repeats));
    }

    public Run see(Observation observation, long ingestedMillis) {
      return see(envelope(observation, ingestedMillis));
    }

    /** The room's state that was told last. */
    public RoomState lastState() {
      return told(RoomState.class).getLast();
    }

    public Run passUntil(long nowMillis) {
      while (reducer.nextDeadline(memory) <= nowMillis) {
        take(reducer.advance(memory, KEY, Math.min(nowMillis, reducer.nextDeadline(memory))));
      }
      return this;
    }

    private Run take(Step step) {
      memory = step.memory();
      facts.addAll(step.facts());
      return this;
    }

    public RoomMemory memory() {
      return memory;
    }

    public List<Fact> facts() {
      return facts;
    }

    public <T> List<T> told(Class<T> type) {
      return facts.stream().map(Fact::data).filter(type::isInstance).map(type::cast).toList();
    }
  }

  /** An open room with a long history, as many users, each with all that can be sent, and tasks. */
  public static RoomMemory memoryOf(int users, int tasks) {
    List<Track.Change> changes = new ArrayList<>();
    for (int i = 1; i < 64; i++) {
      changes.add(new Track.Change(i, i % 2 == 1, T0 + i, false, false, 0, T0 + i));
    }
    Track track = new Track(changes, Map.of("observer/web", new Track.Word(63, true)), null);
    Map<Slot, Track> slots = new HashMap<>();
    for (Slot slot : Slot.values()) {
      slots.put(slot, track);
    }
    Map<String, RoomMemory.UserMemory> there = new HashMap<>();
    for (int i = 0; i < users; i++) {
      there.put("user" + i, new RoomMemory.UserMemory(track, slots, null));
    }
    Map<String, RoomMemory.TaskMemory> running = new HashMap<>();
    for (int i = 0; i < tasks; i++) {
      running.put("a-task-with-a-long-name-" + i, RoomMemory.TaskMemory.EMPTY);
    }
    return new RoomMemory(true, T0, T0, T0, there, Map.of(), running, List.of());
  }

  public static Envelope<Observation> envelope(Observation observation, long ingestedMillis) {
    return new Envelope<>(
        "o-" + Integer.toHexString(observation.hashCode()) + "-" + observation.eventTimeMillis(),
        "/test",
        Instant.ofEpochMilli(ingestedMillis),
        null,
        observation);
  }

  public static JsonNode json(String text) {
    try {
      return Json.mapper().readTree(text.replace('\'', '"'));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(text, e);
    }
  }

  public static RelayOpened opened(String user, long at, String connection) {
    return new RelayOpened(APP, ROOM, at, new UserId(user), client(user), connection);
  }

  public static RelayClosed closed(String user, long at, String connection, boolean clean) {
    return new RelayClosed(APP, ROOM, at, new UserId(user), client(user), connection, clean);
  }

  public static ClientId client(String user) {
    return new ClientId("web-" + user);
  }

  public static SdkEventReported sdk(
      String observer, long sequence, long at, String name, String arguments) {
    return new SdkEventReported(
        APP,
        ROOM,
        at,
        new Observer(new UserId(observer), client(observer), sequence, at),
        name,
        json("[" + arguments + "]"));
  }

  public static SdkEventReported joined(String observer, long sequence, long at, String user) {
    return sdk(
        observer,
        sequence,
        at,
        "onUserJoined",
        "{'userInfo':{'userId':'"
            + user
            + "'},'publishState':{'audio':false,'video':false,'screenAudio':false,'screenVideo':false}}");
  }

  public static SdkEventReported left(String observer, long sequence, long at, String user) {
    return sdk(
        observer, sequence, at, "onUserLeave", "{'userInfo':{'userId':'" + user + "'},'reason':0}");
  }

  public static WebhookReceived webhook(String id, String type, long at, String data) {
    return new WebhookReceived(APP, ROOM, at, id, type, json(data));
  }

  public static BinaryMessageReported binary(
      String observer, long sequence, long at, Direction direction, String peer, Bytes frame) {
    return new BinaryMessageReported(
        APP,
        ROOM,
        at,
        new Observer(new UserId(observer), client(observer), sequence, at),
        direction,
        new UserId(peer),
        frame);
  }

  public static MessageCallbackReceived callback(String task, long at, Bytes frame) {
    return new MessageCallbackReceived(APP, ROOM, at, new TaskId(task), frame);
  }

  public static Bytes frame(String magic, String json) {
    return Bytes.of(FrameCodec.encode(Frame.of(magic, json.replace('\'', '"'))));
  }

  public static Bytes conv(long round, long eventTime, int code) {
    return frame(
        "conv",
        "{'TaskId':'task-1','UserID':'agent-1','RoundID':%d,'EventTime':%d,'Stage':{'Code':%d}}"
            .formatted(round, eventTime, code));
  }
}
