package dev.parley.agent;

import dev.parley.events.AgentCommand.InterruptAgent;
import dev.parley.events.AgentCommand.ReturnToolResult;
import dev.parley.events.AgentCommand.SayText;
import dev.parley.events.AgentCommand.StartAgent;
import dev.parley.events.AgentCommand.StopAgent;
import dev.parley.events.AgentEvent.AgentRequested;
import dev.parley.events.InterruptMode;
import dev.parley.events.StopReason;
import dev.parley.events.id.AppId;
import dev.parley.events.id.CommandId;
import dev.parley.events.id.RoomId;
import dev.parley.events.id.TaskId;
import dev.parley.events.id.UserId;
import java.time.Duration;
import java.time.Instant;

/** Made-up ids and commands. */
public final class Samples {
  public static final AppId APP = new AppId("123456781234567812345678");
  public static final RoomId ROOM = new RoomId("Room1");
  public static final TaskId TASK = new TaskId("t-1");
  public static final UserId AGENT = new UserId("agent-1");
  public static final UserId TARGET = new UserId("user-1");
  public static final Instant NOW = Instant.parse("2025-06-15T12:00:00Z");
  public static final Duration TTL = Duration.ofSeconds(30);

  public static final Limits LIMITS =
      new Limits(
          Duration.ofSeconds(15),
          Duration.ofMinutes(5),
          Duration.ofMinutes(15),
          Duration.ofSeconds(5));

  private Samples() {}

  public static StartAgent start(String commandId) {
    return start(ROOM, TASK, commandId, NOW);
  }

  public static StartAgent start(RoomId room, TaskId task, String commandId, Instant at) {
    return new StartAgent(
        APP,
        room,
        at.toEpochMilli(),
        task,
        new CommandId(commandId),
        "user-1",
        at.plus(TTL).toEpochMilli(),
        "assistant",
        AGENT,
        TARGET,
        null,
        null);
  }

  /** What is told of {@link #start(String)}. */
  public static AgentRequested requested(String commandId) {
    return new AgentRequested(
        APP,
        ROOM,
        NOW.toEpochMilli(),
        TASK,
        new CommandId(commandId),
        "assistant",
        AGENT,
        TARGET,
        "user-1");
  }

  public static StopAgent stop(String commandId) {
    return stop(ROOM, TASK, commandId, NOW);
  }

  public static StopAgent stop(RoomId room, TaskId task, String commandId, Instant at) {
    return new StopAgent(
        APP,
        room,
        at.toEpochMilli(),
        task,
        new CommandId(commandId),
        "user-1",
        at.plus(Duration.ofDays(1)).toEpochMilli(),
        StopReason.REQUESTED);
  }

  public static InterruptAgent interrupt(String commandId) {
    return interrupt(ROOM, TASK, commandId, NOW);
  }

  public static InterruptAgent interrupt(RoomId room, TaskId task, String commandId, Instant at) {
    return new InterruptAgent(
        APP,
        room,
        at.toEpochMilli(),
        task,
        new CommandId(commandId),
        "user-1",
        at.plus(TTL).toEpochMilli());
  }

  public static SayText say(RoomId room, TaskId task, String commandId, String text, Instant at) {
    return new SayText(
        APP,
        room,
        at.toEpochMilli(),
        task,
        new CommandId(commandId),
        "user-1",
        at.plus(TTL).toEpochMilli(),
        text,
        InterruptMode.HIGH);
  }

  public static ReturnToolResult toolResult(
      RoomId room, TaskId task, String commandId, Instant at) {
    return new ReturnToolResult(
        APP,
        room,
        at.toEpochMilli(),
        task,
        new CommandId(commandId),
        "user-1",
        at.plus(TTL).toEpochMilli(),
        "call-1",
        "sunny");
  }

  public static TaskFacts facts() {
    return facts(NOW);
  }

  public static TaskFacts facts(Instant requestedAt) {
    return new TaskFacts(
        APP,
        ROOM,
        TASK,
        "assistant",
        AGENT,
        TARGET,
        requestedAt,
        new CommandId("c-1"),
        new CommandId("c-1"));
  }
}
