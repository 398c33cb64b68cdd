package dev.parley.room.http;

import dev.parley.kit.problem.Problem;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The open connections of one kind: how many there may be, and how they end when the process stops.
 */
final class OpenConnections {
  private static final Problem STOPPING =
      Problem.of(503, "stopping", "This gateway is stopping: connect to another one.")
          .retryAfter(1);

  private final int most;
  private final Problem full;
  private final AtomicInteger count = new AtomicInteger();
  private final Set<Place> taken = ConcurrentHashMap.newKeySet();
  private final CountDownLatch allLeft = new CountDownLatch(1);
  private volatile boolean stopping;

  /**
   * None yet.
   *
   * @param full the answer to one that comes when all places are taken
   */
  OpenConnections(int most, Problem full) {
    this.most = most;
    this.full = full;
  }

  /** The place of one connection, from before it is accepted until it is gone. */
  final class Place {
    private final AtomicReference<Runnable> end = new AtomicReference<>(OpenConnections::nothing);
    private final AtomicBoolean left = new AtomicBoolean();

    private Place() {}

    /** How the connection is told to end; called at most once, from any thread, must not block. */
    void endsBy(Runnable how) {
      end.set(how);
      if (stopping) {
        end();
      }
    }

    private void end() {
      end.getAndSet(OpenConnections::nothing).run();
    }

    /** Gives the place back; again has no effect. */
    void leave() {
      if (left.compareAndSet(false, true)) {
        count.decrementAndGet();
        taken.remove(this);
        tellWhenAllLeft();
      }
    }
  }

  private static void nothing() {}

  /** A place; empty when none is given, for the reason that {@link #refusal} says. */
  Optional<Place> enter() {
    if (count.incrementAndGet() > most) {
      count.decrementAndGet();
      return Optional.empty();
    }
    Place place = new Place();
    taken.add(place);
    if (stopping) {
      place.leave();
      return Optional.empty();
    }
    return Optional.of(place);
  }

  /** What to answer to one that got no place. */
  Problem refusal() {
    return stopping ? STOPPING : full;
  }

  /** How many places are taken. */
  int count() {
    return count.get();
  }

  /** Lets no more in and tells all to end. */
  void stop() {
    stopping = true;
    taken.forEach(Place::end);
    tellWhenAllLeft();
  }

  private void tellWhenAllLeft() {
    if (stopping && taken.isEmpty()) {
      allLeft.countDown();
    }
  }

  /** Waits, once told to stop, until all have left, at most for so long; true when they have. */
  boolean awaitAllLeft(Duration atMost) throws InterruptedException {
    return allLeft.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
  }
}
