package dev.parley.agent.kafka;

import dev.parley.agent.AgentControl;
import dev.parley.agent.AgentTaskState;
import dev.parley.agent.AgentTaskState.Failed;
import dev.parley.agent.AgentTaskState.Stopping;
import dev.parley.agent.Change;
import dev.parley.agent.Decision;
import dev.parley.agent.Evidence;
import dev.parley.agent.TaskFacts;
import dev.parley.agent.TaskSnapshots;
import dev.parley.agent.cloud.Backoff;
import dev.parley.agent.cloud.CloudOutcome;
import dev.parley.agent.cloud.CloudProblem;
import dev.parley.agent.cloud.CloudRequest;
import dev.parley.agent.cloud.QuotaShare;
import dev.parley.agent.reaper.SignsOfLife;
import dev.parley.agent.scene.SceneException;
import dev.parley.events.AgentCommand;
import dev.parley.events.AgentCommand.ReturnToolResult;
import dev.parley.events.AgentCommand.StopAgent;
import dev.parley.events.AgentEvent;
import dev.parley.events.AgentEvent.AgentCommandCompleted;
import dev.parley.events.AgentEvent.AgentCommandRefused;
import dev.parley.events.AgentEvent.AgentErrorReported;
import dev.parley.events.AgentEvent.AgentRunStageReported;
import dev.parley.events.AgentEvent.AgentStageChanged;
import dev.parley.events.AgentEvent.RunningEvidence;
import dev.parley.events.AgentTask;
import dev.parley.events.Failure;
import dev.parley.events.PayloadTypes;
import dev.parley.events.RoomEvent;
import dev.parley.events.RoomEvent.LeaveReason;
import dev.parley.events.RoomEvent.RoomClosed;
import dev.parley.events.RoomEvent.UserJoined;
import dev.parley.events.RoomEvent.UserLeft;
import dev.parley.events.RoomState;
import dev.parley.events.StopReason;
import dev.parley.events.ToolResult;
import dev.parley.events.codec.EventIds;
import dev.parley.events.id.CommandId;
import dev.parley.events.id.TaskId;
import dev.parley.events.id.UserId;
import dev.parley.kit.kafka.EventPublisher.Draft;
import dev.parley.kit.kafka.KafkaUnavailableException;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.UnaryOperator;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The agent tasks of one room. Only its mailbox calls it, so one thing happens after the other, and
 * what it decides is on Kafka before the next thing begins.
 */
final class Room {
  private static final Logger LOG = Logger.getLogger(Room.class);

  /** Run stages that say that an agent is gone, or nothing about where it is. */
  private static final String TASK_STOP = "taskStop";

  private static final Set<String> NO_SIGN_OF_LIFE = Set.of("taskUsage", "preParamCheck");

  // The user is still there, others just do not see it.
  private static final Set<LeaveReason> STILL_THERE =
      Set.of(LeaveReason.BECAME_INVISIBLE, LeaveReason.ROLE_CHANGED);

  private static final int MAX_CLEANUPS = 8;

  private final RoomTools tools;
  private final PartitionLease lease;
  private final QuotaShare quota;
  private final CommandFence fence;
  private final Backoff journalBackoff;
  private final Backoff stopBackoff;
  private final Map<TaskId, Run> runs = new LinkedHashMap<>();
  private volatile Instant nextDue = Instant.MAX;

  /** A task and what its worker keeps beside it. */
  private static final class Run {
    private AgentTaskState state;
    private SignsOfLife signs;
    private int stops;
    private @Nullable Instant stopAgainAt;
    private int cleanups;
    private @Nullable Instant cleanUpAt;

    Run(AgentTaskState state, SignsOfLife signs) {
      this.state = state;
      this.signs = signs;
    }
  }

  Room(RoomTools tools, PartitionLease lease, QuotaShare quota, CommandFence fence) {
    this.tools = tools;
    this.lease = lease;
    this.quota = quota;
    this.fence = fence;
    WorkerSettings settings = tools.settings();
    this.journalBackoff =
        new Backoff(
            Duration.ofMillis(200),
            Duration.ofSeconds(5),
            () -> ThreadLocalRandom.current().nextDouble());
    this.stopBackoff =
        new Backoff(
            settings.stopRetry(),
            settings.maxStopRetry(),
            () -> ThreadLocalRandom.current().nextDouble());
  }

  /** When {@link #tick} has something to do. */
  Instant nextDue() {
    return nextDue;
  }

