package dev.parley.token.session;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.parley.events.codec.Json;
import dev.parley.events.id.AppId;
import dev.parley.events.id.RoomId;
import dev.parley.kit.session.Role;
import dev.parley.kit.session.SessionClaims;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Signs session JWTs. */
public final class SessionSigner {
  private static final int USUAL_SIZE = 512;

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
    long life = expiresAt.getEpochSecond() - issuedAt.getEpochSecond();
    return new SignedSession(
        keys.signing().sign(claims(app, room, subject, role, issuedAt, expiresAt)),
        expiresAt,
        issuedAt.plusSeconds(life * 4 / 5));
  }

  private byte[] claims(
      AppId app,
      @Nullable RoomId room,
      String subject,
      Role role,
      Instant issuedAt,
      Instant expiresAt) {
    ByteArrayOutputStream claims = new ByteArrayOutputStream(USUAL_SIZE);
    try (JsonGenerator json = Json.mapper().createGenerator(claims)) {
      json.writeStartObject();
      json.writeStringField("iss", terms.issuer());
      json.writeArrayFieldStart("aud");
      for (String audience : terms.audiences()) {
        json.writeString(audience);
      }
      json.writeEndArray();
      json.writeStringField("sub", subject);
      json.writeNumberField("iat", issuedAt.getEpochSecond());
      json.writeNumberField("exp", expiresAt.getEpochSecond());
      json.writeStringField("jti", ids.get());
      json.writeStringField(SessionClaims.APP, app.value());
      if (room != null) {
        json.writeStringField(SessionClaims.ROOM, room.value());
      }
      json.writeArrayFieldStart("groups");
      json.writeString(role.claim());
      json.writeEndArray();
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("memory can be written", e);
    }
    return claims.toByteArray();
  }
}
