package dev.parley.agent.kafka;

import dev.parley.agent.AgentControl;
import dev.parley.agent.AgentTaskState;
import dev.parley.agent.AgentTaskState.Stopping;
import dev.parley.agent.Change;
import dev.parley.agent.Decision;
import dev.parley.agent.Failures;
import dev.parley.agent.TaskFacts;
import dev.parley.agent.cloud.CloudOutcome;
import dev.parley.agent.cloud.CloudProblem;
import dev.parley.agent.cloud.CloudRequest;
import dev.parley.agent.kafka.ToolCalls.Waiting;
import dev.parley.agent.scene.SceneException;
import dev.parley.events.AgentCommand;
import dev.parley.events.AgentCommand.ReturnToolResult;
import dev.parley.events.AgentCommand.StartAgent;
import dev.parley.events.AgentCommand.StopAgent;
import dev.parley.events.AgentEvent;
import dev.parley.events.AgentEvent.AgentToolCallExpired;
import dev.parley.events.AgentTask;
import dev.parley.events.Failure;
import dev.parley.events.RoomEvent;
import dev.parley.events.RoomState;
import dev.parley.events.ToolCall;
import dev.parley.events.ToolResult;
import dev.parley.events.codec.EventIds;
import dev.parley.events.id.CommandId;
import dev.parley.events.id.TaskId;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The agent tasks of one room. Only its mailbox calls it, so one thing happens after the other, and
 * what it decides is on Kafka before the next thing begins.
 */
final class Room {
  private static final Logger LOG = Logger.getLogger(Room.class);

  private final RoomTools tools;
  private final CommandFence fence;
  private final Departures departures;
  private final Presence presence;
  private final Tasks tasks;
  private final CloudCalls calls;
  private final RoomWatch watch;
  private final Endings endings;
  private final ToolDeadlines toolDeadlines;
  private final EndedTasks ended;
  private final Hearing hearing;
  private final Consumer<Instant> lookBy;
  private volatile Instant nextDue = Instant.MAX;
  private volatile int unconfirmedStops;

  /**
   * A room without tasks.
   *
   * @param lookBy told when {@link #tick} will have something to do
   */
  Room(PartitionTools shared, Consumer<Instant> lookBy) {
    this.tools = shared.tools();
    this.ended = shared.ended();
    this.hearing = shared.hearing();
    this.lookBy = lookBy;
    this.fence = shared.fence();
    this.departures = shared.departures();
    this.presence = shared.presence();
    this.calls = shared.calls();
    this.tasks = new Tasks(tools, shared.lease(), calls, ended);
    this.watch = new RoomWatch(tools, tasks, presence);
    this.endings = new Endings(tools, tasks, calls);
    this.toolDeadlines = new ToolDeadlines(tools, tasks, fence);
  }

  /** When {@link #tick} has something to do. */
  Instant nextDue() {
    return nextDue;
  }

  /** How many of its stops the cloud has not confirmed. */
  int unconfirmedStops() {
    return unconfirmedStops;
  }

  /** True when the room has no task that anybody may still ask about. */
  boolean forgotten() {
    return nextDue.equals(Instant.MAX) && tasks.isEmpty();
  }

  /**
   * The room's tasks when all of them are over, as {@link #restore} takes them; empty when anything
   * is left to be done but to forget them.
   */
  List<AgentTask> over() {
    boolean over =
        tasks.all().stream().allMatch(run -> run.state().ended() && !run.unconfirmed())
            && toolDeadlines.next().equals(Instant.MAX);
    return over ? tasks.all().stream().map(Tasks::ended).toList() : List.of();
  }

  /** Takes over a task from the worker before, with what is known of the room. */
  void restore(AgentTask snapshot, @Nullable RoomState room) {
    RoomWatch.correct(tasks.restore(snapshot), room, tools.clock().instant());
    schedule();
  }

  /** A function call that a worker before gave up on. */
  void restore(AgentToolCallExpired told) {
    toolDeadlines.restoreExpired(told);
  }

  /**
   * Carries out one command, or says why not.
   *
   * @param traceparent of the command; what becomes of it at once belongs to the same trace
   */
  void command(AgentCommand command, @Nullable String traceparent) throws InterruptedException {
    if (command instanceof ReturnToolResult result && toolDeadlines.tooLate(result)) {
      return;
    }
    carryOut(command, traceparent);
    // One that did not reach the agent leaves it silent: then the deadline runs on.
    if (command instanceof ReturnToolResult result && fence.carriedOut(command.commandId())) {
      toolDeadlines.answered(result);
    }
    schedule();
  }

