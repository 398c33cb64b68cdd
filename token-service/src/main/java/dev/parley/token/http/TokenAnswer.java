package dev.parley.token.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.parley.token.Privilege;
import dev.parley.token.session.SignedSession;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** One issued token, with what a client needs beside it; prints without the tokens. */
@Schema(name = "Token")
@JsonInclude(JsonInclude.Include.NON_NULL)
record TokenAnswer(
    @Schema(description = "What the RTC client shows to the vendor.") String accessToken,
    String appId,
    String roomId,
    String userId,
    @Schema(description = "What the access token carries.") List<String> privileges,
    Instant issuedAt,
    @Schema(description = "Its last second; every privilege ends with it.") Instant expiresAt,
    @Schema(description = "Ask again after this, with the same room and user.") Instant renewAfter,
    long ttlSeconds,
    @Schema(description = "Whether it lives shorter than asked for.") boolean ttlClamped,
    @Schema(
            description =
                "For Parley's other services; absent for a token of every room, and where it was not"
                    + " asked for.")
        @Nullable SessionAnswer session,
    Urls urls) {

  static TokenAnswer of(TokenDesk.Issued issued, Urls urls) {
    Instant issuedAt = issued.token().token().issuedAt();
    Instant expiresAt = issued.token().expiresAt();
    return new TokenAnswer(
        issued.token().text(),
        issued.app().id().value(),
        issued.token().token().roomId(),
        issued.token().token().userId(),
        Privilege.wireNames(issued.token().privileges()),
        issuedAt,
        expiresAt,
        issued.token().renewAfter(),
        Duration.between(issuedAt, expiresAt).toSeconds(),
        issued.ttlClamped(),
        issued.session() == null ? null : SessionAnswer.of(issued.session()),
        urls);
  }

  @Override
  public String toString() {
    return "TokenAnswer[****, roomId=" + roomId + ", userId=" + userId + "]";
  }

  /** A session JWT. */
  @Schema(name = "SessionToken")
  record SessionAnswer(
      String token,
      Instant expiresAt,
      @Schema(description = "Ask again after this; the session ends before its access token does.")
          Instant renewAfter) {
    static SessionAnswer of(SignedSession session) {
      return new SessionAnswer(session.token(), session.expiresAt(), session.renewAfter());
    }

    @Override
    public String toString() {
      return "SessionAnswer[****, expiresAt=" + expiresAt + "]";
    }
  }

  /** Where Parley's other services are, as clients reach them. */
  @Schema(name = "Urls")
  record Urls(URI roomGateway, URI agentControl) {}
}
