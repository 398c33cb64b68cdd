package dev.parley.agent.kafka;

import dev.parley.agent.cloud.CloudRequest.Action;
import dev.parley.agent.cloud.QuotaShare;
import dev.parley.events.AgentTask;
import dev.parley.events.Topic;
import dev.parley.events.codec.RoomPartitioner;
import dev.parley.events.id.AppId;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Tasks whose start or stop the cloud has not answered yet, in the order in which they get their
 * part of the account's quota: every partition has its own.
 */
public final class WaitingTasks {

  /**
   * Where a task stands.
   *
   * @param number 1 for the one whose turn is next, or that is being called right now
   * @param expectedWait until its turn, when a worker works for the partition
   */
  public record Place(Action action, int number, Duration expectedWait) {}

  private record Lane(String account, int partition, Action action) {}

  private record Waiting(long sinceMillis, String task) implements Comparable<Waiting> {
    private static final Comparator<Waiting> ORDER =
        Comparator.comparingLong(Waiting::sinceMillis).thenComparing(Waiting::task);

    @Override
    public int compareTo(Waiting other) {
      return ORDER.compare(this, other);
    }
  }

  private final Function<AppId, String> accounts;
  private final int quotaPerSecond;
  private final Map<Lane, NavigableSet<Waiting>> lanes = new ConcurrentHashMap<>();

  /**
   * Nobody waits yet.
   *
   * @param accounts which account's quota an application's calls count against
   */
  public WaitingTasks(Function<AppId, String> accounts, int quotaPerSecond) {
    this.accounts = accounts;
    this.quotaPerSecond = quotaPerSecond;
  }

  /** A task was in one state and is in another one; null where it is not known. */
  void changed(@Nullable AgentTask before, @Nullable AgentTask after) {
    if (before != null) {
      Action from = action(before);
      if (from != null) {
        lane(before, from).remove(waiting(before, from));
      }
    }
    if (after != null) {
      Action to = action(after);
      if (to != null) {
        lane(after, to).add(waiting(after, to));
      }
    }
  }

  /** Where a task stands; empty when it waits for nothing. */
  public Optional<Place> find(AgentTask task) {
    Action action = action(task);
    if (action == null) {
      return Optional.empty();
    }
    int number = lane(task, action).headSet(waiting(task, action)).size() + 1;
    return Optional.of(
        new Place(
            action, number, QuotaShare.expectedWait(quotaPerSecond, Topic.PARTITIONS, number)));
  }

  private static @Nullable Action action(AgentTask task) {
    return switch (task.state()) {
      case REQUESTED -> Action.START;
      case STOPPING -> Action.STOP;
      case DISPATCHED, RUNNING, STOPPED, FAILED -> null;
    };
  }

  private NavigableSet<Waiting> lane(AgentTask task, Action action) {
    int partition = RoomPartitioner.partition(task.recordKey(), Topic.PARTITIONS);
    return lanes.computeIfAbsent(
        new Lane(accounts.apply(task.appId()), partition, action),
        lane -> new ConcurrentSkipListSet<>());
  }

  private static Waiting waiting(AgentTask task, Action action) {
    Long stopping = task.stoppingTimeMillis();
    return new Waiting(
        action == Action.STOP && stopping != null ? stopping : task.requestedTimeMillis(),
        task.recordKey());
  }
}
