package dev.parley.token.limit;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.TimeMeter;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Counts requests per key with a token bucket each. Buckets are this process's own: several
 * replicas together let pass the limit times their number. Keys not seen for two periods are
 * forgotten; then their bucket is full anyway.
 */
public final class RateLimits {
  private static final int MAX_KEYS = 100_000;

  private final Limit limit;
  private final LoadingCache<String, Bucket> buckets;

  /** Counts by {@code clock}. */
  public RateLimits(Limit limit, Clock clock) {
    this.limit = limit;
    TimeMeter meter =
        new TimeMeter() {
          @Override
          public long currentTimeNanos() {
            return TimeUnit.MILLISECONDS.toNanos(clock.millis());
          }

          @Override
          public boolean isWallClockBased() {
            return true;
          }
        };
    this.buckets =
        Caffeine.newBuilder()
            .maximumSize(MAX_KEYS)
            .expireAfterAccess(limit.period().multipliedBy(2))
            // Its upkeep is a few moves in a list: less than handing it to another thread.
            .executor(Runnable::run)
            .build(
                key ->
                    Bucket.builder()
                        .addLimit(
                            bandwidth ->
                                bandwidth
                                    .capacity(limit.requests())
                                    .refillGreedy(limit.requests(), limit.period()))
                        .withCustomTimePrecision(meter)
                        .build());
  }

  /** So many requests in a period; at most all of them at once. */
  public record Limit(String name, long requests, Duration period) {
    public Limit {
      if (requests < 1) {
        throw new IllegalArgumentException("requests must be at least 1, is " + requests);
      }
      if (period.toSeconds() < 1) {
        throw new IllegalArgumentException("period must be at least 1 s, is " + period);
      }
    }
  }

  /**
   * What is left.
   *
   * @param passed whether the requests were let pass; nothing is taken when not
   * @param remaining how many more would be let pass now
   * @param retryAfterSeconds when the refused requests would pass; 0 when they passed
   * @param resetSeconds when all are there again
   */
  public record Standing(
      Limit limit, boolean passed, long remaining, long retryAfterSeconds, long resetSeconds) {

    /** The field {@code RateLimit-Policy}. */
    public String policyField() {
      return "\"" + limit.name() + "\";q=" + limit.requests() + ";w=" + limit.period().toSeconds();
    }

    /** The field {@code RateLimit}. */
    public String limitField() {
      return "\"" + limit.name() + "\";r=" + remaining + ";t=" + resetSeconds;
    }
  }

  /** Takes {@code requests} from the key's bucket, all or none. */
  public Standing take(String key, long requests) {
    if (requests > limit.requests()) {
      // Could never pass, however long the caller waits.
      return new Standing(limit, false, 0, limit.period().toSeconds(), limit.period().toSeconds());
    }
    ConsumptionProbe probe = buckets.get(key).tryConsumeAndReturnRemaining(requests);
    return new Standing(
        limit,
        probe.isConsumed(),
        probe.getRemainingTokens(),
        seconds(probe.getNanosToWaitForRefill()),
        seconds(probe.getNanosToWaitForReset()));
  }

  private static long seconds(long nanos) {
    // Rounded up: who comes back after the told time must not be a moment too early.
    return (nanos + TimeUnit.SECONDS.toNanos(1) - 1) / TimeUnit.SECONDS.toNanos(1);
  }
}
