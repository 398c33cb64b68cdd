package dev.parley.token.caller;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.parley.events.codec.Json;
import dev.parley.events.id.UserId;
import dev.parley.kit.session.Role;
import dev.parley.token.RoomPattern;
import dev.parley.token.caller.CallerCheck.Accepted;
import dev.parley.token.caller.CallerCheck.KeysUnavailable;
import dev.parley.token.caller.CallerCheck.Reason;
import dev.parley.token.caller.CallerCheck.Refused;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jose4j.jwa.AlgorithmConstraints.ConstraintType;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.VerificationJwkSelector;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.MalformedClaimException;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwt.consumer.ErrorCodes;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumer;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.lang.JoseException;
import org.jose4j.lang.UnresolvableKeyException;
import org.jspecify.annotations.Nullable;

/**
 * Verifies bearer JWTs of several identity providers. A verified one is remembered, by its hash and
 * for a bounded time, because a signature costs more than the rest of a request; its expiry and the
 * provider's keys are looked at on every use. Whatever is not understood is refused.
 */
public final class CallerVerifier {
  /** Longest bearer JWT, in characters. */
  static final int MAX_LENGTH = 8 * 1024;

  /** Most room patterns of one caller. */
  static final int MAX_ROOMS = 100;

  private static final ThreadLocal<MessageDigest> DIGESTS =
      ThreadLocal.withInitial(CallerVerifier::digest);

  private final Map<String, Trusted> byIssuer;
  private final Clock clock;
  private final Memory memory;
  private final Cache<ByteBuffer, Remembered> remembered;

  /** A provider and its keys. */
  public record Trusted(IdentityProvider provider, IssuerKeys keys) {}

  /**
   * How verified JWTs are remembered.
   *
   * @param size at most so many; 0 for none
   * @param lifetime verify again after this time even when neither JWT nor keys have changed
   */
  public record Memory(int size, Duration lifetime) {}

  private record Remembered(Caller caller, Trusted trusted, long generation, Instant until) {}

  private record Headline(String algorithm, @Nullable String keyId, String issuer) {}

  public CallerVerifier(List<Trusted> providers, Clock clock, Memory memory) {
    this.byIssuer =
        providers.stream()
            .collect(
                Collectors.toUnmodifiableMap(
                    trusted -> trusted.provider().issuer(), Function.identity()));
    this.clock = clock;
    this.memory = memory;
    this.remembered =
        Caffeine.newBuilder().maximumSize(memory.size()).executor(Runnable::run).build();
  }

  /** Verifies one. Completes at once but for keys that must be fetched; never fails. */
  public CompletionStage<CallerCheck> verify(String jwt) {
    if (jwt.length() > MAX_LENGTH) {
      return done(
          Reason.MALFORMED, "The bearer token is longer than " + MAX_LENGTH + " characters.");
    }
    ByteBuffer hash = ByteBuffer.wrap(sha256(jwt));
    Caller known = recall(hash);
    if (known != null) {
      return CompletableFuture.completedStage(new Accepted(known));
    }
    Headline headline = headline(jwt);
    if (headline == null) {
      return done(Reason.MALFORMED, "The bearer token is not a signed JWT with an issuer.");
    }
    Trusted trusted = byIssuer.get(headline.issuer());
    if (trusted == null) {
      return done(Reason.UNKNOWN_ISSUER, "The bearer token's issuer is not trusted here.");
    }
    // Before any key is looked at: with "none" or a shared-secret algorithm there is no key that
    // could prove anything.
    if (!trusted.provider().algorithms().contains(headline.algorithm())) {
      return done(
          Reason.ALGORITHM_NOT_ALLOWED,
          "The bearer token's algorithm is not allowed for its issuer.");
    }
    Instant now = clock.instant();
    CompletionStage<Boolean> refresh = trusted.keys().refresh(now);
    if (refresh == null) {
      IssuerKeys.State keys = trusted.keys().trusted(now);
      if (hasKeyFor(keys, headline)) {
        return CompletableFuture.completedStage(check(jwt, hash, trusted, keys));
      }
      if (!trusted.keys().mayTry(now)) {
        return CompletableFuture.completedStage(withoutKey(trusted, keys));
      }
      refresh = trusted.keys().fetch();
    }
    return refresh.thenApply(came -> checkAgain(jwt, hash, trusted, headline));
  }

