package dev.parley.room.ingest;

import dev.parley.kit.session.Session;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Watches over the session that a connection stands on: warns the client before it ends, takes a
 * new one in its place, and ends the connection with it. Runs on the connection's event loop.
 */
public final class SessionLife {
  /** What the connection does about it. */
  public interface Owner {
    /** The client should send a new session token. */
    void expiring(Instant at);

    /** A new session took the place of the one before. */
    void renewed(Instant until);

    /** The token sent is none that can take the place; the session goes on to its end. */
    void notRenewed(String detail);

    /** The session has ended. */
    void expired();

    /** Runs on the event loop, later. */
    void run(Runnable task);

    /** Runs on the event loop after a delay; the answer cancels it. */
    Runnable after(Duration delay, Runnable task);
  }

  private final Function<String, CompletionStage<VerifiedSession>> verifier;
  private final Duration notice;
  private final Clock clock;
  private final Owner owner;
  private @Nullable VerifiedSession current;
  private Runnable cancel = () -> {};
  private boolean ended;
  private boolean verifying;

  /**
   * A watch that has not begun.
   *
   * @param notice how long before its end the client is warned
   */
  public SessionLife(
      Function<String, CompletionStage<VerifiedSession>> verifier,
      Duration notice,
      Clock clock,
      Owner owner) {
    this.verifier = verifier;
    this.notice = notice;
    this.clock = clock;
    this.owner = owner;
  }

  /** The connection stands on that session from now on. */
  public void begin(VerifiedSession session) {
    current = session;
    watch();
  }

  /** The connection has ended. */
  public void end() {
    ended = true;
    cancel.run();
  }

  /** The client sent a new session token. */
  public void renew(String token) {
    // One at a time: verifying costs more than sending.
    if (verifying) {
      owner.notRenewed("A token is being verified: send one at a time.");
      return;
    }
    verifying = true;
    verifier
        .apply(token)
        .whenComplete((renewed, failure) -> owner.run(() -> verified(renewed, failure)));
  }

  private void verified(@Nullable VerifiedSession renewed, @Nullable Throwable failure) {
    verifying = false;
    VerifiedSession before = current;
    if (ended || before == null) {
      return;
    }
    if (failure != null || renewed == null) {
      owner.notRenewed("The session token does not verify or has expired: get a new one.");
    } else if (!sameBearer(before.session(), renewed.session())) {
      owner.notRenewed("The session token is not for the same room, user and role.");
    } else if (renewed.expiresAt().isBefore(before.expiresAt())) {
      owner.renewed(before.expiresAt());
    } else {
      current = renewed;
      cancel.run();
      watch();
      owner.renewed(renewed.expiresAt());
    }
  }

  private static boolean sameBearer(Session before, Session after) {
    return before.equals(after);
  }

  private void watch() {
    VerifiedSession session = current;
    if (session == null) {
      return;
    }
    Duration left = Duration.between(clock.instant(), session.expiresAt());
    Duration untilNotice = left.minus(notice);
    cancel =
        untilNotice.isPositive()
            ? owner.after(untilNotice, () -> warn(session))
            : warn(session, left);
  }

  private void warn(VerifiedSession session) {
    cancel = warn(session, Duration.between(clock.instant(), session.expiresAt()));
  }

  private Runnable warn(VerifiedSession session, Duration left) {
    owner.expiring(session.expiresAt());
    return owner.after(
        left.isPositive() ? left : Duration.ofMillis(1),
        () -> {
          if (!ended) {
            ended = true;
            owner.expired();
          }
        });
  }
}
