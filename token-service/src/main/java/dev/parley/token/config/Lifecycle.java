package dev.parley.token.config;

import dev.parley.token.app.Apps;
import dev.parley.token.audit.AuditTrail;
import dev.parley.token.audit.BufferedAudit;
import dev.parley.token.caller.CallerVerifier;
import dev.parley.token.http.Limits;
import dev.parley.token.session.SessionKeys;
import dev.parley.token.session.SessionSigner;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;

/**
 * The service's start and end, and the key files in between. A file that became unusable leaves the
 * keys as they were: a half-written mount must not stop a service that has good keys.
 */
@ApplicationScoped
public class Lifecycle {
  private static final Logger LOG = Logger.getLogger(Lifecycle.class);

  private final TokenServiceConfig config;
  private final Apps apps;
  private final SessionKeys sessionKeys;
  private final AuditTrail audit;
  private final Vertx vertx;
  private final AppLoader appLoader;
  private final SessionKeyLoader sessionKeyLoader;
  private volatile Optional<String> reloadProblem = Optional.empty();

  @Inject
  Lifecycle(
      TokenServiceConfig config,
      Apps apps,
      SessionKeys sessionKeys,
      AuditTrail audit,
      Vertx vertx,
      Clock clock) {
    this.config = config;
    this.apps = apps;
    this.sessionKeys = sessionKeys;
    this.audit = audit;
    this.vertx = vertx;
    this.appLoader = new AppLoader(config);
    this.sessionKeyLoader = new SessionKeyLoader(config.session(), clock);
  }

  // The parameters are what must be sound before the first request; asking for them builds them.
  void start(
      @Observes StartupEvent event,
      CallerVerifier callers,
      Limits limits,
      SessionSigner signer,
      Crypto crypto) {
    SharedUsers.sentences(config).forEach(LOG::warn);
    long pause = config.reloadEvery().toMillis();
    vertx.setPeriodic(pause, pause, timer -> vertx.executeBlocking(this::reload));
    LOG.infof(
        "applications=%d sessionKeys=%d signing=%s crypto=%s",
        apps.count(), sessionKeys.count(), sessionKeys.signing(), crypto.name());
  }

  /**
   * Reads the key files again, those of applications and those of sessions each for themselves;
   * null, for the executor.
   */
  synchronized Void reload() {
    List<String> problems = new ArrayList<>();
    attempt(problems, () -> apps.replace(appLoader.load()));
    attempt(problems, () -> sessionKeys.replace(sessionKeyLoader.load()));
    Optional<String> problem =
        problems.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", problems));
    if (problem.isPresent() && !problem.equals(reloadProblem)) {
      LOG.errorf("key files cannot be used, the former keys stay: %s", problem.get());
    }
    reloadProblem = problem;
    return done();
  }

  private static void attempt(List<String> problems, Runnable replacement) {
    try {
      replacement.run();
    } catch (RuntimeException e) {
      problems.add(String.valueOf(e.getMessage()));
    }
  }

  @SuppressWarnings("NullAway") // Void has no other value.
  private static Void done() {
    return null;
  }

  /** Why the key files could not be read the last time. */
  Optional<String> reloadProblem() {
    return reloadProblem;
  }

  void stop(@Observes ShutdownEvent event) {
    if (!(audit instanceof BufferedAudit buffered)) {
      return;
    }
    try {
      buffered
          .drained()
          .toCompletableFuture()
          .get(config.audit().drainTimeout().toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      LOG.errorf("%d audit records are lost: Kafka did not take them", audit.waiting());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
