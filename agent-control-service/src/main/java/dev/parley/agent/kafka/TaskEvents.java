package dev.parley.agent.kafka;

import dev.parley.events.AgentEvent;
import dev.parley.events.AgentEvent.AgentCommandCompleted;
import dev.parley.events.AgentEvent.AgentCommandRefused;
import dev.parley.events.AgentEvent.AgentFailed;
import dev.parley.events.AgentEvent.AgentRequested;
import dev.parley.events.AgentEvent.AgentStopped;
import dev.parley.events.id.AppId;
import dev.parley.events.id.CommandId;
import dev.parley.events.id.TaskId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The newest events of each task, for those who follow one. Bounded per task, in tasks, and in how
 * long ago a task was last told of.
 */
public final class TaskEvents {
  private static final int MAX_TASKS = 20_000;

  /**
   * One event.
   *
   * @param id its place in the topic, {@code partition-offset}; the order of a task's events
   * @param eventId the same for a fact that is told again
   * @param type the published name
   */
  public record Told(String id, long offset, String eventId, String type, AgentEvent event) {}

  private static final class Ring {
    private final Deque<Told> newest = new ArrayDeque<>();
    private final Set<String> ids = new HashSet<>();
    private Instant toldAt = Instant.EPOCH;
    private boolean lost;

    /** True when there may have been an event after that place that is not kept. */
    private boolean misses(long offset) {
      return newest.isEmpty() || (newest.getFirst().offset() > offset && !whole());
    }

    private boolean whole() {
      return !lost && newest.getFirst().event() instanceof AgentRequested;
    }
  }

  private record Key(AppId appId, TaskId taskId) {}

  private final int perTask;
  private final Duration history;
  private final Clock clock;

  /** Who was told of longest ago comes first. */
  private final Map<Key, Ring> told = new LinkedHashMap<>();

  private final Map<Key, List<Consumer<Told>>> followers = new LinkedHashMap<>();

  /**
   * Knows nothing yet.
   *
   * @param history a task of which nothing was told for that long is forgotten
   */
  public TaskEvents(int perTask, Duration history, Clock clock) {
    this.perTask = perTask;
    this.history = history;
    this.clock = clock;
  }

  /** Keeps an event, and tells those who follow its task; one that is told again is passed over. */
  public synchronized void tell(Told event) {
    TaskId taskId = event.event().taskId();
    if (taskId == null) {
      return;
    }
    Key key = new Key(event.event().appId(), taskId);
    Ring known = told.remove(key);
    Ring ring = known == null ? new Ring() : known;
    ring.toldAt = clock.instant();
    told.put(key, ring);
    forget(ring.toldAt.minus(history));
    // A worker that takes over tells again what the one before may not have told.
    if (!ring.ids.add(event.eventId())) {
      return;
    }
    ring.newest.addLast(event);
    if (ring.newest.size() > perTask) {
      ring.ids.remove(ring.newest.removeFirst().eventId());
      ring.lost = true;
    }
    followers.getOrDefault(key, List.of()).forEach(follower -> follower.accept(event));
  }

  private void forget(Instant toldBefore) {
    Iterator<Ring> eldest = told.values().iterator();
    while (eldest.hasNext()
        && (eldest.next().toldAt.isBefore(toldBefore) || told.size() > MAX_TASKS)) {
      eldest.remove();
    }
  }

  /**
   * Tells what is kept after a place in the topic, then everything that comes.
   *
   * @param afterOffset -1 for everything that is kept
   * @param gap run first when something after that place may be kept no more
   * @return ends it
   */
  public synchronized Runnable follow(
      AppId appId, TaskId taskId, long afterOffset, Runnable gap, Consumer<Told> follower) {
    Key key = new Key(appId, taskId);
    // Also of what is read later: a reader that has just begun reads what is old as well.
    Consumer<Told> rest =
        event -> {
          if (event.offset() > afterOffset) {
            follower.accept(event);
          }
        };
    Ring ring = told.getOrDefault(key, new Ring());
    if (afterOffset >= 0 && ring.misses(afterOffset)) {
      gap.run();
    }
    ring.newest.forEach(rest);
    followers.computeIfAbsent(key, k -> new ArrayList<>()).add(rest);
    return () -> leave(key, rest);
  }

  /** Where the task's end is; empty when it has none, or it is kept no more. */
  public synchronized OptionalLong end(AppId appId, TaskId taskId) {
    Ring ring = told.get(new Key(appId, taskId));
    OptionalLong end = OptionalLong.empty();
    for (Told each : ring == null ? List.<Told>of() : ring.newest) {
      if (isEnd(each.event())) {
        end = OptionalLong.of(each.offset());
      } else if (each.event() instanceof AgentRequested) {
        // The same task id lives again.
        end = OptionalLong.empty();
      }
    }
    return end;
  }

  /** True where the last that was told of a command is that it was refused. */
  public synchronized boolean refused(AppId appId, TaskId taskId, CommandId commandId) {
    Ring ring = told.get(new Key(appId, taskId));
    boolean refused = false;
    for (Told each : ring == null ? List.<Told>of() : ring.newest) {
      if (each.event() instanceof AgentCommandRefused of && of.commandId().equals(commandId)) {
        refused = true;
      } else if (each.event() instanceof AgentCommandCompleted of
          && of.commandId().equals(commandId)) {
        refused = false;
      }
    }
    return refused;
  }

  /** True for the event that a task ends with. */
  public static boolean isEnd(AgentEvent event) {
    return event instanceof AgentStopped || event instanceof AgentFailed;
  }

  private synchronized void leave(Key key, Consumer<Told> follower) {
    // A new list: whoever is being told right now iterates over the old one.
    followers.computeIfPresent(
        key,
        (k, there) -> {
          List<Consumer<Told>> rest = new ArrayList<>(there);
          rest.remove(follower);
          return rest.isEmpty() ? null : rest;
        });
  }
}