  private void carryOut(AgentCommand command, @Nullable String traceparent)
      throws InterruptedException {
    // A result that did not reach the agent may be given again.
    if (command instanceof ReturnToolResult
        ? fence.carriedOut(command.commandId())
        : fence.settled(command.commandId())) {
      sayHowItEnded(command);
      return;
    }
    Run run = tasks.find(command.taskId());
    AgentTaskState state = run == null ? null : run.state();
    Instant now = tools.clock().instant();
    boolean carriedOut =
        switch (tools.control().decide(state, command, now)) {
          case Decision.Ignore ignore -> {
            LOG.debugf("command ignored: %s %s", ignore.why(), keys(command));
            sayHowItEnded(command);
            yield true;
          }
          case Decision.Refuse refuse -> {
            refuse(state, command, refuse.failure(), now, traceparent);
            yield false;
          }
          case Decision.Settle settle -> {
            Run unused = tasks.enter(settle.change(), traceparent);
            yield false;
          }
          case Decision.CallCloud call -> callCloud(command, call, traceparent);
        };
    fence.settle(command.commandId(), carriedOut);
  }

  // Whoever asks for a start again does not know any more how it ended.
  private void sayHowItEnded(AgentCommand command) throws InterruptedException {
    if (command instanceof StartAgent) {
      Run run = tasks.find(command.taskId());
      if (run != null && run.state().ended()) {
        tasks.writeEndAgain(run);
      }
    }
  }

  private void refuse(
      @Nullable AgentTaskState state,
      AgentCommand command,
      Failure failure,
      Instant now,
      @Nullable String traceparent)
      throws InterruptedException {
    LOG.infof("command refused: errorCode=%s %s", failure.code(), keys(command));
    if (state == null) {
      tasks.tell(AgentControl.refuse(command, failure, now), traceparent);
    } else {
      Run unused = tasks.enter(tools.control().refuse(state, command, failure, now), traceparent);
    }
  }

  /** Returns true when the cloud carried the command out. */
  private boolean callCloud(
      AgentCommand command, Decision.CallCloud call, @Nullable String traceparent)
      throws InterruptedException {
    Run run = tasks.enter(call.first(), traceparent);
    if (command instanceof StartAgent) {
      whoIsThere(run);
    }
    CloudRequest request;
    try {
      request = tools.requests().of(command, run.nextImageGroup(tools.clock().instant()));
    } catch (SceneException e) {
      unsendable(run, command, call, e.failure(), traceparent);
      return false;
    } catch (RuntimeException e) {
      // Nothing was sent: whoever asked is told so, and does not wait for what never comes.
      LOG.errorf(e, "a command could not be made a call %s", keys(command));
      unsendable(run, command, call, Failures.unsendable(), traceparent);
      return false;
    }
    CloudOutcome outcome = calls.make(request, deadline(command));
    Change answered =
        tools.control().settle(run.state(), command, outcome, tools.clock().instant());
    Run unused = tasks.enter(call.settled(answered), traceparent);
    log(command, request, outcome);
    return outcome instanceof CloudOutcome.Accepted;
  }

  private void unsendable(
      Run run,
      AgentCommand command,
      Decision.CallCloud call,
      Failure failure,
      @Nullable String traceparent)
      throws InterruptedException {
    Change change =
        tools.control().settleUnsendable(run.state(), command, failure, tools.clock().instant());
    Run unused = tasks.enter(call.settled(change), traceparent);
  }

  private static void log(AgentCommand command, CloudRequest request, CloudOutcome outcome) {
    // A start that the cloud refuses is a task that fails, and logged as such.
    if (outcome instanceof CloudProblem problem
        && !(command instanceof StartAgent)
        && !CloudCalls.asGoodAsDone(request, problem)) {
      LOG.warnf(
          "the cloud did not carry out action=%s outcome=%s errorCode=%s requestId=%s %s",
          request.action(),
          problem.getClass().getSimpleName(),
          problem.code(),
          problem.requestId(),
          keys(command));
    }
  }

  // What was told before there was a task: whoever asked may have left before a worker came to it,
  // or has not come yet.
  private void whoIsThere(Run run) throws InterruptedException {
    TaskFacts facts = run.facts();
    Instant now = tools.clock().instant();
    if (departures.leftSince(facts.room(), facts.targetUserId(), facts.requestedAt())) {
      run.see(signs -> signs.targetLeft(now));
      tasks.writePresence(run);
    } else if (presence.absent(facts.room(), facts.targetUserId())) {
      run.see(signs -> signs.targetAwaited(now));
    }
  }

  // A stop never expires, but the room must not wait for it for ever: a timer repeats it.
  private Instant deadline(AgentCommand command) {
    return command instanceof StopAgent
        ? tools.clock().instant().plus(tools.settings().commandTtl())
        : Instant.ofEpochMilli(command.expiresTimeMillis());
  }

  /** A function call that somebody is to answer in time. */
  void toolCall(ToolCall call, Runnable settled) {
    toolDeadlines.begin(call, settled);
    schedule();
  }

