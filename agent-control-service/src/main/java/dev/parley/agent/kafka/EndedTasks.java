package dev.parley.agent.kafka;

import dev.parley.events.id.RoomKey;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * How many ended tasks of a partition are remembered, and for how long. Beyond the bound those are
 * forgotten that ended first, but none so soon that its start could be delivered again.
 */
final class EndedTasks {
  private record Ended(long atMillis, RoomKey room) implements Comparable<Ended> {
    @Override
    public int compareTo(Ended other) {
      return Long.compare(atMillis, other.atMillis);
    }
  }

  private final PriorityQueue<Ended> eldest = new PriorityQueue<>();
  private final int most;
  private final Duration atLeast;
  private final Duration atMost;
  private long forgottenUpToMillis = Long.MIN_VALUE;

  /**
   * Remembers none yet.
   *
   * @param most tasks
   * @param atLeast how long each is remembered, however many there are
   * @param atMost how long each is remembered where there are not too many
   */
  EndedTasks(int most, Duration atLeast, Duration atMost) {
    this.most = most;
    this.atLeast = atLeast;
    this.atMost = atMost;
  }

  /** A task of that room has ended. */
  synchronized void add(RoomKey room, Instant endedAt) {
    eldest.add(new Ended(endedAt.toEpochMilli(), room));
  }

  /** When a task is forgotten that ended then, by what is known now. */
  synchronized Instant forgetAt(Instant endedAt) {
    boolean tooMany = endedAt.toEpochMilli() <= forgottenUpToMillis;
    return endedAt.plus(tooMany && atLeast.compareTo(atMost) < 0 ? atLeast : atMost);
  }

  /** Rooms with tasks that are to be forgotten now although their time has not come. */
  synchronized Set<RoomKey> crowdedOut(Instant now) {
    // Their rooms know by themselves.
    while (!eldest.isEmpty() && over(eldest.element(), atMost, now)) {
      eldest.remove();
    }
    Set<RoomKey> rooms = new HashSet<>();
    while (eldest.size() > most && over(eldest.element(), atLeast, now)) {
      Ended out = eldest.remove();
      forgottenUpToMillis = Math.max(forgottenUpToMillis, out.atMillis());
      rooms.add(out.room());
    }
    return rooms;
  }

  private static boolean over(Ended task, Duration time, Instant now) {
    return task.atMillis() + time.toMillis() <= now.toEpochMilli();
  }
}
