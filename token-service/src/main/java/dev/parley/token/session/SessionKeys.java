package dev.parley.token.session;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jose4j.jwk.JsonWebKey.OutputControlLevel;
import org.jose4j.jwk.JsonWebKeySet;

/**
 * The keys of the session JWT. All are published; one signs. A new key is published at once and
 * signs only after the overlap, when every reader of the JWKS has had the time to learn of it; so a
 * key is rotated by adding a file, and removed once what it signed has expired.
 */
public final class SessionKeys {
  private final Clock clock;
  private final Duration overlap;
  private final Optional<String> pinned;
  private volatile Snapshot current;

  private record Snapshot(List<SessionKey> keys, String jwks) {}

  /**
   * Keys in rotation.
   *
   * @param pinned name of the key that signs; empty for the last by name whose overlap has passed
   */
  public SessionKeys(
      List<SessionKey> keys, Duration overlap, Optional<String> pinned, Clock clock) {
    this.clock = clock;
    this.overlap = overlap;
    this.pinned = pinned;
    this.current = snapshot(keys);
  }

  /**
   * Takes other keys from now on.
   *
   * @throws IllegalArgumentException when they cannot serve; nothing is replaced then
   */
  public void replace(List<SessionKey> keys) {
    current = snapshot(keys);
  }

  private Snapshot snapshot(List<SessionKey> keys) {
    if (keys.isEmpty()) {
      throw new IllegalArgumentException("there must be at least one session key");
    }
    if (keys.stream().map(SessionKey::keyId).distinct().count() < keys.size()) {
      throw new IllegalArgumentException("two files hold the same session key");
    }
    if (pinned.isPresent() && keys.stream().noneMatch(key -> key.name().equals(pinned.get()))) {
      throw new IllegalArgumentException("no session key is named " + pinned.get());
    }
    List<SessionKey> sorted = keys.stream().sorted(Comparator.comparing(SessionKey::name)).toList();
    String jwks =
        new JsonWebKeySet(sorted.stream().map(SessionKey::jwk).toList())
            .toJson(OutputControlLevel.PUBLIC_ONLY);
    return new Snapshot(sorted, jwks);
  }

  /** The key that signs now. */
  public SessionKey signing() {
    List<SessionKey> keys = current.keys();
    if (pinned.isPresent()) {
      return keys.stream().filter(key -> key.name().equals(pinned.get())).findFirst().orElseThrow();
    }
    Instant settled = clock.instant().minus(overlap);
    return keys.stream()
        .filter(key -> !key.since().isAfter(settled))
        .reduce((earlier, later) -> later)
        // All are new: whoever reads the JWKS now learns of all, and the first by name is the one
        // that a replica with older files would choose.
        .orElse(keys.get(0));
  }

  /** The public keys as a JWKS document. */
  public String jwks() {
    return current.jwks();
  }

  /** How many are published. */
  public int count() {
    return current.keys().size();
  }
}
