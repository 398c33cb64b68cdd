package dev.parley.token.config;

import dev.parley.token.app.Apps;
import dev.parley.token.audit.AuditTrail;
import dev.parley.token.session.SessionKeys;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/** Ready while there are keys to sign with. Says how many, and what is wrong with their files. */
@Readiness
@ApplicationScoped
public class KeyReadiness implements HealthCheck {
  private final Apps apps;
  private final SessionKeys sessionKeys;
  private final AuditTrail audit;
  private final Lifecycle lifecycle;

  @Inject
  KeyReadiness(Apps apps, SessionKeys sessionKeys, AuditTrail audit, Lifecycle lifecycle) {
    this.apps = apps;
    this.sessionKeys = sessionKeys;
    this.audit = audit;
    this.lifecycle = lifecycle;
  }

  @Override
  public HealthCheckResponse call() {
    HealthCheckResponseBuilder builder =
        HealthCheckResponse.named("keys")
            .status(apps.count() > 0 && sessionKeys.count() > 0)
            .withData("applications", apps.count())
            .withData("sessionKeys", sessionKeys.count())
            .withData("auditWaiting", audit.waiting());
    lifecycle.reloadProblem().ifPresent(problem -> builder.withData("keyFiles", problem));
    return builder.build();
  }
}
