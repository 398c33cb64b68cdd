package dev.parley.token.caller;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;

/**
 * The public keys of one identity provider. Fetched when they are first needed, again before they
 * are used when they have aged, and at once for a key id that nobody has seen, but then only after
 * a pause: callers can invent key ids. While fetches fail the known keys serve, until they are too
 * old to be trusted and are none.
 */
public final class IssuerKeys {
  private static final Logger LOG = Logger.getLogger(IssuerKeys.class);

  /** Largest key set that is looked at, in characters. */
  static final int MAX_LENGTH = 256 * 1024;

  private final String provider;
  private final Supplier<CompletionStage<String>> source;
  private final Clock clock;
  private final Ages ages;
  private volatile State state = State.EMPTY;
  private final AtomicReference<@Nullable CompletableFuture<Boolean>> fetching =
      new AtomicReference<>();
  private volatile Instant lastTry = Instant.MIN;
  private volatile boolean failing;

  /**
   * Keys from a source of JWKS documents.
   *
   * @param source asked from any thread, must answer or fail within a bound
   */
  public IssuerKeys(
      String provider, Supplier<CompletionStage<String>> source, Clock clock, Ages ages) {
    this.provider = provider;
    this.source = source;
    this.clock = clock;
    this.ages = ages;
  }

  /**
   * How keys age.
   *
   * @param refreshAfter fetch again, before they are used, when they are older
   * @param trustFor do not use them when they are older and could not be fetched again
   * @param pause shortest time between two fetches
   */
  public record Ages(Duration refreshAfter, Duration trustFor, Duration pause) {}

  /**
   * The keys at one time.
   *
   * @param generation counts the changes of the set
   * @param freshUntil used without another fetch
   * @param trustedUntil used where they cannot be fetched
   */
  record State(
      List<JsonWebKey> keys,
      long generation,
      Instant freshUntil,
      Instant trustedUntil,
      String document) {
    static final State EMPTY = new State(List.of(), 0, Instant.MIN, Instant.MIN, "");

    /** The same without its keys. */
    State distrusted() {
      return new State(List.of(), generation, freshUntil, trustedUntil, "");
    }
  }

  /** The keys that may be trusted at {@code now}. */
  State trusted(Instant now) {
    State known = state;
    return now.isAfter(known.trustedUntil()) ? known.distrusted() : known;
  }

  /**
   * The fetch to wait for before the known keys are used, where they have aged; null to use them at
   * once. Once a fetch has failed nobody waits for the next ones until one succeeds: a provider
   * that is down for an hour must not make every caller wait that long.
   */
  @Nullable CompletionStage<Boolean> refresh(Instant now) {
    State known = state;
    if (known.generation() == 0 || !now.isAfter(known.freshUntil()) || !mayTry(now)) {
      return null;
    }
    boolean failedBefore = failing;
    CompletionStage<Boolean> fetch = fetch();
    return failedBefore ? null : fetch;
  }

  /** Whether a fetch is due for a key that is not known. */
  boolean mayTry(Instant now) {
    return fetching.get() != null
        || lastTry.equals(Instant.MIN)
        || !now.isBefore(lastTry.plus(ages.pause()));
  }

  /** Fetches, or joins the fetch under way; true when keys came. Never fails. */
  CompletionStage<Boolean> fetch() {
    CompletableFuture<Boolean> mine = new CompletableFuture<>();
    CompletableFuture<Boolean> other = fetching.compareAndExchange(null, mine);
    if (other != null) {
      return other;
    }
    lastTry = clock.instant();
    CompletionStage<String> answer;
    try {
      answer = source.get();
    } catch (RuntimeException e) {
      answer = CompletableFuture.failedStage(e);
    }
    answer.whenComplete(
        (document, failure) -> {
          boolean came = failure == null && take(document);
          if (failure != null) {
            LOG.warnf("keys of identity provider %s cannot be fetched: %s", provider, failure);
          }
          failing = !came;
          fetching.set(null);
          mine.complete(came);
        });
    return mine;
  }

  private boolean take(String document) {
    if (document.length() > MAX_LENGTH) {
      LOG.warnf("key set of identity provider %s is larger than %d", provider, MAX_LENGTH);
      return false;
    }
    State known = state;
    Instant now = clock.instant();
    if (known.generation() > 0 && known.document().equals(document)) {
      state = at(now, known.keys(), known.generation(), document);
      return true;
    }
    try {
      List<JsonWebKey> keys = new ArrayList<>();
      for (JsonWebKey key : new JsonWebKeySet(document).getJsonWebKeys()) {
        // A symmetric key in a public document is everybody's: never a key to verify with.
        if (key instanceof PublicJsonWebKey) {
          keys.add(key);
        }
      }
      state = at(now, List.copyOf(keys), known.generation() + 1, document);
      return true;
    } catch (JoseException | RuntimeException e) {
      LOG.warnf("key set of identity provider %s is not a JWKS document", provider);
      return false;
    }
  }

  private State at(Instant now, List<JsonWebKey> keys, long generation, String document) {
    return new State(
        keys, generation, now.plus(ages.refreshAfter()), now.plus(ages.trustFor()), document);
  }
}
