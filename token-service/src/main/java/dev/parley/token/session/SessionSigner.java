package dev.parley.token.session;

import dev.parley.events.id.AppId;
import dev.parley.events.id.RoomId;
import dev.parley.kit.session.Role;
import dev.parley.kit.session.SessionClaims;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.Supplier;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;

/** Signs session JWTs. */
public final class SessionSigner {
  private final SessionKeys keys;
  private final Terms terms;
  private final Clock clock;
  private final Supplier<String> ids;

  /**
   * Signs with {@code keys}.
   *
   * @param ids fresh {@code jti}s
   */
  public SessionSigner(SessionKeys keys, Terms terms, Clock clock, Supplier<String> ids) {
    this.keys = keys;
    this.terms = terms;
    this.clock = clock;
    this.ids = ids;
  }

  /** What every session JWT says. */
  public record Terms(String issuer, List<String> audiences, Duration ttl) {
    public Terms {
      audiences = List.copyOf(audiences);
      if (ttl.toSeconds() < 60 || ttl.compareTo(Duration.ofHours(24)) > 0) {
        throw new IllegalArgumentException("ttl must be 60 s to 24 h, is " + ttl);
      }
    }
  }

  /** A session of a user in one room. It does not outlive {@code noLaterThan}. */
  public SignedSession participant(AppId app, RoomId room, String userId, Instant noLaterThan) {
    return sign(app, room, userId, Role.PARTICIPANT, noLaterThan);
  }

  /** A session of somebody who works on every room. */
  public SignedSession staff(AppId app, String subject, Role role) {
    if (role == Role.PARTICIPANT) {
      throw new IllegalArgumentException("a participant's session names its room");
    }
    return sign(app, null, subject, role, Instant.MAX);
  }

  private SignedSession sign(
      AppId app, @Nullable RoomId room, String subject, Role role, Instant noLaterThan) {
    Instant issuedAt = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    Instant end = issuedAt.plus(terms.ttl());
    Instant expiresAt = end.isBefore(noLaterThan) ? end : noLaterThan;
    JwtClaims claims = new JwtClaims();
    claims.setIssuer(terms.issuer());
    claims.setAudience(terms.audiences());
    claims.setSubject(subject);
    claims.setIssuedAt(NumericDate.fromSeconds(issuedAt.getEpochSecond()));
    claims.setExpirationTime(NumericDate.fromSeconds(expiresAt.getEpochSecond()));
    claims.setJwtId(ids.get());
    claims.setStringClaim(SessionClaims.APP, app.value());
    if (room != null) {
      claims.setStringClaim(SessionClaims.ROOM, room.value());
    }
    claims.setStringListClaim("groups", List.of(role.claim()));
    SessionKey key = keys.signing();
    JsonWebSignature jws = new JsonWebSignature();
    jws.setAlgorithmHeaderValue(AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256);
    jws.setKeyIdHeaderValue(key.keyId());
    jws.setHeader("typ", "JWT");
    jws.setKey(key.privateKey());
    jws.setPayload(claims.toJson());
    try {
      return new SignedSession(jws.getCompactSerialization(), expiresAt);
    } catch (JoseException e) {
      throw new IllegalStateException("the session key passed its probe but cannot sign", e);
    }
  }
}
