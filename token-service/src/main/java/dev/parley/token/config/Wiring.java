package dev.parley.token.config;

import dev.parley.kit.kafka.EventPublisher;
import dev.parley.token.TokenIssuer;
import dev.parley.token.app.Apps;
import dev.parley.token.app.Inspector;
import dev.parley.token.audit.AuditSink;
import dev.parley.token.audit.AuditTrail;
import dev.parley.token.audit.AwaitedAudit;
import dev.parley.token.audit.BufferedAudit;
import dev.parley.token.caller.CallerVerifier;
import dev.parley.token.http.HttpJwks;
import dev.parley.token.http.HttpPolicyHook;
import dev.parley.token.http.Limits;
import dev.parley.token.kafka.KafkaAuditSink;
import dev.parley.token.policy.FreshRooms;
import dev.parley.token.policy.Policy;
import dev.parley.token.policy.PolicyHook;
import dev.parley.token.session.SessionKeys;
import dev.parley.token.session.SessionSigner;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.vertx.core.Vertx;
import io.vertx.ext.web.client.WebClientOptions;
import io.vertx.mutiny.ext.web.client.WebClient;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/** Builds the plain Java middle from the settings. */
@ApplicationScoped
public class Wiring {
  private static final SecureRandom RANDOM = new SecureRandom();

  @Produces
  @Singleton
  Apps apps(TokenServiceConfig config) {
    try {
      return new Apps(new AppLoader(config).load());
    } catch (IllegalArgumentException e) {
      throw new SettingsException("parley.token.apps", "is malformed: " + e.getMessage());
    }
  }

  @Produces
  @Singleton
  SessionKeys sessionKeys(TokenServiceConfig config, Clock clock) {
    TokenServiceConfig.SessionConfig session = config.session();
    try {
      return new SessionKeys(
          new SessionKeyLoader(session, clock).load(),
          session.overlap(),
          session.signingKey(),
          clock);
    } catch (IllegalArgumentException e) {
      throw new SettingsException("parley.token.session", "is malformed: " + e.getMessage());
    }
  }

  @Produces
  @Singleton
  SessionSigner sessionSigner(TokenServiceConfig config, SessionKeys keys, Clock clock) {
    TokenServiceConfig.SessionConfig session = config.session();
    try {
      return new SessionSigner(
          keys,
          new SessionSigner.Terms(session.issuer(), session.audiences(), session.ttl()),
          clock,
          () -> UUID.randomUUID().toString());
    } catch (IllegalArgumentException e) {
      throw new SettingsException("parley.token.session", "is malformed: " + e.getMessage());
    }
  }

  @Produces
  @Singleton
  TokenIssuer tokenIssuer(Clock clock) {
    return new TokenIssuer(clock, RANDOM::nextInt);
  }

  @Produces
  @Singleton
  Inspector inspector(Apps apps, Clock clock) {
    return new Inspector(apps, clock);
  }

  @Produces
  @Singleton
  Policy policy(TokenServiceConfig config) {
    TokenServiceConfig.PolicyConfig policy = config.policy();
    return new Policy(
        new Policy.Rights(policy.otherUserRoles(), policy.everyRoomRoles(), policy.freshRooms()),
        new FreshRooms(
            () -> {
              byte[] bytes = new byte[FreshRooms.RANDOM_LENGTH];
              RANDOM.nextBytes(bytes);
              return bytes;
            }));
  }

  @Produces
  @Singleton
  Optional<PolicyHook> policyHook(TokenServiceConfig config, WebClient client) {
    TokenServiceConfig.HookConfig hook = config.policy().hook();
    return hook.url().map(url -> new HttpPolicyHook(client, url, hook.token(), hook.timeout()));
  }

  @Produces
  @Singleton
  CallerVerifier callerVerifier(TokenServiceConfig config, WebClient client, Clock clock) {
    CallerLoader loader =
        new CallerLoader(
            config.callers(), new HttpJwks(client), Infrastructure.getDefaultWorkerPool(), clock);
    return new CallerVerifier(
        loader.load(),
        clock,
        new CallerVerifier.Memory(config.callerMemory().size(), config.callerMemory().lifetime()));
  }

  @Produces
  @Singleton
  Limits limits(TokenServiceConfig config, Clock clock) {
    TokenServiceConfig.LimitsConfig limits = config.limits();
    try {
      return new Limits(
          limits.callerRequests(),
          limits.operatorRequests(),
          limits.userRequests(),
          limits.period(),
          clock);
    } catch (IllegalArgumentException e) {
      throw new SettingsException("parley.token.limits", "is malformed: " + e.getMessage());
    }
  }

  @Produces
  @Singleton
  AuditTrail auditTrail(
      TokenServiceConfig config, EventPublisher publisher, Vertx vertx, MeterRegistry metrics) {
    AuditSink sink = new KafkaAuditSink(publisher);
    AuditTrail trail =
        switch (config.audit().whenKafkaIsDown()) {
          case REFUSE -> new AwaitedAudit(sink);
          case BUFFER ->
              new BufferedAudit(
                  sink,
                  config.audit().maxBuffered(),
                  (pause, action) -> vertx.setTimer(atLeastOneMilli(pause), id -> action.run()));
        };
    Gauge.builder("parley.token.audit.waiting", trail, AuditTrail::waiting)
        .description("Audit records that wait for Kafka")
        .register(metrics);
    FunctionCounter.builder("parley.token.audit.lost", trail, AuditTrail::lost)
        .description("Audit records lost because too many waited for Kafka; must stay 0")
        .register(metrics);
    return trail;
  }

  private static long atLeastOneMilli(Duration pause) {
    return Math.max(1, pause.toMillis());
  }

  @Produces
  @Singleton
  WebClient webClient(Vertx vertx) {
    // No redirects: an identity provider or policy service that sends us elsewhere is not trusted.
    return WebClient.create(
        new io.vertx.mutiny.core.Vertx(vertx),
        new WebClientOptions().setFollowRedirects(false).setConnectTimeout(3000));
  }

  void close(@Disposes WebClient client) {
    client.close();
  }
}
