package dev.parley.token.http;

import dev.parley.kit.problem.Problem;
import dev.parley.kit.problem.ProblemException;
import dev.parley.token.caller.Caller;
import dev.parley.token.caller.CallerCheck;
import dev.parley.token.caller.CallerVerifier;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.security.UnauthorizedException;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Priorities;
import java.util.concurrent.CompletableFuture;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jspecify.annotations.Nullable;

/**
 * Finds out who calls, before a body is looked at. Not one of Quarkus' identity providers: those
 * know one issuer or make each request carry an identity of its own, and whom this service knows is
 * a {@link Caller}.
 */
// Not @Singleton: filters are made before there are settings.
@ApplicationScoped
public class CallerFilter {
  private static final String CALLER = "parley.caller";
  private static final String SCHEME = "Bearer ";

  private final CallerVerifier verifier;
  private final MeterRegistry metrics;

  @Inject
  CallerFilter(CallerVerifier verifier, MeterRegistry metrics) {
    this.verifier = verifier;
    this.metrics = metrics;
  }

  /** Null, for going on at once, but where keys must be fetched first. */
  @CallersOnly
  @ServerRequestFilter(priority = Priorities.AUTHENTICATION)
  public @Nullable Uni<Void> admit(RoutingContext call) {
    CompletableFuture<CallerCheck> check = verifier.verify(bearer(call)).toCompletableFuture();
    if (check.isDone()) {
      admit(call, check.join());
      return null;
    }
    return Stages.uni(check).invoke(done -> admit(call, done)).replaceWithVoid();
  }

  private static String bearer(RoutingContext call) {
    String header = call.request().getHeader(HttpHeaders.AUTHORIZATION);
    if (header == null || !header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      throw new UnauthorizedException();
    }
    return header.substring(SCHEME.length()).trim();
  }

  private void admit(RoutingContext call, CallerCheck check) {
    switch (check) {
      case CallerCheck.Accepted(Caller caller) -> call.put(CALLER, caller);
      case CallerCheck.Refused refused -> {
        count(refused.reason().wireName());
        throw new BearerRefused(refused);
      }
      case CallerCheck.KeysUnavailable unavailable -> {
        count("keys_unavailable");
        throw new ProblemException(
            Problem.of(
                    503,
                    "identity_provider_unavailable",
                    "The keys of the bearer token's issuer cannot be fetched now: try again.")
                .retryAfter(TokenProblems.RETRY_SECONDS));
      }
    }
  }

  private void count(String reason) {
    metrics.counter("parley.token.callers.refused", "reason", reason).increment();
  }

  /** Who makes this call; only behind {@link CallersOnly}, everywhere else nobody does. */
  static Caller of(RoutingContext call) {
    Caller caller = call.get(CALLER);
    if (caller == null) {
      throw new UnauthorizedException();
    }
    return caller;
  }
}