  /** True when the room has no task that anybody may still ask about. */
  boolean forgotten() {
    return nextDue.equals(Instant.MAX) && runs.isEmpty();
  }

  /** Takes over a task from the worker before, with what is known of the room. */
  void restore(AgentTask snapshot, @Nullable RoomState room) {
    Instant now = tools.clock().instant();
    AgentTaskState state = TaskSnapshots.restore(snapshot);
    Run run = new Run(state, SignsOfLife.unknown(now));
    if (state instanceof Stopping) {
      run.stopAgainAt = now;
    }
    if (state instanceof Failed failed
        && failed.endedAt().plus(tools.settings().cloudIdleTimeout()).isAfter(now)) {
      run.cleanUpAt = now;
    }
    if (room != null && !state.ended()) {
      run.signs = signs(run, room, now);
    }
    runs.put(state.facts().taskId(), run);
    schedule();
  }

  // Timers of the worker before are gone; who is in the room says which ones must run again.
  private static SignsOfLife signs(Run run, RoomState room, Instant now) {
    TaskFacts facts = run.state.facts();
    SignsOfLife signs = run.signs;
    if (!contains(room, facts.targetUserId())) {
      signs = signs.targetLeft(now);
    }
    if (run.state instanceof AgentTaskState.Running && !contains(room, facts.agentUserId())) {
      signs = signs.agentLeft(now);
    }
    return signs;
  }

  private static boolean contains(RoomState room, UserId user) {
    return room.open() && room.users().stream().anyMatch(each -> each.userId().equals(user));
  }

  /** Carries out one command, or says why not. */
  void command(AgentCommand command) throws InterruptedException {
    if (fence.settled(command.commandId())) {
      return;
    }
    Run run = runs.get(command.taskId());
    AgentTaskState state = run == null ? null : run.state;
    Instant now = tools.clock().instant();
    switch (tools.control().decide(state, command, now)) {
      case Decision.Ignore ignore ->
          LOG.debugf("command ignored: %s %s", ignore.why(), keys(command));
      case Decision.Refuse refuse -> refuse(state, command, refuse.failure(), now);
      case Decision.Settle settle -> enter(settle.change());
      case Decision.CallCloud call -> callCloud(command, call.first());
    }
    fence.settle(command.commandId());
    schedule();
  }

  private void refuse(
      @Nullable AgentTaskState state, AgentCommand command, Failure failure, Instant now)
      throws InterruptedException {
    LOG.infof("command refused: errorCode=%s %s", failure.code(), keys(command));
    if (state == null) {
      write(List.of(draft(AgentControl.refuse(command, failure, now))));
    } else {
      enter(tools.control().refuse(state, command, failure, now));
    }
  }

  private void callCloud(AgentCommand command, Change first) throws InterruptedException {
    enter(first);
    CloudRequest request;
    try {
      request = tools.requests().of(command);
    } catch (SceneException e) {
      enter(
          tools
              .control()
              .settleUnsendable(first.state(), command, e.failure(), tools.clock().instant()));
      return;
    }
    CloudOutcome outcome = call(request, deadline(command));
    enter(tools.control().settle(first.state(), command, outcome, tools.clock().instant()));
  }

  // A stop never expires, but the room must not wait for it for ever: a timer repeats it.
  private Instant deadline(AgentCommand command) {
    return command instanceof StopAgent
        ? tools.clock().instant().plus(tools.settings().commandTtl())
        : Instant.ofEpochMilli(command.expiresTimeMillis());
  }

  private CloudOutcome call(CloudRequest request, Instant deadline) throws InterruptedException {
    long before = System.nanoTime();
    CloudOutcome outcome = tools.caller().call(request, quota, lease, deadline);
    tools
        .metrics()
        .timer(
            "parley.agent.cloud.calls",
            Tags.of(
                "action", request.action().cloudName(),
                "outcome", outcome.getClass().getSimpleName()))
        .record(Duration.ofNanos(System.nanoTime() - before));
    if (outcome instanceof CloudProblem problem && !asGoodAsDone(request, problem)) {
      LOG.warnf(
          "the cloud did not carry out action=%s outcome=%s errorCode=%s requestId=%s appId=%s"
              + " taskId=%s",
          request.action(),
          problem.getClass().getSimpleName(),
          problem.code(),
          problem.requestId(),
          request.appId(),
          request.body().path("TaskId").asText());
    }
    return outcome;
  }

