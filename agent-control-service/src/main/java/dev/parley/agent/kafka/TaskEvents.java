package dev.parley.agent.kafka;

import dev.parley.events.AgentEvent;
import dev.parley.events.id.AppId;
import dev.parley.events.id.TaskId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** The newest events of each task, for those who follow one. Bounded per task and in tasks. */
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
  }

  private record Key(AppId appId, TaskId taskId) {}

  private final int perTask;
  private final Map<Key, Ring> told =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Ring> eldest) {
          return size() > MAX_TASKS;
        }
      };
  private final Map<Key, List<Consumer<Told>>> followers = new LinkedHashMap<>();

  public TaskEvents(int perTask) {
    this.perTask = perTask;
  }

  synchronized void tell(Told event) {
    TaskId taskId = event.event().taskId();
    if (taskId == null) {
      return;
    }
    Key key = new Key(event.event().appId(), taskId);
    Ring ring = told.computeIfAbsent(key, k -> new Ring());
    // A worker that takes over tells again what the one before may not have told.
    if (!ring.ids.add(event.eventId())) {
      return;
    }
    ring.newest.addLast(event);
    if (ring.newest.size() > perTask) {
      ring.ids.remove(ring.newest.removeFirst().eventId());
    }
    followers.getOrDefault(key, List.of()).forEach(follower -> follower.accept(event));
  }

  /**
   * Tells what is kept after a place in the topic, then everything that comes.
   *
   * @param afterOffset -1 for everything that is kept
   * @return ends it
   */
  public synchronized Runnable follow(
      AppId appId, TaskId taskId, long afterOffset, Consumer<Told> follower) {
    Key key = new Key(appId, taskId);
    told.getOrDefault(key, new Ring()).newest.stream()
        .filter(event -> event.offset() > afterOffset)
        .forEach(follower);
    followers.computeIfAbsent(key, k -> new ArrayList<>()).add(follower);
    return () -> leave(key, follower);
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
