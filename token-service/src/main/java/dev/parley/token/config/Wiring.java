package dev.parley.token.config;

import dev.parley.kit.config.SettingsException;
import dev.parley.kit.kafka.EventPublisher;
import dev.parley.token.Randomness;
import dev.parley.token.TokenIssuer;
import dev.parley.token.app.Apps;
import dev.parley.token.app.Inspector;
import dev.parley.token.audit.AuditSink;
import dev.parley.token.audit.AuditTrail;
import dev.parley.token.audit.AwaitedAudit;
import dev.parley.token.audit.BufferedAudit;
import dev.parley.token.caller.CallerVerifier;
import dev.parley.token.http.ApiSettings;
import dev.parley.token.http.BoundedClient;
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
import io.smallrye.common.annotation.Identifier;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Builds the plain Java middle from the settings. */
@ApplicationScoped
public class Wiring {
  private static final String AUDIT = "audit-trail";

  // Before anything is built from a setting that cannot be used.
  @Inject
  Wiring(TokenServiceConfig config) {
    Bounds.check(config);
  }

  @Produces
  @Singleton
  Randomness randomness() {
    return new Randomness(new SecureRandom());
  }

  @Produces
  @Singleton
  Crypto crypto(TokenServiceConfig config) {
    return Crypto.choose(config.crypto());
  }

  @Produces
  @Singleton
  Apps apps(TokenServiceConfig config, Crypto crypto) {
    try {
      return new Apps(new AppLoader(config).load());
    } catch (IllegalArgumentException e) {
      throw new SettingsException("parley.token.apps", "is malformed: " + e.getMessage());
    }
  }

  @Produces
  @Singleton
  SessionKeys sessionKeys(TokenServiceConfig config, Crypto crypto, Clock clock) {
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
  SessionSigner sessionSigner(
      TokenServiceConfig config, SessionKeys keys, Clock clock, Randomness random) {
    TokenServiceConfig.SessionConfig session = config.session();
    try {
      return new SessionSigner(
          keys,
          new SessionSigner.Terms(session.issuer(), session.audiences(), session.ttl()),
          clock,
          random::uuid);
    } catch (IllegalArgumentException e) {
      throw new SettingsException("parley.token.session", "is malformed: " + e.getMessage());
    }
  }

  @Produces
  @Singleton
  ApiSettings apiSettings(TokenServiceConfig config) {
    return new ApiSettings(
        config.urls().roomGateway(),
        config.urls().agentControl(),
        config.maxBatch(),
        config.session().jwksMaxAge());
  }

  @Produces
  @Singleton
  TokenIssuer tokenIssuer(Clock clock, Randomness random) {
    return new TokenIssuer(clock, random::bits);
  }

  @Produces
  @Singleton
  Inspector inspector(Apps apps, Clock clock) {
    return new Inspector(apps, clock);
  }

  @Produces
  @Singleton
  Policy policy(TokenServiceConfig config, Randomness random) {
    TokenServiceConfig.PolicyConfig policy = config.policy();
    return new Policy(
        new Policy.Rights(policy.otherUserRoles(), policy.everyRoomRoles(), policy.freshRooms()),
        new FreshRooms(() -> random.bytes(FreshRooms.RANDOM_LENGTH)));
  }

  @Produces
  @Singleton
  Optional<PolicyHook> policyHook(TokenServiceConfig config, BoundedClient client) {
    TokenServiceConfig.HookConfig hook = config.policy().hook();
    return hook.url().map(url -> new HttpPolicyHook(client, url, hook.token(), hook.timeout()));
  }

  @Produces
  @Singleton
  CallerVerifier callerVerifier(
      TokenServiceConfig config, BoundedClient client, Clock clock, MeterRegistry metrics) {
    CallerLoader loader =
        new CallerLoader(
            config.callers(), new HttpJwks(client), Infrastructure.getDefaultWorkerPool(), clock);
    CallerVerifier verifier =
        new CallerVerifier(
            loader.load(),
            clock,
            new CallerVerifier.Memory(
                config.callerMemory().size(), config.callerMemory().lifetime()));
    Gauge.builder("parley.token.callers.remembered", verifier, CallerVerifier::rememberedCount)
        .description("Bearer JWTs that need not be verified again")
        .register(metrics);
    return verifier;
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
      TokenServiceConfig config,
      EventPublisher publisher,
      @Identifier(AUDIT) ScheduledExecutorService auditThread,
      MeterRegistry metrics) {
    AuditSink sink = new KafkaAuditSink(publisher);
    AuditTrail trail =
        switch (config.audit().whenKafkaIsDown()) {
          case REFUSE -> new AwaitedAudit(sink);
          case BUFFER ->
              new BufferedAudit(
                  sink,
                  config.audit().maxBuffered(),
                  config.audit().gather(),
                  (pause, action) -> {
                    ScheduledFuture<?> unused =
                        auditThread.schedule(action, pause.toNanos(), TimeUnit.NANOSECONDS);
                  });
        };
    Gauge.builder("parley.token.audit.waiting", trail, AuditTrail::waiting)
        .description("Audit records that wait for Kafka")
        .register(metrics);
    FunctionCounter.builder("parley.token.audit.lost", trail, AuditTrail::lost)
        .description("Audit records lost because too many waited for Kafka; must stay 0")
        .register(metrics);
    return trail;
  }

  // Thousands of records can be written at once: too long for an event loop.
  @Produces
  @Singleton
  @Identifier(AUDIT)
  ScheduledExecutorService auditThread() {
    return Executors.newSingleThreadScheduledExecutor(
        Thread.ofPlatform().daemon().name(AUDIT).factory());
  }

  void close(@Disposes @Identifier(AUDIT) ScheduledExecutorService auditThread) {
    auditThread.shutdownNow();
  }

  @Produces
  @Singleton
  BoundedClient boundedClient(Vertx vertx) {
    return new BoundedClient(vertx);
  }

  void close(@Disposes BoundedClient client) {
    client.close();
  }
}
