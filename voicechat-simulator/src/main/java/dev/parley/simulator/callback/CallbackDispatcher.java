package dev.parley.simulator.callback;

import dev.parley.simulator.Scheduler;
import dev.parley.simulator.callback.Callback.Kind;
import dev.parley.simulator.callback.Callback.Outcome;
import dev.parley.simulator.fault.Fault;
import dev.parley.simulator.fault.Faults;
import dev.parley.simulator.fault.Occasion;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Delivers callbacks. What concerns one room and goes to one address is sent in order, one at a
 * time, retries included, unless a fault says otherwise; the real cloud promises no order at all.
 *
 * <p>A webhook needs status 200. For the other kinds any 2xx will do.
 */
public final class CallbackDispatcher {

  private static final Duration REORDER_PATIENCE = Duration.ofSeconds(1);

  /**
   * How a callback went.
   *
   * @param tries how many times it was sent
   */
  public record Delivery(
      Instant at, Kind kind, Occasion what, URI url, Outcome outcome, int tries, int lastStatus) {}

  private record LaneKey(URI url, String appId, String roomId) {}

  private static final class Lane {
    private final LaneKey key;
    private final Deque<Callback> waiting = new ArrayDeque<>();
    private final Deque<Callback> heldBack = new ArrayDeque<>();
    private boolean sending;

    private Lane(LaneKey key) {
      this.key = key;
    }
  }

  private final Transport transport;
  private final Scheduler scheduler;
  private final Clock clock;
  private final Faults faults;
  private final Duration timeout;
  private final Duration retryDelay;
  private final int maxPending;
  private final int keptDeliveries;
  private final Map<LaneKey, Lane> lanes = new HashMap<>();
  private final Deque<Delivery> deliveries = new ArrayDeque<>();
  private final Map<Outcome, Long> totals = new EnumMap<>(Outcome.class);
  private boolean muted;
  private int pending;
  private int generation;

  /** Sends through {@code transport}, keeping at most {@code maxPending} callbacks waiting. */
  public CallbackDispatcher(
      Transport transport,
      Scheduler scheduler,
      Clock clock,
      Faults faults,
      Duration timeout,
      Duration retryDelay,
      int maxPending,
      int keptDeliveries) {
    this.transport = transport;
    this.scheduler = scheduler;
    this.clock = clock;
    this.faults = faults;
    this.timeout = timeout;
    this.retryDelay = retryDelay;
    this.maxPending = maxPending;
    this.keptDeliveries = keptDeliveries;
  }

  /** While muted, callbacks are dropped without a trace. */
  public void mute(boolean on) {
    muted = on;
  }

  /** Takes a callback over, applying the faults in force. */
  public void send(Callback callback) {
    if (muted) {
      return;
    }
    List<Fault.OfCallback> struck = faults.strike(Fault.OfCallback.class, callback.what());
    boolean lost = false;
    boolean reorder = false;
    int copies = 1;
    Duration delay = Duration.ZERO;
    for (Fault.OfCallback fault : struck) {
      switch (fault) {
        case Fault.LoseCallback ignored -> lost = true;
        case Fault.DuplicateCallback ignored -> copies++;
        case Fault.DelayCallback late -> delay = delay.plus(late.delay());
        case Fault.ReorderCallback ignored -> reorder = true;
      }
    }
    if (lost) {
      finish(callback, Outcome.LOST, 0, Transport.NO_ANSWER);
      return;
    }
    for (int i = 0; i < copies; i++) {
      if (pending >= maxPending) {
        finish(callback, Outcome.OVERFLOWN, 0, Transport.NO_ANSWER);
        continue;
      }
      pending++;
      if (reorder) {
        holdBack(callback);
      } else if (delay.isZero()) {
        enqueue(callback);
      } else {
        scheduleEnqueue(callback, delay);
      }
    }
  }

  /** How many callbacks wait or are on their way. */
  public int pending() {
    return pending;
  }

  /** How many callbacks ended so, since the start. */
  public long total(Outcome outcome) {
    return totals.getOrDefault(outcome, 0L);
  }

  /** The latest deliveries, oldest first. */
  public Collection<Delivery> deliveries() {
    return List.copyOf(deliveries);
  }

  /** Forgets what waits and what was. Callbacks already on their way are not called back. */
  public void clear() {
    generation++;
    pending = 0;
    lanes.clear();
    deliveries.clear();
  }

  private void scheduleEnqueue(Callback callback, Duration delay) {
    int scheduledIn = generation;
    scheduler.after(
        delay,
        () -> {
          if (scheduledIn == generation) {
            enqueue(callback);
          }
        });
  }

  private void holdBack(Callback callback) {
    Lane lane = lane(callback);
    lane.heldBack.add(callback);
    scheduler.after(
        REORDER_PATIENCE,
        () -> {
          if (lane.heldBack.remove(callback)) {
            lane.waiting.add(callback);
            next(lane);
          }
        });
  }

  private void enqueue(Callback callback) {
    Lane lane = lane(callback);
    lane.waiting.add(callback);
    lane.waiting.addAll(lane.heldBack);
    lane.heldBack.clear();
    next(lane);
  }

  private Lane lane(Callback callback) {
    LaneKey key = new LaneKey(callback.url(), callback.what().appId(), callback.what().roomId());
    return lanes.computeIfAbsent(key, Lane::new);
  }

  private void next(Lane lane) {
    if (lane.sending) {
      return;
    }
    Callback callback = lane.waiting.poll();
    if (callback == null) {
      if (lane.heldBack.isEmpty()) {
        lanes.remove(lane.key, lane);
      }
      return;
    }
    lane.sending = true;
    attempt(lane, callback, 1);
  }

  private void attempt(Lane lane, Callback callback, int tries) {
    int startedIn = generation;
    transport.post(
        callback.url(),
        callback.contentType(),
        callback.body(),
        timeout,
        status -> {
          if (startedIn != generation) {
            return;
          }
          if (!accepted(callback.kind(), status) && tries < callback.attempts()) {
            scheduler.after(
                retryDelay,
                () -> {
                  if (startedIn == generation) {
                    attempt(lane, callback, tries + 1);
                  }
                });
            return;
          }
          pending--;
          finish(callback, outcome(callback.kind(), status), tries, status);
          lane.sending = false;
          next(lane);
        });
  }

  private static boolean accepted(Kind kind, int status) {
    return switch (kind) {
      case WEBHOOK -> status == 200;
      case MESSAGE, FUNCTION -> status >= 200 && status < 300;
    };
  }

  private static Outcome outcome(Kind kind, int status) {
    if (accepted(kind, status)) {
      return Outcome.DELIVERED;
    }
    return status == Transport.NO_ANSWER ? Outcome.UNREACHABLE : Outcome.REJECTED;
  }

  private void finish(Callback callback, Outcome outcome, int tries, int lastStatus) {
    totals.merge(outcome, 1L, Long::sum);
    deliveries.add(
        new Delivery(
            clock.instant(),
            callback.kind(),
            callback.what(),
            callback.url(),
            outcome,
            tries,
            lastStatus));
    if (deliveries.size() > keptDeliveries) {
      deliveries.remove();
    }
    callback.outcome().accept(outcome);
  }
}
