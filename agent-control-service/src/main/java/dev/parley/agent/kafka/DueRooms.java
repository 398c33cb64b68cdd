package dev.parley.agent.kafka;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Rooms in the order in which time has something for them, so that the many that only wait cost
 * nothing. A room is looked at when its turn has come and says then when to look again; one whose
 * turn has moved away meanwhile is looked at once in vain, which is cheaper than finding it with
 * every change.
 */
final class DueRooms<T> {

  /** A place in the queue; one room has one that counts. */
  static final class Place<T> {
    private final T room;
    private long atMillis = Long.MAX_VALUE;

    Place(T room) {
      this.room = room;
    }

    T room() {
      return room;
    }
  }

  private record Turn<T>(long atMillis, Place<T> place) implements Comparable<Turn<T>> {
    @Override
    public int compareTo(Turn<T> other) {
      return Long.compare(atMillis, other.atMillis);
    }
  }

  private final PriorityQueue<Turn<T>> turns = new PriorityQueue<>();

  /** Looks at the room at that time at the latest; {@link Instant#MAX} asks for nothing. */
  synchronized void by(Place<T> place, Instant at) {
    if (at.equals(Instant.MAX)) {
      return;
    }
    // Later than asked for by less than a millisecond: earlier would be in vain.
    long atMillis = at.minusNanos(1).toEpochMilli() + 1;
    if (atMillis < place.atMillis) {
      place.atMillis = atMillis;
      turns.add(new Turn<>(atMillis, place));
    }
  }

  /** Takes out the rooms whose turn has come; each has to be asked for again. */
  synchronized List<Place<T>> poll(Instant now) {
    List<Place<T>> due = new ArrayList<>();
    long nowMillis = now.toEpochMilli();
    for (Turn<T> next = turns.peek();
        next != null && next.atMillis() <= nowMillis;
        next = turns.peek()) {
      turns.remove();
      // An earlier turn has taken the place of this one.
      if (next.place().atMillis == next.atMillis()) {
        next.place().atMillis = Long.MAX_VALUE;
        due.add(next.place());
      }
    }
    return due;
  }
}
