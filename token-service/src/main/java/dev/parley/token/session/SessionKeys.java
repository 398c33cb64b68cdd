package dev.parley.token.session;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jose4j.jwk.JsonWebKey.OutputControlLevel;
import org.jose4j.jwk.JsonWebKeySet;

/**
 * The keys of the session JWT. All are published; one signs. A new key is published at once and
 * signs only after the overlap, when every reader of the JWKS has had the time to learn of it; so a
 * key is rotated by adding a file.
 *
 * <p>How long a key has been there is counted from when this process first saw it, never taken from
 * its file: mounts write files anew. Of the keys that were there when the process began, the last
 * by name may be minutes old and unknown to most readers, so the one before it signs until the
 * overlap has passed. The key before the last by name must therefore stay; older ones may go.
 */
public final class SessionKeys {
  private final Clock clock;
  private final Duration overlap;
  private final Optional<String> pinned;
  private volatile Snapshot current;

  private record Published(SessionKey key, Instant since) {}

  private record Snapshot(List<Published> keys, String jwks) {}

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
    this.current = snapshot(keys, Map.of());
  }

  /**
   * Takes other keys from now on.
   *
   * @throws IllegalArgumentException when they cannot serve; nothing is replaced then
   */
  public void replace(List<SessionKey> keys) {
    current =
        snapshot(
            keys,
            current.keys().stream()
                .collect(Collectors.toMap(known -> known.key().keyId(), Published::since)));
  }

  private Snapshot snapshot(List<SessionKey> keys, Map<String, Instant> known) {
    if (keys.isEmpty()) {
      throw new IllegalArgumentException("there must be at least one session key");
    }
    if (keys.stream().map(SessionKey::keyId).distinct().count() < keys.size()) {
      throw new IllegalArgumentException("two files hold the same session key");
    }
    if (pinned.isPresent() && keys.stream().noneMatch(key -> key.name().equals(pinned.get()))) {
      throw new IllegalArgumentException("no session key is named " + pinned.get());
    }
    Instant now = clock.instant();
    List<Published> sorted =
        keys.stream()
            .sorted(Comparator.comparing(SessionKey::name))
            .map(key -> new Published(key, known.getOrDefault(key.keyId(), now)))
            .toList();
    String jwks =
        new JsonWebKeySet(sorted.stream().map(one -> one.key().jwk()).toList())
            .toJson(OutputControlLevel.PUBLIC_ONLY);
    return new Snapshot(sorted, jwks);
  }

  /** The key that signs now. */
  public SessionKey signing() {
    List<Published> keys = current.keys();
    if (pinned.isPresent()) {
      return keys.stream()
          .map(Published::key)
          .filter(key -> key.name().equals(pinned.get()))
          .findFirst()
          .orElseThrow();
    }
    Instant settled = clock.instant().minus(overlap);
    for (int i = keys.size() - 1; i >= 0; i--) {
      if (!keys.get(i).since().isAfter(settled)) {
        return keys.get(i).key();
      }
    }
    return known(keys);
  }

  /** Of keys that are all new to this process, the one that readers of the JWKS know. */
  private static SessionKey known(List<Published> keys) {
    Instant first =
        keys.stream().map(Published::since).min(Comparator.naturalOrder()).orElseThrow();
    List<SessionKey> earliest =
        keys.stream().filter(one -> one.since().equals(first)).map(Published::key).toList();
    return earliest.get(Math.max(0, earliest.size() - 2));
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
