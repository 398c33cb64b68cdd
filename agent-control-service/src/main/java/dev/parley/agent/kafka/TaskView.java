package dev.parley.agent.kafka;

import dev.parley.agent.TaskSnapshots;
import dev.parley.events.AgentCommand.StartAgent;
import dev.parley.events.AgentTask;
import dev.parley.events.id.AppId;
import dev.parley.events.id.CommandId;
import dev.parley.events.id.RoomId;
import dev.parley.events.id.RoomKey;
import dev.parley.events.id.TaskId;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The tasks as this instance knows them from Kafka: every instance answers every read. Bounded:
 * beyond the bound ended tasks are forgotten, those that ended first go first.
 */
public final class TaskView {

  /**
   * A task.
   *
   * @param startCommandId the command that started it; null where only the state is known
   */
  public record Entry(AgentTask task, @Nullable CommandId startCommandId) {}

  private record Key(AppId appId, TaskId taskId) {}

  /** When a task ended. */
  private record End(long atMillis, Key key) implements Comparable<End> {
    private static final Comparator<End> ORDER =
        Comparator.comparingLong(End::atMillis)
            .thenComparing(end -> end.key().appId().value())
            .thenComparing(end -> end.key().taskId().value());

    @Override
    public int compareTo(End other) {
      return ORDER.compare(this, other);
    }
  }

  private record Waiter(Predicate<AgentTask> until, CompletableFuture<AgentTask> done) {}

  private final int maxTasks;
  private final WaitingTasks waiting;

  /** When the newest of the forgotten tasks was asked for. */
  private final AtomicLong forgottenUpTo = new AtomicLong(Long.MIN_VALUE);

  private final Map<Key, Entry> entries = new ConcurrentHashMap<>();

  /** The ends of those that have ended, the first one first. */
  private final NavigableSet<End> ends = new ConcurrentSkipListSet<>();

  private final Map<Key, List<Waiter>> waiters = new ConcurrentHashMap<>();

  public TaskView(int maxTasks, WaitingTasks waiting) {
    this.maxTasks = maxTasks;
    this.waiting = waiting;
  }

  /** Those of them that wait for the cloud. */
  public WaitingTasks waiting() {
    return waiting;
  }

  /** The task of an application. */
  public Optional<Entry> find(AppId appId, TaskId taskId) {
    return Optional.ofNullable(entries.get(new Key(appId, taskId)));
  }

  /** Tasks that match, the newest request first. */
  public List<AgentTask> list(Predicate<AgentTask> wanted) {
    return entries.values().stream()
        .map(Entry::task)
        .filter(wanted)
        .sorted(
            Comparator.comparingLong(AgentTask::requestedTimeMillis)
                .thenComparing(task -> task.taskId().value())
                .reversed())
        .toList();
  }

  /** A start was asked for; a state that is known already stays. */
  public void requested(StartAgent start) {
    Key key = new Key(start.appId(), start.taskId());
    entries.compute(
        key,
        (k, there) -> {
          if (there == null) {
            // Perhaps one of those that were forgotten: it does not come back as if it were new.
            if (start.eventTimeMillis() <= forgottenUpTo.get()) {
              return null;
            }
            Entry first = new Entry(asTask(start), start.commandId());
            waiting.changed(null, first.task());
            return first;
          }
          return there.startCommandId() == null
              ? new Entry(there.task(), start.commandId())
              : there;
        });
    changed(key);
  }

  /** A task has this state now; one that has ended stays so. */
  public void changed(AgentTask task) {
    Key key = new Key(task.appId(), task.taskId());
    entries.compute(
        key,
        (k, there) -> {
          if (there != null && TaskSnapshots.overtaken(task, there.task())) {
            return there;
          }
          waiting.changed(there == null ? null : there.task(), task);
          if (there != null && there.task().state().ended()) {
            ends.remove(end(k, there));
          }
          // The worker knows which start came first; records of older workers do not say.
          CommandId known = there == null ? null : there.startCommandId();
          Entry now =
              new Entry(task, task.startCommandId() == null ? known : task.startCommandId());
          if (task.state().ended()) {
            ends.add(end(k, now));
          }
          return now;
        });
    changed(key);
    forgetOldest();
  }

  private static End end(Key key, Entry ended) {
    Long at = ended.task().endedTimeMillis();
    return new End(at == null ? ended.task().eventTimeMillis() : at, key);
  }

  /** A task was deleted from the topic. */
  void removed(String recordKey) {
    // appId:roomId:taskId, and none of the three has a colon.
    String[] parts = recordKey.split(":", -1);
    if (parts.length == 3) {
      entries.computeIfPresent(
          new Key(new AppId(parts[0]), new TaskId(parts[2])),
          (k, gone) -> {
            waiting.changed(gone.task(), null);
            ends.remove(end(k, gone));
            return null;
          });
    }
  }

  /** The task as soon as it is as wanted, or as it is when the time is over. */
  public CompletionStage<AgentTask> await(
      AgentTask task, Predicate<AgentTask> until, Duration longest) {
    Key key = new Key(task.appId(), task.taskId());
    Waiter waiter = new Waiter(until, new CompletableFuture<>());
    waiters.computeIfAbsent(key, k -> new CopyOnWriteArrayList<>()).add(waiter);
    // What changed before the waiter was listed would otherwise be missed.
    changed(key);
    return waiter
        .done()
        .completeOnTimeout(task, longest.toMillis(), TimeUnit.MILLISECONDS)
        .thenApply(last -> find(task.appId(), task.taskId()).map(Entry::task).orElse(last))
        .whenComplete(
            (last, failure) ->
                waiters.computeIfPresent(
                    key,
                    (k, there) -> {
                      there.remove(waiter);
                      return there.isEmpty() ? null : there;
                    }));
  }

  private void changed(Key key) {
    Entry entry = entries.get(key);
    if (entry != null) {
      waiters.getOrDefault(key, List.of()).stream()
          .filter(waiter -> waiter.until().test(entry.task()))
          .forEach(waiter -> waiter.done().complete(entry.task()));
    }
  }

  private void forgetOldest() {
    while (entries.size() > maxTasks) {
      End first = ends.pollFirst();
      if (first == null) {
        return;
      }
      entries.computeIfPresent(
          first.key(),
          (k, there) -> {
            if (!there.task().state().ended() || !end(k, there).equals(first)) {
              // It began again meanwhile.
              return there;
            }
            // First, so that nobody finds it gone and new.
            forgottenUpTo.accumulateAndGet(there.task().requestedTimeMillis(), Math::max);
            return null;
          });
    }
  }

  /** The id of the command that answers a function call, whoever answers it and how. */
  public static CommandId toolCommandId(
      AppId appId, RoomId roomId, TaskId taskId, String toolCallId) {
    return Room.toolCommandId(new RoomKey(appId, roomId).task(taskId), toolCallId);
  }

  /** A start that no worker has taken up yet, as a task. */
  public static AgentTask asTask(StartAgent start) {
    return new AgentTask(
        start.appId(),
        start.roomId(),
        start.eventTimeMillis(),
        start.taskId(),
        AgentTask.State.REQUESTED,
        start.scene(),
        start.agentUserId(),
        start.targetUserId(),
        start.commandId(),
        start.eventTimeMillis(),
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        start.commandId());
  }
}
