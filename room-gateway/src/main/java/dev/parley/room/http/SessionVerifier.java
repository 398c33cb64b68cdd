package dev.parley.room.http;

import dev.parley.kit.session.Session;
import io.smallrye.jwt.auth.principal.JWTParser;
import io.smallrye.jwt.auth.principal.ParseException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;

/** Verifies a session JWT that did not come in a header: that of a relay's hello. */
@ApplicationScoped
public class SessionVerifier {
  private final JWTParser parser;
  private final ExecutorService workers;

  @Inject
  SessionVerifier(JWTParser parser, ExecutorService workers) {
    this.parser = parser;
    this.workers = workers;
  }

  /**
   * The session of a token whose signature, issuer, audience and times are right.
   *
   * @return fails when they are not, or when the issuer's keys cannot be fetched
   */
  public CompletionStage<Session> verify(String token) {
    // Fetching the issuer's keys blocks, so never on the event loop.
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return Session.from(parser.parse(token));
          } catch (ParseException e) {
            throw new IllegalArgumentException("the token does not verify", e);
          }
        },
        workers);
  }
}
