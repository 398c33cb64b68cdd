package dev.parley.agent.kafka;

import dev.parley.agent.Change;
import dev.parley.agent.Evidence;
import dev.parley.agent.reaper.SignsOfLife;
import dev.parley.events.AgentEvent;
import dev.parley.events.AgentEvent.AgentErrorReported;
import dev.parley.events.AgentEvent.AgentRunStageReported;
import dev.parley.events.AgentEvent.AgentStageChanged;
import dev.parley.events.AgentEvent.RunningEvidence;
import dev.parley.events.RoomEvent;
import dev.parley.events.RoomEvent.RoomClosed;
import dev.parley.events.RoomEvent.RoomOpened;
import dev.parley.events.RoomEvent.UserJoined;
import dev.parley.events.RoomEvent.UserLeft;
import dev.parley.events.RoomState;
import dev.parley.events.id.UserId;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What the gateway says about a room and its agents, as evidence about tasks.
 *
 * <p>Facts come late, come again after a takeover, and some tell at once of an end and a new
 * beginning. Yet no agent is stopped for what a fact says when Kafka has a later one that takes it
 * back, nor for what was over before the agent was asked for:
 *
 * <ul>
 *   <li>Facts are taken in in the order of their topic, and taking one in decides nothing. {@link
 *       Room#tick} decides, when nothing of the room waits to be taken in and everything was read
 *       that was told while nobody worked here.
 *   <li>A room that closed before the start was asked for was another one. A target user who left
 *       before that is to come; an agent's user who left before that was an agent before.
 *   <li>A room that opens after the start was asked for is empty: the target user is to come.
 *   <li>Whoever comes takes back that they left, and a room that opens that it closed. A closed
 *       room has the grace that a user has who left: the facts of a reconnect are the same.
 * </ul>
 */
final class RoomWatch {
  /** Run stages that say that an agent is gone, or nothing about where it is. */
  private static final String TASK_STOP = "taskStop";

  private static final Set<String> NO_SIGN_OF_LIFE = Set.of("taskUsage", "preParamCheck");

  /** What workers write about agents. */
  static final Set<Class<? extends AgentEvent>> OWN =
      Set.of(
          AgentEvent.AgentRequested.class,
          AgentEvent.AgentDispatched.class,
          AgentEvent.AgentRunning.class,
          AgentEvent.AgentStopping.class,
          AgentEvent.AgentStopped.class,
          AgentEvent.AgentFailed.class,
          AgentEvent.AgentCommandCompleted.class,
          AgentEvent.AgentCommandRefused.class,
          AgentEvent.AgentUsageMeasured.class,
          AgentEvent.AgentToolCallExpired.class,
          AgentEvent.AgentToolAnsweredLate.class);

  private static final Set<AgentEvent.Stage> SOMEBODY_SPOKE =
      EnumSet.of(AgentEvent.Stage.THINKING, AgentEvent.Stage.INTERRUPTED);

  private final RoomTools tools;
  private final Tasks tasks;
  private final Presence presence;

  RoomWatch(RoomTools tools, Tasks tasks, Presence presence) {
    this.tools = tools;
    this.tasks = tasks;
    this.presence = presence;
  }

  /** Takes in what the gateway says about an agent; what workers write says nothing new here. */
  void agentEvent(AgentEvent event) throws InterruptedException {
    Instant at = Instant.ofEpochMilli(event.eventTimeMillis());
    switch (event) {
      case AgentRunStageReported reported -> runStage(reported, at);
      case AgentStageChanged stage -> {
        Run run =
            stage.taskId() == null
                ? tasks.ofAgent(stage.agentUserId())
                : tasks.find(stage.taskId());
        if (run != null) {
          appeared(run, RunningEvidence.CONVERSATION_STAGE, at);
          if (SOMEBODY_SPOKE.contains(stage.stage())) {
            run.see(signs -> signs.targetHeard(tools.clock().instant()));
          }
        }
      }
      case AgentErrorReported error -> {
        Run run = tasks.find(error.taskId());
        if (run != null) {
          Evidence.Broke broke =
              new Evidence.Broke(error.runStage(), error.errorCode(), error.reason(), at);
          run.trouble(broke);
          evidence(run, broke);
        }
      }
      case AgentEvent.AgentRequested own -> {}
      case AgentEvent.AgentDispatched own -> {}
      case AgentEvent.AgentRunning own -> {}
      case AgentEvent.AgentStopping own -> {}
      case AgentEvent.AgentStopped own -> {}
      case AgentEvent.AgentFailed own -> {}
      case AgentEvent.AgentCommandCompleted own -> {}
      case AgentEvent.AgentCommandRefused own -> {}
      case AgentEvent.AgentUsageMeasured own -> {}
      case AgentEvent.AgentUsageReported usage -> {}
      case AgentEvent.AgentToolCallExpired own -> {}
      case AgentEvent.AgentToolAnsweredLate own -> {}
    }
  }

  private void runStage(AgentRunStageReported reported, Instant at) throws InterruptedException {
    Run run = tasks.find(reported.taskId());
    if (run == null || NO_SIGN_OF_LIFE.contains(reported.runStage())) {
      return;
    }
    if (reported.runStage().equals(TASK_STOP)) {
      evidence(run, new Evidence.Ended(at));
    } else {
      appeared(run, RunningEvidence.RUN_STAGE, at);
    }
  }

  private void appeared(Run run, RunningEvidence by, Instant at) throws InterruptedException {
    run.see(signs -> signs.heard(tools.clock().instant()));
    evidence(run, new Evidence.Appeared(by, at));
    tasks.writePresence(run);
  }

  private void evidence(Run run, Evidence evidence) throws InterruptedException {
    Optional<Change> change = tools.control().apply(run.state(), evidence, tools.clock().instant());
    if (change.isPresent()) {
      Run unused = tasks.enter(change.get());
    }
  }

  /** Takes in a fact about the room. */
  void roomEvent(RoomEvent event) throws InterruptedException {
    Instant at = Instant.ofEpochMilli(event.eventTimeMillis());
    Instant now = tools.clock().instant();
    switch (event) {
      case UserJoined joined -> {
        Run agent = tasks.ofAgent(joined.userId());
        if (agent != null) {
          appeared(agent, RunningEvidence.AGENT_JOINED, at);
        }
        ofTarget(joined.userId(), SignsOfLife::targetThere);
      }
      case UserLeft left when Departures.isGone(left) -> {
        Run agent = tasks.ofAgent(left.userId());
        if (agent != null && !tools.control().longBefore(agent.state(), at)) {
          agent.see(signs -> signs.agentLeft(now));
        }
        for (Run run : tasks.all()) {
          if (run.facts().targetUserId().equals(left.userId())) {
            run.see(
                at.isBefore(run.facts().requestedAt())
                    ? signs -> signs.targetLeftBefore(now)
                    : signs -> signs.targetLeft(now));
          }
        }
      }
      case UserLeft hidden -> {}
      case RoomClosed closed ->
          tasks.all().stream()
              .filter(run -> !at.isBefore(run.facts().requestedAt()))
              .forEach(run -> run.see(signs -> signs.closed(now)));
      case RoomOpened opened -> {
        for (Run run : tasks.all()) {
          // One that opened before the start may have its target already, and be told of late.
          boolean awaited =
              !at.isBefore(run.facts().requestedAt())
                  || presence.absent(run.facts().room(), run.facts().targetUserId());
          run.see(signs -> awaited ? signs.opened().targetAwaited(now) : signs.opened());
        }
      }
      case RoomEvent.StreamPublished e -> ofTarget(e.userId(), signs -> signs.targetHeard(now));
      case RoomEvent.StreamUnpublished e -> ofTarget(e.userId(), signs -> signs.targetHeard(now));
      case RoomEvent.CaptureStarted e -> ofTarget(e.userId(), signs -> signs.targetHeard(now));
      case RoomEvent.CaptureStopped e -> ofTarget(e.userId(), signs -> signs.targetHeard(now));
      case RoomEvent.ConnectionChanged e -> {}
      case RoomEvent.TokenExpiryAnnounced e -> {}
      case RoomEvent.TokenExpired e -> {}
      case RoomEvent.ErrorReported e -> {}
    }
    for (Run run : tasks.all()) {
      tasks.writePresence(run);
    }
  }

  private void ofTarget(UserId user, UnaryOperator<SignsOfLife> change) {
    tasks.all().stream()
        .filter(run -> run.facts().targetUserId().equals(user))
        .forEach(run -> run.see(change));
  }

  /**
   * Corrects what the worker before wrote by the room's own state. A user who is not in the room
   * may not have come yet. Facts that led to that state may come again afterwards; the last of them
   * leads to it again.
   */
  static void correct(Run run, @Nullable RoomState room, Instant now) {
    if (room == null || run.state().ended()) {
      return;
    }
    if (!room.open()) {
      Instant closedAt = Instant.ofEpochMilli(room.eventTimeMillis());
      if (!closedAt.isBefore(run.facts().requestedAt())) {
        run.see(signs -> signs.closed(closedAt.isAfter(now) ? now : closedAt));
      }
      return;
    }
    run.see(
        contains(room, run.facts().targetUserId())
            ? SignsOfLife::targetThere
            : signs -> signs.targetAwaited(now));
  }

  private static boolean contains(RoomState room, UserId user) {
    return room.users().stream().anyMatch(each -> each.userId().equals(user));
  }
}