  // What the call was for is so already.
  private static boolean asGoodAsDone(CloudRequest request, CloudProblem problem) {
    return switch (request.action()) {
      case START -> problem instanceof CloudProblem.AlreadyExists;
      case STOP -> problem instanceof CloudProblem.NotFound;
      case UPDATE -> false;
    };
  }

  /** The answer of a tool worker becomes a command; the call's id makes it one only once. */
  void toolResult(ToolResult result) throws InterruptedException {
    Optional<Run> run =
        result.taskId() != null ? Optional.ofNullable(runs.get(result.taskId())) : onlyLiveRun();
    if (run.isEmpty() && result.taskId() == null) {
      throw new UnplaceableException("the room has not exactly one agent to give the result to");
    }
    TaskId taskId =
        run.map(each -> each.state.facts().taskId())
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
            result.content()));
  }

  /** The id of the command that answers a function call, whoever answers it. */
  static CommandId toolCommandId(String taskKey, String toolCallId) {
    return new CommandId("c-" + EventIds.derived("tool-result", taskKey, toolCallId));
  }

  private Optional<Run> onlyLiveRun() {
    List<Run> live = runs.values().stream().filter(run -> !run.state.ended()).toList();
    return live.size() == 1 ? Optional.of(live.getFirst()) : Optional.empty();
  }

  /** Takes in what the gateway says about an agent; what workers write says nothing new here. */
  void agentEvent(AgentEvent event) throws InterruptedException {
    Instant at = Instant.ofEpochMilli(event.eventTimeMillis());
    switch (event) {
      case AgentRunStageReported reported -> {
        Run run = runs.get(reported.taskId());
        if (run == null || NO_SIGN_OF_LIFE.contains(reported.runStage())) {
          return;
        }
        if (reported.runStage().equals(TASK_STOP)) {
          evidence(run, new Evidence.Ended(at));
        } else {
          appeared(run, RunningEvidence.RUN_STAGE, at);
        }
      }
      case AgentStageChanged stage -> {
        Run run = stage.taskId() == null ? runOf(stage.agentUserId()) : runs.get(stage.taskId());
        if (run != null) {
          appeared(run, RunningEvidence.CONVERSATION_STAGE, at);
        }
      }
      case AgentErrorReported error -> {
        Run run = runs.get(error.taskId());
        if (run != null) {
          evidence(
              run, new Evidence.Broke(error.runStage(), error.errorCode(), error.reason(), at));
        }
      }
      case AgentEvent.AgentRequested own -> {}
      case AgentEvent.AgentDispatched own -> {}
      case AgentEvent.AgentRunning own -> {}
      case AgentEvent.AgentStopping own -> {}
      case AgentEvent.AgentStopped own -> {}
      case AgentEvent.AgentFailed own -> {}
      case AgentCommandCompleted own -> {}
      case AgentCommandRefused own -> {}
    }
    schedule();
  }

  private void appeared(Run run, RunningEvidence by, Instant at) throws InterruptedException {
    run.signs = run.signs.heard(tools.clock().instant());
    evidence(run, new Evidence.Appeared(by, at));
  }

  private void evidence(Run run, Evidence evidence) throws InterruptedException {
    Optional<Change> change = tools.control().apply(run.state, evidence, tools.clock().instant());
    if (change.isPresent()) {
      enter(change.get());
    }
  }

  // The newest run of an agent's user: the ones before are over.
  private @Nullable Run runOf(UserId agentUserId) {
    Run newest = null;
    for (Run run : runs.values()) {
      if (run.state.facts().agentUserId().equals(agentUserId)) {
        newest = run;
      }
    }
    return newest;
  }

  /** Takes in a fact about the room. */
  void roomEvent(RoomEvent event) throws InterruptedException {
    Instant at = Instant.ofEpochMilli(event.eventTimeMillis());
    Instant now = tools.clock().instant();
    switch (event) {
      case UserJoined joined -> {
        Run agent = runOf(joined.userId());
        if (agent != null) {
          appeared(agent, RunningEvidence.AGENT_JOINED, at);
        }
        ofTarget(joined.userId(), SignsOfLife::targetThere);
      }
      case UserLeft left when STILL_THERE.contains(left.reason()) -> {}
      case UserLeft left -> {
        Run agent = runOf(left.userId());
        if (agent != null) {
          agent.signs = agent.signs.agentLeft(now);
        }
        ofTarget(left.userId(), signs -> signs.targetLeft(now));
      }
      case RoomClosed closed ->
          runs.values().stream()
              // A room of that name that ended before the agent was asked for is another one.
              .filter(run -> !at.isBefore(run.state.facts().requestedAt()))
              .forEach(run -> run.signs = run.signs.closed());
      case RoomEvent.RoomOpened opened -> {}
      case RoomEvent.StreamPublished published -> heard(published.userId(), now);
      case RoomEvent.StreamUnpublished unpublished -> heard(unpublished.userId(), now);
      case RoomEvent.CaptureStarted started -> heard(started.userId(), now);
      case RoomEvent.CaptureStopped stopped -> heard(stopped.userId(), now);
    }
    schedule();
  }

  // Whoever of the two does something: the conversation is not dead.
  private void heard(UserId user, Instant now) {
    for (Run run : runs.values()) {
      TaskFacts facts = run.state.facts();
      if (facts.targetUserId().equals(user)) {
        run.signs =
            new SignsOfLife(
                run.signs.targetLeftAt(), run.signs.agentLeftAt(), run.signs.roomClosed(), now);
      }
    }
  }

  private void ofTarget(UserId user, UnaryOperator<SignsOfLife> change) {
    runs.values().stream()
        .filter(run -> run.state.facts().targetUserId().equals(user))
        .forEach(run -> run.signs = change.apply(run.signs));
  }

  /** Does what time brings: deadlines, stops that nobody asked for, stops to be repeated. */
  void tick() throws InterruptedException {
    for (Run run : List.copyOf(runs.values())) {
      Instant now = tools.clock().instant();
      Optional<Change> expired = tools.control().expire(run.state, now);
      if (expired.isPresent()) {
        enter(expired.get());
      }
      Optional<StopReason> reason = tools.reaper().due(run.state, run.signs, now);
      if (reason.isPresent()) {
        reap(run, reason.get(), now);
      }
      if (run.state instanceof Stopping && due(run.stopAgainAt, now)) {
        stopAgain(run);
      }
      if (due(run.cleanUpAt, now)) {
        cleanUp(run);
      }
      Instant endedAt = run.state.endedAt();
      if (endedAt != null && due(endedAt.plus(tools.settings().memory()), now)) {
        runs.remove(run.state.facts().taskId());
      }
    }
    schedule();
  }

  private static boolean due(@Nullable Instant at, Instant now) {
    return at != null && !now.isBefore(at);
  }

  private void reap(Run run, StopReason reason, Instant now) throws InterruptedException {
    TaskFacts facts = run.state.facts();
    LOG.infof("agent is stopped: reason=%s %s", reason, keys(facts));
    Instant leftAt = run.signs.targetLeftAt();
    command(
        new StopAgent(
            facts.appId(),
            facts.roomId(),
            now.toEpochMilli(),
            facts.taskId(),
            new CommandId("c-" + EventIds.derived("reaper", facts.key(), reason.name())),
            "reaper",
            now.plus(tools.settings().memory()).toEpochMilli(),
            reason));
    if (reason == StopReason.TARGET_LEFT && leftAt != null) {
      Duration avoided =
          tools
              .settings()
              .cloudIdleTimeout()
              .minus(Duration.between(leftAt, tools.clock().instant()));
      if (!avoided.isNegative()) {
        tools
            .metrics()
            .counter("parley.agent.billed.seconds.avoided")
            .increment((double) avoided.toSeconds());
      }
    }
  }

  private void stopAgain(Run run) throws InterruptedException {
    CloudOutcome outcome = stopCall(run);
    Optional<Change> change =
        tools.control().settleRepeatedStop(run.state, outcome, tools.clock().instant());
    run.stops++;
    run.stopAgainAt = tools.clock().instant().plus(stopBackoff.after(run.stops));
    if (change.isPresent()) {
      enter(change.get());
    }
  }

  // For agents that the cloud may have although their task has failed.
  private void cleanUp(Run run) throws InterruptedException {
    CloudOutcome outcome = stopCall(run);
    run.cleanups++;
    boolean gone =
        outcome instanceof CloudOutcome.Accepted || outcome instanceof CloudProblem.NotFound;
    run.cleanUpAt =
        gone || run.cleanups >= MAX_CLEANUPS
            ? null
            : tools.clock().instant().plus(stopBackoff.after(run.cleanups));
  }

  private CloudOutcome stopCall(Run run) throws InterruptedException {
    return call(
        CloudRequests.stop(run.state.facts()),
        tools.clock().instant().plus(tools.settings().commandTtl()));
  }

  /** Writes a step and, once Kafka has it, makes it the state. */
  private void enter(Change change) throws InterruptedException {
    TaskFacts facts = change.state().facts();
    Run run = runs.get(facts.taskId());
    AgentTaskState before = run == null ? null : run.state;
    Instant now = tools.clock().instant();
    List<Draft> drafts = new ArrayList<>();
    change.events().forEach(event -> drafts.add(draft(event)));
    if (!change.state().equals(before)) {
      drafts.add(snapshot(change.state(), now));
    }
    if (!drafts.isEmpty()) {
      write(drafts);
    }
    if (run == null) {
      run = new Run(change.state(), SignsOfLife.unknown(now));
      runs.put(facts.taskId(), run);
    }
    run.state = change.state();
    if (before == null || before.wireState() != run.state.wireState()) {
      entered(run, now);
    }
    if (change.stopInCloud()) {
      run.cleanups = 0;
      run.cleanUpAt = now;
    }
  }

  private void entered(Run run, Instant now) {
    AgentTaskState state = run.state;
    tools
        .metrics()
        .counter("parley.agent.tasks.entered", "state", state.wireState().name())
        .increment();
    Failure failure = state.failure();
    LOG.infof(
        "task entered state=%s %s%s",
        state.wireState(),
        keys(state.facts()),
        failure == null ? "" : " errorCode=" + failure.code());
    switch (state) {
      case Stopping stopping -> run.stopAgainAt = now.plus(stopBackoff.after(1));
      case AgentTaskState.Running running -> run.signs = run.signs.heard(now);
      case AgentTaskState.Requested s -> {}
      case AgentTaskState.Dispatched s -> {}
      case AgentTaskState.Stopped s -> {}
      case Failed s -> {}
    }
  }

  private void write(List<Draft> drafts) throws InterruptedException {
    for (int attempt = 1; ; attempt++) {
      lease.check();
      try {
        tools.journal().append(drafts);
        return;
      } catch (KafkaUnavailableException e) {
        if (attempt == 1) {
          LOG.warnf("Kafka does not take outcomes; the room waits: %s", e.getMessage());
        }
        Thread.sleep(journalBackoff.after(attempt));
      }
    }
  }

  private void schedule() {
    Instant next = Instant.MAX;
    for (Run run : runs.values()) {
      next = earlier(next, tools.control().deadline(run.state).orElse(Instant.MAX));
      next = earlier(next, tools.reaper().next(run.state, run.signs).orElse(Instant.MAX));
      if (run.state instanceof Stopping && run.stopAgainAt != null) {
        next = earlier(next, run.stopAgainAt);
      }
      if (run.cleanUpAt != null) {
        next = earlier(next, run.cleanUpAt);
      }
      Instant endedAt = run.state.endedAt();
      if (endedAt != null) {
        next = earlier(next, endedAt.plus(tools.settings().memory()));
      }
    }
    nextDue = next;
  }

  private static Instant earlier(Instant a, Instant b) {
    return a.isBefore(b) ? a : b;
  }

  private static Draft snapshot(AgentTaskState state, Instant now) {
    TaskFacts facts = state.facts();
    return new Draft(
        TaskSnapshots.snapshot(state, now),
        EventIds.derived(
            "task", facts.key(), state.wireState().name(), facts.lastCommandId().value()));
  }

  // A command completes or is refused once; everything else happens once in a task's life.
  private static Draft draft(AgentEvent event) {
    String command =
        switch (event) {
          case AgentCommandCompleted completed -> completed.commandId().value();
          case AgentCommandRefused refused -> refused.commandId().value();
          case AgentEvent other -> "";
        };
    TaskId taskId = event.taskId();
    return new Draft(
        event,
        EventIds.derived(
            PayloadTypes.of(event.getClass()).value(),
            taskId == null ? event.recordKey() : event.roomKey().task(taskId),
            command));
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

  private static String keys(TaskFacts facts) {
    return "appId="
        + facts.appId()
        + " roomId="
        + facts.roomId()
        + " taskId="
        + facts.taskId()
        + " commandId="
        + facts.lastCommandId();
  }

  /** A record that belongs to no task. */
  static final class UnplaceableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnplaceableException(String reason) {
      super(reason, null, false, false);
    }
  }
}
