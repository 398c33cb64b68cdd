package dev.parley.agent.kafka;

import dev.parley.agent.kafka.DueRooms.Place;
import dev.parley.events.AgentTask;
import dev.parley.events.id.RoomKey;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

/**
 * The rooms of one partition that have agents, or had of late. A room whose agents are all gone
 * sleeps: only their tasks are kept, until somebody asks for one or they are forgotten. One thread
 * calls it, but {@link #awake}.
 */
final class Rooms {

  /** A room and its mailbox. */
  record Occupant(Room room, Mailbox mailbox, Place<RoomKey> place) {}

  private record Asleep(List<AgentTask> tasks, Place<RoomKey> place) {}

  /** Begins what time has for a room. */
  interface Ticker {
    void begin(Occupant occupant);
  }

  private final PartitionTools shared;
  private final Executor threads;
  private final Map<RoomKey, Occupant> awake = new ConcurrentHashMap<>();
  private final Map<RoomKey, Asleep> asleep = new HashMap<>();
  private final DueRooms<RoomKey> due = new DueRooms<>();
  private final Set<RoomKey> crowdedOut = new HashSet<>();

  Rooms(PartitionTools shared, Executor threads) {
    this.shared = shared;
    this.threads = threads;
  }

  /** True for a room with a task that somebody may still ask about. */
  boolean knows(RoomKey key) {
    return awake.containsKey(key) || asleep.containsKey(key);
  }

  /** The room, awake. */
  Occupant get(RoomKey key) {
    Occupant there = awake.get(key);
    return there == null ? enter(key) : there;
  }

  private Occupant enter(RoomKey key) {
    Place<RoomKey> place = new Place<>(key);
    Occupant occupant =
        new Occupant(new Room(shared, next -> due.by(place, next)), new Mailbox(threads), place);
    Asleep before = asleep.remove(key);
    if (before != null) {
      before.tasks().forEach(task -> occupant.room().restore(task, null));
    }
    awake.put(key, occupant);
    // Whatever becomes of what comes first: a room in which nothing begins is forgotten again.
    due.by(place, shared.tools().clock().instant());
    return occupant;
  }

  Collection<Occupant> awake() {
    return awake.values();
  }

  int sleeping() {
    return asleep.size();
  }

  /**
   * Has rooms do what is due, lets those sleep whose agents are gone, and forgets those in which
   * nothing is to come.
   */
  void tick(Instant now, Ticker ticker) {
    for (Place<RoomKey> turn : due.poll(now)) {
      RoomKey key = turn.room();
      Asleep sleeper = asleep.get(key);
      if (sleeper != null && sleeper.place() == turn) {
        tick(get(key), now, ticker);
        continue;
      }
      Occupant occupant = awake.get(key);
      if (occupant != null && occupant.place() == turn) {
        tick(occupant, now, ticker);
      }
    }
    // Last, so that no room falls asleep between what begins here and its end.
    crowdedOut.addAll(shared.ended().crowdedOut(now));
    crowdedOut.removeIf(key -> !knows(key) || begins(get(key), ticker));
  }

  // What it does right now may have begun before it was known.
  private static boolean begins(Occupant occupant, Ticker ticker) {
    boolean idle = occupant.mailbox().idle();
    if (idle) {
      ticker.begin(occupant);
    }
    return idle;
  }

  private void tick(Occupant occupant, Instant now, Ticker ticker) {
    RoomKey key = occupant.place().room();
    Room room = occupant.room();
    if (!occupant.mailbox().idle()) {
      due.by(occupant.place(), again(now));
    } else if (room.forgotten()) {
      awake.remove(key);
    } else if (!room.nextDue().isAfter(now)) {
      // A room says itself when to look again, unless what it does fails.
      due.by(occupant.place(), again(now));
      ticker.begin(occupant);
    } else {
      due.by(occupant.place(), room.nextDue());
      List<AgentTask> over = room.over();
      if (!over.isEmpty()) {
        asleep.put(key, new Asleep(over, occupant.place()));
        awake.remove(key);
      }
    }
  }

  private Instant again(Instant now) {
    return now.plus(shared.tools().settings().tick());
  }

  /** Nothing new begins from here on, but what runs may finish. */
  void close() {
    awake.values().forEach(occupant -> occupant.mailbox().close());
  }

  boolean idle() {
    return awake.values().stream().allMatch(occupant -> occupant.mailbox().idle());
  }
}
