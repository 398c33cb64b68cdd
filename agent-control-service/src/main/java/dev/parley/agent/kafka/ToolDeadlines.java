package dev.parley.agent.kafka;

import dev.parley.agent.kafka.ToolCalls.Waiting;
import dev.parley.agent.scene.ToolWaiting;
import dev.parley.events.AgentCommand;
import dev.parley.events.AgentCommand.ReturnToolResult;
import dev.parley.events.AgentCommand.SayText;
import dev.parley.events.AgentEvent.AgentToolAnsweredLate;
import dev.parley.events.AgentEvent.AgentToolCallExpired;
import dev.parley.events.InterruptMode;
import dev.parley.events.ToolCall;
import dev.parley.events.codec.EventIds;
import dev.parley.events.id.CommandId;
import dev.parley.events.id.TaskId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Sees to it that no function call leaves an agent silent: what is not answered in time ends the
 * turn with the scene's comfort sentence or with a result that says so. What comes later is marked
 * and does not reach the agent, whose turn is over.
 */
final class ToolDeadlines {
  private static final String REQUESTER = "tool-deadline";

  /** What the model is told where the scene has no sentence of its own. */
  static final String NO_ANSWER = "{\"error\":\"The tool did not answer in time.\"}";

  private final RoomTools tools;
  private final Tasks tasks;
  private final CommandFence fence;

  // Most rooms never have a function call.
  private @Nullable ToolCalls calls;

  ToolDeadlines(RoomTools tools, Tasks tasks, CommandFence fence) {
    this.tools = tools;
    this.tasks = tasks;
    this.fence = fence;
  }

  /**
   * Begins to wait for an answer.
   *
   * @param settled run when nothing is to be waited for any more
   */
  void begin(ToolCall call, Runnable settled) {
    Run run = call.taskId() == null ? tasks.onlyLive().orElse(null) : tasks.find(call.taskId());
    Optional<ToolWaiting> rule =
        run == null || run.state().ended()
            ? Optional.empty()
            : tools.toolWaiting().apply(run.facts().scene());
    if (run == null || rule.isEmpty() || fence.carriedOut(commandId(run, call.toolCallId()))) {
      settled.run();
      return;
    }
    calls().begin(new Waiting(run.facts().taskId(), call, rule.get(), settled));
  }

  private ToolCalls calls() {
    ToolCalls there = calls;
    if (there == null) {
      there = new ToolCalls();
      calls = there;
    }
    return there;
  }

  private static CommandId commandId(Run run, String toolCallId) {
    return Room.toolCommandId(run.facts().key(), toolCallId);
  }

  /** Somebody answered in time. */
  void answered(ReturnToolResult result) {
    if (calls != null) {
      calls.answered(result.taskId(), result.toolCallId());
    }
  }

  /** Tells of an answer that came after its deadline; false when it is not one. */
  boolean tooLate(ReturnToolResult result) throws InterruptedException {
    Optional<Instant> deadline =
        calls == null ? Optional.empty() : calls.expiredAt(result.taskId(), result.toolCallId());
    if (deadline.isEmpty()) {
      return false;
    }
    Instant now = tools.clock().instant();
    tasks.tell(
        new AgentToolAnsweredLate(
            result.appId(),
            result.roomId(),
            now.toEpochMilli(),
            result.taskId(),
            result.toolCallId(),
            Math.max(0, Duration.between(deadline.get(), now).toMillis())));
    count("late");
    return true;
  }

  /** Calls that were not answered in time. */
  List<Waiting> due(Instant now) {
    return calls == null ? List.of() : calls.due(now);
  }

  /** When the next deadline passes. */
  Instant next() {
    return calls == null ? Instant.MAX : calls.next();
  }

  /**
   * What ends the agent's turn instead of an answer; null when the call before it did so already.
   *
   * @param before the call that expired before it, null for the first
   */
  @Nullable AgentCommand instead(Waiting call, @Nullable Waiting before) {
    Run run = tasks.find(call.taskId());
    if (run == null || run.state().ended()) {
      return null;
    }
    long now = tools.clock().millis();
    long expires = now + tools.settings().commandTtl().toMillis();
    String comfort = call.rule().comfort();
    if (comfort == null) {
      return new ReturnToolResult(
          call.call().appId(),
          call.call().roomId(),
          now,
          call.taskId(),
          unansweredId(run, call.call().toolCallId()),
          REQUESTER,
          expires,
          call.call().toolCallId(),
          NO_ANSWER);
    }
    // Parallel calls are one turn: it is ended, and the sentence heard, once.
    if (before != null && before.taskId().equals(call.taskId())) {
      return null;
    }
    return new SayText(
        call.call().appId(),
        call.call().roomId(),
        now,
        call.taskId(),
        new CommandId(
            "c-" + EventIds.derived("tool-comfort", run.facts().key(), call.call().toolCallId())),
        REQUESTER,
        expires,
        comfort,
        InterruptMode.HIGH);
  }

  // The call's own, so that no answer comes beside it; a new one where an answer was refused.
  private CommandId unansweredId(Run run, String toolCallId) {
    CommandId own = commandId(run, toolCallId);
    return fence.settled(own)
        ? new CommandId("c-" + EventIds.derived("tool-deadline", run.facts().key(), toolCallId))
        : own;
  }

  /** Tells that the call expired, and remembers it for answers that come late. */
  void expired(Waiting call) throws InterruptedException {
    ToolCall what = call.call();
    tasks.tell(
        new AgentToolCallExpired(
            what.appId(),
            what.roomId(),
            tools.clock().millis(),
            call.taskId(),
            what.toolCallId(),
            what.name(),
            call.rule().deadline().toMillis()));
    count("expired");
    fence.settle(Room.toolCommandId(what.roomKey().task(call.taskId()), what.toolCallId()), true);
    calls().expired(call.taskId(), what.toolCallId(), call.deadline());
  }

  /** What a worker before has told. */
  void restoreExpired(AgentToolCallExpired told) {
    calls().expired(told.taskId(), told.toolCallId(), Instant.ofEpochMilli(told.eventTimeMillis()));
  }

  /** The task is over: nobody waits for its calls any more. */
  void end(TaskId taskId) {
    if (calls != null) {
      calls.end(taskId);
    }
  }

  private void count(String outcome) {
    tools.metrics().counter("parley.agent.tool.calls", "outcome", outcome).increment();
  }
}