  /** The answer of a tool worker becomes a command; the call's id makes it one only once. */
  void toolResult(ToolResult result, @Nullable String traceparent) throws InterruptedException {
    Optional<Run> run =
        result.taskId() != null
            ? Optional.ofNullable(tasks.find(result.taskId()))
            : tasks.onlyLive();
    if (run.isEmpty() && result.taskId() == null) {
      throw new UnplaceableException("the room has not exactly one agent to give the result to");
    }
    TaskId taskId =
        run.map(each -> each.facts().taskId())
            .orElseGet(() -> Objects.requireNonNull(result.taskId()));
    command(
        new ReturnToolResult(
            result.appId(),
            result.roomId(),
            result.eventTimeMillis(),
            taskId,
            toolCommandId(result.roomKey().task(taskId), result.toolCallId()),
            "tool-worker",
            result.eventTimeMillis() + tools.settings().commandTtl().toMillis(),
            result.toolCallId(),
            result.content()),
        traceparent);
  }

  /** The id of the command that answers a function call, whoever answers it. */
  static CommandId toolCommandId(String taskKey, String toolCallId) {
    return new CommandId("c-" + EventIds.derived("tool-result", taskKey, toolCallId));
  }

  /** Takes in what the gateway says about an agent. */
  void agentEvent(AgentEvent event) throws InterruptedException {
    watch.agentEvent(event);
    schedule();
  }

  /** Takes in a fact about the room. What it makes necessary is done by {@link #tick}. */
  void roomEvent(RoomEvent event) throws InterruptedException {
    watch.roomEvent(event);
    schedule();
  }

  /**
   * Does what time brings: deadlines, stops that nobody asked for, stops to be repeated. To be
   * called only when everything that was told has been taken in, as far as one can know.
   */
  void tick() throws InterruptedException {
    expireToolCalls();
    for (Run run : tasks.all()) {
      tick(run);
    }
    schedule();
  }

  private void expireToolCalls() throws InterruptedException {
    Waiting before = null;
    for (Waiting call : toolDeadlines.due(tools.clock().instant())) {
      AgentCommand instead = toolDeadlines.instead(call, before);
      if (instead != null) {
        carryOut(instead, null);
      }
      toolDeadlines.expired(call);
      before = call;
    }
  }

  private void tick(Run run) throws InterruptedException {
    Instant now = tools.clock().instant();
    Optional<Change> expired =
        tools.control().expire(run.state(), run.trouble(), hearing.since(), now);
    if (expired.isPresent()) {
      Run unused = tasks.enter(expired.get());
    }
    Optional<StopAgent> stop = endings.reaped(run, now);
    if (stop.isPresent()) {
      LOG.infof("agent is stopped: reason=%s %s", stop.get().reason(), Tasks.keys(run.facts()));
      carryOut(stop.get(), null);
    }
    if (run.state() instanceof Stopping && run.stop().due(now)) {
      endings.stopAgain(run);
    }
    if (run.cleanUp().due(now)) {
      endings.cleanUp(run);
    }
    // What may still cost money is not forgotten.
    if (!run.unconfirmed() && !forgetAt(run).isAfter(now)) {
      tasks.forget(run);
      CommandId start = run.facts().startCommandId();
      if (start != null) {
        fence.forget(start);
      }
      // Mostly the stop: with the same key it has the same id in the task's next life.
      fence.forget(run.facts().lastCommandId());
    }
  }

  private Instant forgetAt(Run run) {
    Instant endedAt = run.state().endedAt();
    return endedAt == null ? Instant.MAX : ended.forgetAt(endedAt);
  }

  private void schedule() {
    Instant next = Instant.MAX;
    int unconfirmed = 0;
    for (Run run : tasks.all()) {
      unconfirmed += run.unconfirmed() ? 1 : 0;
      if (run.state().ended()) {
        toolDeadlines.end(run.facts().taskId());
      }
      next =
          earlier(next, tools.control().deadline(run.state(), hearing.since()).orElse(Instant.MAX));
      next = earlier(next, tools.reaper().next(run.state(), run.signs()).orElse(Instant.MAX));
      next = earlier(next, run.nextStop());
      next = earlier(next, run.cleanUp().next());
      if (!run.unconfirmed()) {
        next = earlier(next, forgetAt(run));
      }
    }
    unconfirmedStops = unconfirmed;
    nextDue = earlier(next, toolDeadlines.next());
    lookBy.accept(nextDue);
  }

  private static Instant earlier(Instant a, Instant b) {
    return a.isBefore(b) ? a : b;
  }

  private static String keys(AgentCommand command) {
    return "appId="
        + command.appId()
        + " roomId="
        + command.roomId()
        + " taskId="
        + command.taskId()
        + " commandId="
        + command.commandId();
  }

  /** A record that belongs to no task. */
  static final class UnplaceableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnplaceableException(String reason) {
      super(reason, null, false, false);
    }
  }
}