  private CallerCheck checkAgain(String jwt, ByteBuffer hash, Trusted trusted, Headline headline) {
    Instant now = clock.instant();
    IssuerKeys.State keys = trusted.keys().trusted(now);
    Remembered entry = remembered.getIfPresent(hash);
    if (entry != null && holds(entry, keys, now)) {
      return new Accepted(entry.caller());
    }
    return hasKeyFor(keys, headline) ? check(jwt, hash, trusted, keys) : withoutKey(trusted, keys);
  }

  /** How many verified JWTs are remembered. */
  public long rememberedCount() {
    return remembered.estimatedSize();
  }

  private @Nullable Caller recall(ByteBuffer hash) {
    Remembered entry = remembered.getIfPresent(hash);
    if (entry == null) {
      return null;
    }
    IssuerKeys keys = entry.trusted().keys();
    Instant now = clock.instant();
    if (keys.refresh(now) != null) {
      // To be looked at again when the keys have come.
      return null;
    }
    if (!holds(entry, keys.trusted(now), now)) {
      remembered.invalidate(hash);
      return null;
    }
    return entry.caller();
  }

  private static boolean holds(Remembered entry, IssuerKeys.State keys, Instant now) {
    return now.isBefore(entry.until())
        && !keys.keys().isEmpty()
        && keys.generation() == entry.generation();
  }

  private static CallerCheck withoutKey(Trusted trusted, IssuerKeys.State keys) {
    return keys.keys().isEmpty()
        ? new KeysUnavailable(trusted.provider().name())
        : new Refused(
            Reason.UNKNOWN_KEY, "The bearer token's key is not among its issuer's published keys.");
  }

  private static boolean hasKeyFor(IssuerKeys.State keys, Headline headline) {
    return headline.keyId() == null
        ? !keys.keys().isEmpty()
        : keys.keys().stream().anyMatch(key -> headline.keyId().equals(key.getKeyId()));
  }

  private CallerCheck check(String jwt, ByteBuffer hash, Trusted trusted, IssuerKeys.State keys) {
    IdentityProvider provider = trusted.provider();
    Instant now = clock.instant();
    try {
      JwtClaims claims = consumer(provider, keys.keys(), now).processToClaims(jwt);
      Caller caller = caller(provider, claims);
      Instant until = earlier(caller.expiresAt(), now.plus(memory.lifetime()));
      remembered.put(hash, new Remembered(caller, trusted, keys.generation(), until));
      return new Accepted(caller);
    } catch (InvalidJwtException e) {
      return refused(e);
    } catch (MalformedClaimException | IllegalArgumentException e) {
      return new Refused(Reason.CLAIMS, "A claim of the bearer token is not as it is configured.");
    }
  }

  private static JwtConsumer consumer(
      IdentityProvider provider, List<JsonWebKey> keys, Instant now) {
    return new JwtConsumerBuilder()
        .setJwsAlgorithmConstraints(
            ConstraintType.PERMIT, provider.algorithms().toArray(String[]::new))
        .setVerificationKeyResolver((jws, nesting) -> select(jws, keys).getKey())
        .setExpectedIssuer(provider.issuer())
        .setExpectedAudience(provider.audiences().toArray(String[]::new))
        .setRequireExpirationTime()
        .setRequireSubject()
        .setAllowedClockSkewInSeconds((int) provider.clockSkew().toSeconds())
        .setEvaluationTime(NumericDate.fromMilliseconds(now.toEpochMilli()))
        .build();
  }

  private static JsonWebKey select(JsonWebSignature jws, List<JsonWebKey> keys)
      throws UnresolvableKeyException {
    try {
      JsonWebKey key =
          new VerificationJwkSelector().selectWithVerifySignatureDisambiguate(jws, keys);
      if (key != null) {
        return key;
      }
    } catch (JoseException e) {
      throw new UnresolvableKeyException("no key verifies", e);
    }
    throw new UnresolvableKeyException("no key verifies");
  }

  private static Caller caller(IdentityProvider provider, JwtClaims claims)
      throws MalformedClaimException {
    Optional<String> user =
        Optional.ofNullable(claims.getClaimValue(provider.userClaim(), String.class));
    return new Caller(
        provider.name(),
        provider.issuer(),
        claims.getSubject(),
        user.flatMap(name -> userId(provider.userPrefix() + name)),
        roles(provider, claims),
        rooms(provider, claims),
        // The skew that lets a JWT live a little longer must also end it when it is remembered.
        Instant.ofEpochMilli(claims.getExpirationTime().getValueInMillis())
            .plus(provider.clockSkew()));
  }

