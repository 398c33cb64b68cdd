package dev.parley.simulator.voicechat;

import dev.parley.simulator.Scheduler;
import dev.parley.simulator.agent.Agent;
import dev.parley.simulator.agent.AgentTiming;
import dev.parley.simulator.agent.ErrorInfo;
import dev.parley.simulator.agent.Scripts;
import dev.parley.simulator.callback.CloudReports;
import dev.parley.simulator.fault.Fault;
import dev.parley.simulator.room.Rooms;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** All tasks: the active ones by their key, the ended ones as long as there is room for them. */
public final class VoiceChats {

  private final Rooms rooms;
  private final CloudReports reports;
  private final OperationReader reader;
  private final Scripts scripts;
  private final AgentTiming timing;
  private final Scheduler scheduler;
  private final Clock clock;
  private final Supplier<String> ids;
  private final int maxActive;
  private final int keptEnded;
  private final Map<TaskKey, AgentTask> active = new LinkedHashMap<>();
  private final Deque<TaskView> ended = new ArrayDeque<>();

  VoiceChats(
      Rooms rooms,
      CloudReports reports,
      OperationReader reader,
      Scripts scripts,
      AgentTiming timing,
      Scheduler scheduler,
      Clock clock,
      Supplier<String> ids,
      int maxActive,
      int keptEnded) {
    this.rooms = rooms;
    this.reports = reports;
    this.reader = reader;
    this.scripts = scripts;
    this.timing = timing;
    this.scheduler = scheduler;
    this.clock = clock;
    this.ids = ids;
    this.maxActive = maxActive;
    this.keptEnded = keptEnded;
  }

  /** Active tasks, then ended ones, each oldest first. */
  public List<TaskView> all() {
    List<TaskView> views = new ArrayList<>();
    active.values().forEach(task -> views.add(task.view()));
    views.addAll(ended);
    return views;
  }

  /** How many tasks are active. */
  public int activeCount() {
    return active.size();
  }

  void carryOut(Operation operation, List<Fault.OfTask> faults) {
    switch (operation) {
      case Operation.Start start -> start(start, faults);
      case Operation.Update update -> find(update.task()).update(update);
      case Operation.Stop stop -> find(stop.task()).stop();
    }
  }

  private void start(Operation.Start start, List<Fault.OfTask> faults) {
    if (active.containsKey(start.task())) {
      throw new ApiRefusal(
          ErrorCode.TASK_ALREADY_EXISTS,
          "The task has been started. Please do not call the startup task interface repeatedly.");
    }
    if (active.size() >= maxActive) {
      throw new ApiRefusal(
          ErrorCode.REACH_RATE_LIMIT, "The simulator runs " + maxActive + " tasks already.");
    }
    Operation.Start planned = start;
    boolean appears = true;
    for (Fault.OfTask fault : faults) {
      switch (fault) {
        case Fault.NeverJoins ignored -> appears = false;
        case Fault.PreParamCheckFails check ->
            planned = withProblem(planned, new ErrorInfo(check.errorCode(), check.reason()));
      }
    }
    AgentTask task = task(planned);
    active.put(start.task(), task);
    if (appears) {
      task.begin();
    }
  }

  private AgentTask task(Operation.Start start) {
    return new AgentTask(
        start,
        rooms,
        reports,
        reader,
        clock,
        ids.get(),
        out ->
            new Agent(
                start.plan(),
                scripts,
                start.task().room().appId(),
                start.task().room().roomId(),
                timing,
                scheduler,
                clock,
                () -> "call_" + ids.get(),
                out),
        this::taskEnded);
  }

  private static Operation.Start withProblem(Operation.Start start, ErrorInfo problem) {
    return new Operation.Start(
        start.task(),
        start.businessId(),
        start.plan().withParameterProblem(problem),
        start.stateCallback(),
        start.speechToSpeech(),
        start.states(),
        start.subtitles(),
        start.functions());
  }

  private AgentTask find(TaskKey key) {
    AgentTask task = active.get(key);
    if (task == null) {
      throw new ApiRefusal(
          ErrorCode.ACTIVE_TASK_NOT_FOUND, "There is no active task of this id in the room.");
    }
    return task;
  }

  private void taskEnded(AgentTask task) {
    TaskView view = task.view();
    active.remove(view.key(), task);
    ended.add(view);
    if (ended.size() > keptEnded) {
      ended.remove();
    }
  }

  void clear() {
    List.copyOf(active.values()).forEach(AgentTask::drop);
    active.clear();
    ended.clear();
  }
}
