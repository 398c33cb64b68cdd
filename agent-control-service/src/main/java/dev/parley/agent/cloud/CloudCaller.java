package dev.parley.agent.cloud;

import dev.parley.agent.cloud.CloudRequest.Action;
import dev.parley.events.id.AppId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Calls the OpenAPI within the quota, and again where that can help: throttled, not reached, and,
 * for calls that may be repeated, where the cloud failed or no answer came; busy until the
 * deadline. Everything else is final at once.
 */
public final class CloudCaller {
  /** Code of a call that was not made because the account's quota has no room in time. */
  public static final String QUOTA_WAIT_TOO_LONG = "quota_wait_too_long";

  /** Code of a call that was not made because the cloud has not answered for a while. */
  public static final String CIRCUIT_OPEN = "circuit_open";

  /** Waits; a test passes one that does not. */
  @FunctionalInterface
  public interface Pause {
    void sleep(Duration duration) throws InterruptedException;
  }

  /** The right to work for a partition; it may be lost at any time. */
  @FunctionalInterface
  public interface Lease {
    /**
     * Returns normally as long as the partition is owned.
     *
     * @throws LeaseLostException when it is not any more
     */
    void check();
  }

  private final VoiceChatApi api;
  private final Function<AppId, String> accounts;
  private final Backoff backoff;
  private final int maxAttempts;
  private final Clock clock;
  private final Pause pause;
  private final Supplier<CircuitBreaker> breakers;
  private final Map<AppId, CircuitBreaker> breakerOf = new ConcurrentHashMap<>();
  private final Map<Action, AtomicInteger> waiting = new EnumMap<>(Action.class);

  /**
   * Calls through a port.
   *
   * @param accounts which account's quota an application's calls count against
   * @param maxAttempts 1 or more
   * @param failuresToOpen failures in a row after which an application's calls pause
   * @param openFor how long they do
   */
  public CloudCaller(
      VoiceChatApi api,
      Function<AppId, String> accounts,
      Backoff backoff,
      int maxAttempts,
      int failuresToOpen,
      Duration openFor,
      Clock clock,
      Pause pause) {
    this.api = api;
    this.accounts = accounts;
    this.backoff = backoff;
    this.maxAttempts = maxAttempts;
    this.clock = clock;
    this.pause = pause;
    for (Action action : Action.values()) {
      waiting.put(action, new AtomicInteger());
    }
    this.breakers = () -> new CircuitBreaker(failuresToOpen, openFor, System::nanoTime);
  }

  /**
   * Makes the call, repeating it where that can help; blocks meanwhile. Of a call that was possibly
   * carried out by an attempt without an answer, or by one that the cloud broke at, no later
   * refusal is reported, but that the outcome is unknown.
   *
   * @param deadline no attempt begins after it
   * @throws LeaseLostException before an attempt, when the partition is not owned any more
   */
  public CloudOutcome call(CloudRequest request, QuotaShare quota, Lease lease, Instant deadline)
      throws InterruptedException {
    CircuitBreaker breaker = breakerOf.computeIfAbsent(request.appId(), appId -> breakers.get());
    String account = accounts.apply(request.appId());
    CloudProblem last = null;
    boolean uncertain = false;
    boolean maybeDone = false;
    int attempts = 0;
    for (int waits = 0; attempts < maxAttempts; waits++) {
      if (waits > 0 && !waited(backoff.after(waits), deadline)) {
        break;
      }
      // Nobody is asked while the circuit is open, and no attempt is used up: the command waits.
      while (!breaker.permits()) {
        if (!waited(backoff.after(waits + 1), deadline)) {
          return settled(
              last == null ? new CloudProblem.Unavailable(CIRCUIT_OPEN, null) : last,
              uncertain,
              maybeDone);
        }
        lease.check();
      }
      Optional<QuotaShare.Slot> slot =
          quota.reserve(account, request.action(), Duration.between(clock.instant(), deadline));
      if (slot.isEmpty() || !myTurn(request.action(), quota, slot.get(), deadline)) {
        last = last == null ? new CloudProblem.Throttled(QUOTA_WAIT_TOO_LONG, null) : last;
        break;
      }
      lease.check();
      CloudOutcome outcome = api.call(request);
      attempts++;
      if (outcome instanceof CloudProblem.Unavailable
          || outcome instanceof CloudProblem.OutcomeUnknown) {
        breaker.failed();
      } else {
        breaker.answered();
      }
      switch (outcome) {
        case CloudOutcome.Accepted accepted -> {
          return accepted;
        }
        case CloudProblem.AlreadyExists exists -> {
          return exists;
        }
        case CloudProblem.NotFound gone -> {
          return gone;
        }
        case CloudProblem.Rejected rejected -> {
          return settled(rejected, uncertain, maybeDone);
        }
        case CloudProblem.Busy busy -> {
          // The other call comes to an end, and what it did decides what this one does.
          attempts--;
          last = busy;
        }
        case CloudProblem.Throttled throttled -> last = throttled;
        case CloudProblem.Unavailable unavailable -> {
          // The cloud may have done it before it broke.
          if (unavailable.reached() && !request.repeatable()) {
            return new CloudProblem.OutcomeUnknown(unavailable.code(), unavailable.requestId());
          }
          maybeDone |= unavailable.reached();
          last = unavailable;
        }
        case CloudProblem.OutcomeUnknown unknown -> {
          if (!request.repeatable()) {
            return unknown;
          }
          uncertain = true;
          last = unknown;
        }
      }
    }
    return settled(last, uncertain, maybeDone);
  }

  // Whoever comes late, after a long pause of the process, waits once more: it is the moment of the
  // call that the account counts.
  private boolean myTurn(Action action, QuotaShare quota, QuotaShare.Slot slot, Instant deadline)
      throws InterruptedException {
    AtomicInteger queue = Objects.requireNonNull(waiting.get(action));
    queue.incrementAndGet();
    try {
      pause.sleep(slot.expectedWait());
      for (Duration more = quota.claim(slot); !more.isZero(); more = quota.claim(slot)) {
        if (!waited(more, deadline)) {
          return false;
        }
      }
      // Planned in time, and perhaps woken up late: nobody wants the call any more.
      return !clock.instant().isAfter(deadline);
    } finally {
      queue.decrementAndGet();
    }
  }

  /** How many calls wait for the account's quota right now. */
  public int waiting(Action action) {
    return Objects.requireNonNull(waiting.get(action)).get();
  }

  private boolean waited(Duration wait, Instant deadline) throws InterruptedException {
    if (clock.instant().plus(wait).isAfter(deadline)) {
      return false;
    }
    pause.sleep(wait);
    return true;
  }

  private static CloudOutcome settled(
      @Nullable CloudProblem last, boolean uncertain, boolean maybeDone) {
    if (last == null) {
      return new CloudProblem.Throttled(QUOTA_WAIT_TOO_LONG, null);
    }
    boolean unknown = uncertain || (maybeDone && !(last instanceof CloudProblem.Unavailable));
    return unknown ? new CloudProblem.OutcomeUnknown(last.code(), last.requestId()) : last;
  }
}