  private static Optional<UserId> userId(String text) {
    try {
      return Optional.of(new UserId(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Set<Role> roles(IdentityProvider provider, JwtClaims claims) {
    EnumSet<Role> roles = EnumSet.noneOf(Role.class);
    Object value = claims.getClaimsMap();
    for (String step : provider.rolesClaim().split("/", -1)) {
      value = value instanceof Map<?, ?> map ? map.get(step) : null;
    }
    for (String name : strings(value)) {
      Role role = provider.roles().get(name);
      if (role != null) {
        roles.add(role);
      }
    }
    if (roles.isEmpty()) {
      provider.defaultRole().ifPresent(roles::add);
    }
    return roles;
  }

  private static List<RoomPattern> rooms(IdentityProvider provider, JwtClaims claims) {
    List<String> patterns = strings(claims.getClaimValue(provider.roomsClaim()));
    if (patterns.size() > MAX_ROOMS) {
      throw new IllegalArgumentException("more than " + MAX_ROOMS + " room patterns");
    }
    return patterns.stream().map(RoomPattern::new).toList();
  }

  /** The texts of a claim that holds one or many, or several in one text parted by spaces. */
  private static List<String> strings(@Nullable Object value) {
    return switch (value) {
      case null -> List.of();
      case String text -> List.of(text.trim().split("\\s+"));
      case List<?> list -> {
        List<String> texts = new ArrayList<>();
        for (Object one : list) {
          if (!(one instanceof String text)) {
            throw new IllegalArgumentException("a claim holds something else than texts");
          }
          texts.add(text);
        }
        yield texts;
      }
      default -> throw new IllegalArgumentException("a claim holds something else than texts");
    };
  }

  private static CallerCheck refused(InvalidJwtException e) {
    if (e.hasErrorCode(ErrorCodes.SIGNATURE_INVALID)) {
      return new Refused(Reason.WRONG_SIGNATURE, "The bearer token's signature does not fit.");
    }
    if (e.hasErrorCode(ErrorCodes.EXPIRED)) {
      return new Refused(
          Reason.EXPIRED,
          "The bearer token has expired: get a new one from your identity provider.");
    }
    if (e.hasErrorCode(ErrorCodes.NOT_YET_VALID)) {
      return new Refused(
          Reason.NOT_YET_VALID, "The bearer token is not valid yet: look at the clocks.");
    }
    if (e.hasErrorCode(ErrorCodes.AUDIENCE_INVALID)
        || e.hasErrorCode(ErrorCodes.AUDIENCE_MISSING)) {
      return new Refused(
          Reason.WRONG_AUDIENCE,
          "The bearer token is meant for another audience than this service.");
    }
    if (e.hasErrorCode(ErrorCodes.EXPIRATION_MISSING)
        || e.hasErrorCode(ErrorCodes.SUBJECT_MISSING)
        || e.hasErrorCode(ErrorCodes.MALFORMED_CLAIM)) {
      return new Refused(Reason.CLAIMS, "The bearer token needs the claims exp, sub and aud.");
    }
    // What is left is a key that does not fit the algorithm, or nothing that verifies.
    return new Refused(Reason.WRONG_SIGNATURE, "The bearer token's signature cannot be verified.");
  }

  /** What an unverified JWT says of itself: enough to choose by whose keys it must be verified. */
  private static @Nullable Headline headline(String jwt) {
    String[] parts = jwt.split("\\.", -1);
    if (parts.length != 3) {
      return null;
    }
    try {
      JsonNode header = json(parts[0]);
      JsonNode claims = json(parts[1]);
      JsonNode keyId = header.path("kid");
      if (!header.path("alg").isTextual()
          || !claims.path("iss").isTextual()
          || !(keyId.isTextual() || keyId.isMissingNode())) {
        return null;
      }
      return new Headline(
          header.path("alg").textValue(), keyId.textValue(), claims.path("iss").textValue());
    } catch (IllegalArgumentException | JsonProcessingException e) {
      return null;
    }
  }

  private static JsonNode json(String part) throws JsonProcessingException {
    return Json.mapper().readTree(new String(Base64.getUrlDecoder().decode(part), UTF_8));
  }

  private static Instant earlier(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }

  private static CompletionStage<CallerCheck> done(Reason reason, String detail) {
    return CompletableFuture.completedStage(new Refused(reason, detail));
  }

  private static byte[] sha256(String text) {
    return DIGESTS.get().digest(text.getBytes(UTF_8));
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
