package dev.parley.analytics;

import dev.parley.events.AgentEvent.AgentRequested;
import dev.parley.events.AgentEvent.AgentStageChanged;
import dev.parley.events.AgentEvent.Stage;
import dev.parley.events.AgentRound;
import dev.parley.events.Payload;
import dev.parley.events.RoomEvent.CaptureStarted;
import dev.parley.events.RoomEvent.CaptureStopped;
import dev.parley.events.RoomEvent.Evidence;
import dev.parley.events.RoomEvent.LeaveReason;
import dev.parley.events.RoomEvent.MediaType;
import dev.parley.events.RoomEvent.UserJoined;
import dev.parley.events.RoomEvent.UserLeft;
import dev.parley.events.codec.Envelope;
import dev.parley.events.codec.EventIds;
import dev.parley.events.id.AppId;
import dev.parley.events.id.CommandId;
import dev.parley.events.id.RoomId;
import dev.parley.events.id.TaskId;
import dev.parley.events.id.UserId;
import java.time.Instant;
import java.util.List;

/** Facts of one room as Parley would write them. */
public record Facts(AppId appId, RoomId roomId) {
  public static final AppId APP = new AppId("123456781234567812345678");
  public static final UserId AGENT = new UserId("agent-1");
  public static final TaskId TASK = new TaskId("task-1");

  public static Facts of(String roomId) {
    return new Facts(APP, new RoomId(roomId));
  }

  public static long millis(String utc) {
    return Instant.parse(utc).toEpochMilli();
  }

  /** An envelope with an id that follows from what is told. */
  public static Envelope<?> told(Payload data) {
    return new Envelope<>(
        EventIds.derived(data.recordKey(), data.toString()),
        "/parley/room-gateway",
        Instant.ofEpochMilli(data.eventTimeMillis()),
        null,
        data);
  }

  public Payload joined(String user, long atMillis) {
    return new UserJoined(appId, roomId, atMillis, Evidence.CLIENT, new UserId(user));
  }

  public Payload left(String user, long atMillis) {
    return new UserLeft(
        appId, roomId, atMillis, Evidence.CLIENT, new UserId(user), LeaveReason.QUIT);
  }

  public Payload microphoneOn(String user, long atMillis) {
    return new CaptureStarted(
        appId, roomId, atMillis, Evidence.CLIENT, new UserId(user), MediaType.AUDIO);
  }

  public Payload microphoneOff(String user, long atMillis) {
    return new CaptureStopped(
        appId, roomId, atMillis, Evidence.CLIENT, new UserId(user), MediaType.AUDIO);
  }

  public Payload agentRequested(long atMillis) {
    return new AgentRequested(
        appId,
        roomId,
        atMillis,
        TASK,
        new CommandId("command-1"),
        "assistant",
        AGENT,
        new UserId("ann"),
        "ann");
  }

  public Payload stage(long round, Stage stage, long atMillis) {
    return new AgentStageChanged(appId, roomId, atMillis, TASK, AGENT, round, stage);
  }

  public Payload round(long round, long responseMillis, boolean interrupted, long atMillis) {
    long recognized = atMillis - 10_000;
    return new AgentRound(
        appId,
        roomId,
        atMillis,
        TASK,
        round,
        recognized - 2_000,
        recognized,
        recognized + responseMillis / 2,
        recognized + responseMillis,
        atMillis,
        interrupted);
  }

  /**
   * A call of a minute and a half: Ann talks, the agent answers twice and is interrupted once.
   * Figures: 1 human 90 s present, microphone open 85 s; 1 agent 60 s present, 7 s speaking; 2
   * rounds, 1 interrupted; response times 300 and 500 ms.
   */
  public List<Payload> call(long startMillis) {
    return List.of(
        joined("ann", startMillis),
        microphoneOn("ann", startMillis + 5_000),
        agentRequested(startMillis + 6_000),
        joined("agent-1", startMillis + 10_000),
        stage(0, Stage.SPEAKING, startMillis + 20_000),
        stage(0, Stage.FINISHED, startMillis + 24_000),
        round(0, 300, false, startMillis + 24_000),
        stage(1, Stage.SPEAKING, startMillis + 40_000),
        stage(1, Stage.INTERRUPTED, startMillis + 43_000),
        round(1, 500, true, startMillis + 43_000),
        left("agent-1", startMillis + 70_000),
        microphoneOff("ann", startMillis + 90_000),
        left("ann", startMillis + 90_000));
  }
}
