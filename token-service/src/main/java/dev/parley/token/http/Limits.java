package dev.parley.token.http;

import dev.parley.events.id.AppId;
import dev.parley.kit.session.Role;
import dev.parley.token.caller.Caller;
import dev.parley.token.limit.RateLimits;
import dev.parley.token.limit.RateLimits.Limit;
import dev.parley.token.limit.RateLimits.Standing;
import java.time.Clock;
import java.time.Duration;

/** The rate limits of the REST API: per caller, wider for operators, and per user asked for. */
public final class Limits {
  private final RateLimits callers;
  private final RateLimits operators;
  private final RateLimits users;

  /** Limits of so many tokens in a period. */
  public Limits(long caller, long operator, long user, Duration period, Clock clock) {
    this.callers = new RateLimits(new Limit("caller", caller, period), clock);
    this.operators = new RateLimits(new Limit("operator", operator, period), clock);
    this.users = new RateLimits(new Limit("user", user, period), clock);
  }

  /**
   * Takes from the caller's.
   *
   * @throws RateLimited when they are used up
   */
  Standing takeOf(Caller caller, int requests) {
    RateLimits limits = caller.roles().contains(Role.OPERATOR) ? operators : callers;
    return passed(limits.take(caller.provider() + '\n' + caller.subject(), requests));
  }

  /**
   * Takes one of a user's.
   *
   * @throws RateLimited when they are used up
   */
  void takeOf(AppId app, String userId) {
    passed(users.take(app.value() + ':' + userId, 1));
  }

  private static Standing passed(Standing standing) {
    if (!standing.passed()) {
      throw new RateLimited(standing);
    }
    return standing;
  }
}
