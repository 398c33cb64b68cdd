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
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The newest events of each task, for those who follow one. Bounded per task, in tasks, and in how
 * long ago a task was last told of. Of a task whose events are not kept any more it is still known
 * where they ended, so that nobody who has them all is told of a gap.
 */
public final class TaskEvents {
  private static final int MAX_TASKS = 20_000;

  // Of tasks that go on and are quiet, without their events.
  private static final int MAX_QUIET = 100_000;
  private static final long NONE = -1;

  /**
   * One event.
   *
   * @param offset the order of a task's events, which are all in one partition
   * @param eventId the same for a fact that is told again
   * @param type the published name
   */
  public record Told(int partition, long offset, String eventId, String type, AgentEvent event) {
    /** Its place in the topic: {@code partition-offset}. */
    public String id() {
      return partition + "-" + offset;
    }
  }

  private static final class Ring {
    // Most tasks have a few, and there are many tasks.
    private final Deque<Told> newest = new ArrayDeque<>(4);
    private Instant toldAt = Instant.EPOCH;

    /** Everything that was told after this place is kept. */
    private long wholeAfter;

    private Past past;

    private Ring(long wholeAfter, Past past) {
      this.wholeAfter = wholeAfter;
      this.past = past;
    }

    private void add(Told event) {
      newest.addLast(event);
      past = past.and(event);
    }

    private void dropFirst() {
      wholeAfter = newest.removeFirst().offset();
    }

    private boolean knows(String eventId) {
      return newest.stream().anyMatch(event -> event.eventId().equals(eventId));
    }

    private boolean keeps(long offset) {
      return !newest.isEmpty() && newest.getFirst().offset() <= offset;
    }
  }

  /**
   * What was told of a task, without the events.
   *
   * @param last where the newest was
   * @param end where the task's end was; {@link #NONE} where it has none
   */
  private record Past(long last, long end) {
    private static final Past NOTHING = new Past(NONE, NONE);

    private Past and(Told event) {
      if (isEnd(event.event())) {
        return new Past(event.offset(), event.offset());
      }
      // The same task id lives again.
      return new Past(event.offset(), event.event() instanceof AgentRequested ? NONE : end);
    }
  }

  private record Key(AppId appId, TaskId taskId) {}

  private final int perTask;
  private final Duration history;
  private final Clock clock;

  /** Who was told of longest ago comes first. */
  private final Map<Key, Ring> told = new LinkedHashMap<>();

  // Apart, so that tasks that are over, which are many, do not take the place of those that go on.
  private final Map<Key, Past> quiet = newest(MAX_QUIET);
  private final Map<Key, Past> over = newest(MAX_TASKS);

  private final Map<Key, List<Consumer<Told>>> followers = new LinkedHashMap<>();

  /**
   * Knows nothing yet.
   *
   * @param history the events of a task of which nothing was told for that long are forgotten
   */
  public TaskEvents(int perTask, Duration history, Clock clock) {
    this.perTask = perTask;
    this.history = history;
    this.clock = clock;
  }

  private static Map<Key, Past> newest(int most) {
    return new LinkedHashMap<>() {
      @Override
      protected boolean removeEldestEntry(Map.Entry<Key, Past> eldest) {
        return size() > most;
      }
    };
  }

  /** Keeps an event, and tells those who follow its task; one that is told again is passed over. */
  public synchronized void tell(Told event) {
    TaskId taskId = event.event().taskId();
    if (taskId == null) {
      return;
    }
    Key key = new Key(event.event().appId(), taskId);
    Past before = past(key);
    if (before != null && event.offset() <= before.last()) {
      // Whoever reads from Kafka has begun again.
      return;
    }
    Ring known = told.remove(key);
    Ring ring = known == null ? begun(key, before, event) : known;
    ring.toldAt = clock.instant();
    told.put(key, ring);
    forget(ring.toldAt.minus(history));
    // A worker that takes over tells again what the one before may not have told.
    if (ring.knows(event.eventId())) {
      return;
    }
    ring.add(event);
    if (ring.newest.size() > perTask) {
      ring.dropFirst();
    }
    followers.getOrDefault(key, List.of()).forEach(follower -> follower.accept(event));
  }

  private Ring begun(Key key, @Nullable Past before, Told first) {
    quiet.remove(key);
    over.remove(key);
    if (before != null) {
      return new Ring(before.last(), before);
    }
    // What was told before an instance began to read is not known, but where a task begins.
    return new Ring(
        first.event() instanceof AgentRequested ? NONE : first.offset() - 1, Past.NOTHING);
  }

  private void forget(Instant toldBefore) {
    Iterator<Map.Entry<Key, Ring>> eldest = told.entrySet().iterator();
    while (eldest.hasNext()) {
      Map.Entry<Key, Ring> next = eldest.next();
      if (!next.getValue().toldAt.isBefore(toldBefore) && told.size() <= MAX_TASKS) {
        return;
      }
      Past past = next.getValue().past;
      (past.end() == NONE ? quiet : over).put(next.getKey(), past);
      eldest.remove();
    }
  }

  private @Nullable Past past(Key key) {
    Ring ring = told.get(key);
    if (ring != null) {
      return ring.past;
    }
    Past ofLive = quiet.get(key);
    return ofLive == null ? over.get(key) : ofLive;
  }

  /** True when there may have been an event after that place that is not kept. */
  private boolean misses(Key key, long offset) {
    Ring ring = told.get(key);
    if (ring != null) {
      return offset < ring.wholeAfter;
    }
    Past past = past(key);
    return past == null || offset < past.last();
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
    if (afterOffset >= 0 && misses(key, afterOffset)) {
      gap.run();
    }
    Ring ring = told.get(key);
    if (ring != null) {
      ring.newest.forEach(rest);
    }
    followers.computeIfAbsent(key, k -> new ArrayList<>()).add(rest);
    return () -> leave(key, rest);
  }

  /** True where the task has an end that is still told. */
  public synchronized boolean keepsEnd(AppId appId, TaskId taskId) {
    Ring ring = told.get(new Key(appId, taskId));
    return ring != null && ring.past.end() != NONE && ring.keeps(ring.past.end());
  }

  /** True for who has heard everything up to that place when the task's end is among it. */
  public synchronized boolean hadEnd(AppId appId, TaskId taskId, long offset) {
    Past past = past(new Key(appId, taskId));
    return past != null && past.end() != NONE && past.end() <= offset;
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
