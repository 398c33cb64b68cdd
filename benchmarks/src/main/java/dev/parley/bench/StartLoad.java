package dev.parley.bench;

import dev.parley.stack.StackException;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import org.HdrHistogram.Histogram;

/**
 * Starts of agents, whoever carries them out: as many at a time as are asked for, or so many per
 * second. A start is over when somebody says that the cloud has accepted it.
 */
final class StartLoad {
  private static final Duration DRAIN = Duration.ofSeconds(20);

  /** One start from its request until its acceptance is known: answered, or on the topic. */
  record Start(String room, Instant beganAt, Instant overAt) {
    Duration took() {
      return Duration.between(beganAt, overAt);
    }
  }

  /** What came of a drive. */
  record Outcome(double perSecond, List<Start> starts) {
    Outcome {
      starts = List.copyOf(starts);
    }

    /** How long the starts took, in microseconds. */
    Histogram latencies() {
      Histogram latencies = new Histogram(3);
      starts.forEach(start -> latencies.recordValue(start.took().toNanos() / 1000));
      return latencies;
    }
  }

  private final Vertx vertx;
  private final String prefix;
  private final BiConsumer<String, StartLoad> starter;
  private final Map<String, Instant> underWay = new ConcurrentHashMap<>();
  private final AtomicLong rooms = new AtomicLong();
  private final List<Start> counted = new ArrayList<>();
  private volatile boolean closedLoop;
  private volatile boolean counting;
  private volatile String problem = "";

  /**
   * A load that has not begun.
   *
   * @param prefix of the rooms' names, unlike that of every other load
   * @param starter begins the start of an agent in a room, without waiting; {@link #over} says when
   *     it is over
   */
  StartLoad(Vertx vertx, String prefix, BiConsumer<String, StartLoad> starter) {
    this.vertx = vertx;
    this.prefix = prefix;
    this.starter = starter;
  }

  private void begin() {
    String room = prefix + rooms.incrementAndGet();
    underWay.put(room, Instant.now());
    starter.accept(room, this);
  }

  /** True while no start begins before one of those under way is over. */
  boolean closedLoop() {
    return closedLoop;
  }

  /** The cloud has accepted the start in that room; it was over then. */
  void over(String room, Instant at) {
    Instant began = underWay.remove(room);
    if (began == null) {
      return;
    }
    synchronized (counted) {
      if (counting) {
        counted.add(new Start(room, began, at));
      }
    }
    if (closedLoop) {
      vertx.runOnContext(next -> begin());
    }
  }

  void failed(String reason) {
    problem = reason;
  }

  /** So many at a time, each followed by the next. */
  Outcome closed(int atATime, Duration warmUp, Duration measured) {
    closedLoop = true;
    vertx.runOnContext(
        start -> {
          for (int i = 0; i < atATime; i++) {
            begin();
          }
        });
    sleep(warmUp);
    return measure(measured);
  }

  /** So many per second, whether or not the ones before are over. */
  Outcome open(double perSecond, Duration warmUp, Duration measured) {
    long interval = (long) (1e9 / perSecond);
    long first = System.nanoTime();
    long end = first + warmUp.plus(measured).toNanos();
    Thread pacer =
        Thread.ofPlatform()
            .start(
                () -> {
                  for (long i = 0; first + i * interval < end; i++) {
                    long wait = first + i * interval - System.nanoTime();
                    if (wait > 0) {
                      LockSupport.parkNanos(wait);
                    }
                    vertx.runOnContext(next -> begin());
                  }
                });
    sleep(warmUp);
    Outcome outcome = measure(measured);
    join(pacer);
    return outcome;
  }

  private Outcome measure(Duration measured) {
    Instant from = Instant.now();
    counting = true;
    sleep(measured);
    Instant to = Instant.now();
    closedLoop = false;
    long patience = System.nanoTime() + DRAIN.toNanos();
    while (!underWay.isEmpty() && System.nanoTime() < patience) {
      sleep(Duration.ofMillis(50));
    }
    if (!problem.isEmpty()) {
      throw new StackException("the load run is not sound: " + problem);
    }
    if (!underWay.isEmpty()) {
      throw new StackException(underWay.size() + " starts were never carried out");
    }
    synchronized (counted) {
      counting = false;
      // What was over in time, whenever it was told.
      counted.removeIf(start -> start.overAt().isBefore(from) || !start.overAt().isBefore(to));
      return new Outcome(counted.size() / (Duration.between(from, to).toNanos() / 1e9), counted);
    }
  }

  private static void sleep(Duration duration) {
    try {
      Thread.sleep(duration);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StackException("interrupted");
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StackException("interrupted");
    }
  }
}
