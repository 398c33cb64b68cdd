package dev.parley.room.http;

import dev.parley.kit.session.RememberedSessions;
import dev.parley.kit.session.Session;
import dev.parley.room.ingest.VerifiedSession;
import io.smallrye.jwt.auth.principal.JWTParser;
import io.smallrye.jwt.auth.principal.ParseException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import org.eclipse.microprofile.jwt.JsonWebToken;

/** Verifies a session JWT that did not come in a header: that of a relay's hello. */
@ApplicationScoped
public class SessionVerifier {
  private final RememberedSessions remembered;
  private final JWTParser parser;
  private final ExecutorService workers;

  @Inject
  SessionVerifier(RememberedSessions remembered, JWTParser parser, ExecutorService workers) {
    this.remembered = remembered;
    this.parser = parser;
    this.workers = workers;
  }

  /**
   * The session of a token whose signature, issuer, audience and times are right.
   *
   * @return fails when they are not, or when the issuer's keys cannot be fetched
   */
  public CompletionStage<VerifiedSession> verify(String token) {
    JsonWebToken known = remembered.remembered(token).orElse(null);
    if (known != null) {
      return CompletableFuture.completedFuture(session(known));
    }
    // Fetching the issuer's keys blocks, so never on the event loop.
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return session(parser.parse(token));
          } catch (ParseException e) {
            throw new IllegalArgumentException("the token does not verify", e);
          }
        },
        workers);
  }

  private static VerifiedSession session(JsonWebToken verified) {
    return new VerifiedSession(
        Session.from(verified), Instant.ofEpochSecond(verified.getExpirationTime()));
  }
}
