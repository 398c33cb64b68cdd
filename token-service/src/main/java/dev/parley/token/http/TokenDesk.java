package dev.parley.token.http;

import dev.parley.events.TokenEvent;
import dev.parley.events.codec.EventIds;
import dev.parley.events.id.UserId;
import dev.parley.kit.problem.ProblemException;
import dev.parley.token.Grant;
import dev.parley.token.IssuedToken;
import dev.parley.token.Privilege;
import dev.parley.token.RoomScope;
import dev.parley.token.TokenIssuer;
import dev.parley.token.app.App;
import dev.parley.token.audit.AuditRecord;
import dev.parley.token.audit.AuditTrail;
import dev.parley.token.caller.Caller;
import dev.parley.token.limit.RateLimits.Standing;
import dev.parley.token.policy.Decision;
import dev.parley.token.policy.Policy;
import dev.parley.token.policy.PolicyHook;
import dev.parley.token.policy.TokenRequest;
import dev.parley.token.session.SessionSigner;
import dev.parley.token.session.SignedSession;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Carries requests through: limit, policy, the operator's hook, issue, audit. Several requests are
 * one: either all get their tokens or none does.
 */
@ApplicationScoped
public class TokenDesk {
  private static final int HOOK_CONCURRENCY = 10;

  private final Limits limits;
  private final Policy policy;
  private final Optional<PolicyHook> hook;
  private final TokenIssuer issuer;
  private final SessionSigner sessions;
  private final AuditTrail audit;
  private final MeterRegistry metrics;
  private final Clock clock;

  @Inject
  TokenDesk(
      Limits limits,
      Policy policy,
      Optional<PolicyHook> hook,
      TokenIssuer issuer,
      SessionSigner sessions,
      AuditTrail audit,
      MeterRegistry metrics,
      Clock clock) {
    this.limits = limits;
    this.policy = policy;
    this.hook = hook;
    this.issuer = issuer;
    this.sessions = sessions;
    this.audit = audit;
    this.metrics = metrics;
    this.clock = clock;
  }

  /**
   * One issued token.
   *
   * @param session null for a token of every room: a participant's session names its room
   */
  record Issued(
      App app,
      Grant grant,
      IssuedToken token,
      boolean ttlClamped,
      @Nullable SignedSession session) {}

  /** What came of a call. */
  record Receipt(String requestId, List<Issued> issued, Standing standing) {}

  private record Decided(TokenRequest request, Decision decision) {}

  /** Issues the tokens; fails with what to answer when one must not be issued. */
  Uni<Receipt> issue(Caller caller, List<TokenRequest> requests) {
    // Never the caller's: the ids of audit records derive from it, and a repeated id is dropped.
    String requestId = UUID.randomUUID().toString();
    Standing standing = takeOf(caller, requests);
    List<Decided> decided =
        requests.stream().map(one -> new Decided(one, policy.decide(one))).toList();
    return asked(decided, requestId)
        .chain(
            all -> {
              Optional<Decided> refused =
                  all.stream()
                      .filter(one -> one.decision() instanceof Decision.Refused)
                      .findFirst();
              return refused.isPresent()
                  ? refuse(refused.get(), requestId)
                  : hand(all, requestId).map(issued -> new Receipt(requestId, issued, standing));
            });
  }

  private Standing takeOf(Caller caller, List<TokenRequest> requests) {
    String app = requests.get(0).app().name();
    try {
      Standing standing = limits.takeOf(caller, requests.size());
      for (TokenRequest request : requests) {
        request
            .userId()
            .or(caller::userId)
            .map(UserId::value)
            .ifPresent(user -> limits.takeOf(request.app().id(), user));
      }
      return standing;
    } catch (RateLimited e) {
      count(app, "rate_limited", requests.size());
      throw e;
    }
  }

  private Uni<List<Decided>> asked(List<Decided> decided, String requestId) {
    if (hook.isEmpty()
        || decided.stream().anyMatch(one -> one.decision() instanceof Decision.Refused)) {
      return Uni.createFrom().item(decided);
    }
    List<Uni<Decided>> questions =
        decided.stream().map(one -> asked(hook.get(), one, requestId)).toList();
    return Uni.join().all(questions).usingConcurrencyOf(HOOK_CONCURRENCY).andFailFast();
  }

  private static Uni<Decided> asked(PolicyHook hook, Decided decided, String requestId) {
    TokenRequest request = decided.request();
    return switch (decided.decision()) {
      case Decision.Refused refused -> Uni.createFrom().item(decided);
      case Decision.Allowed allowed ->
          Uni.createFrom()
              .completionStage(
                  () -> hook.ask(request.app(), request.caller(), allowed.grant(), requestId))
              .map(answer -> new Decided(request, narrowed(allowed, answer)));
    };
  }

  private static Decision narrowed(Decision.Allowed allowed, PolicyHook.Answer answer) {
    return switch (answer) {
      case PolicyHook.Answer.Admits admits -> admits.maxTtl().map(allowed::cutTo).orElse(allowed);
      case PolicyHook.Answer.Denies denies ->
          new Decision.Refused(
              Decision.Code.POLICY_REFUSED,
              denies
                  .reason()
                  .map(reason -> "The operator's policy refuses: " + reason)
                  .orElse("The operator's policy refuses this token."));
      case PolicyHook.Answer.Unavailable unavailable ->
          new Decision.Refused(
              Decision.Code.POLICY_UNAVAILABLE,
              "The operator's policy does not answer, so no token is issued: try again.");
    };
  }

  private Uni<List<Issued>> hand(List<Decided> decided, String requestId) {
    List<Issued> issued = new ArrayList<>(decided.size());
    List<AuditRecord> records = new ArrayList<>(decided.size());
    for (Decided one : decided) {
      if (one.decision() instanceof Decision.Allowed allowed) {
        Issued made = issue(one.request().app(), allowed);
        issued.add(made);
        records.add(record(requestId, records.size(), issuedEvent(one.request(), made, requestId)));
      }
    }
    String app = decided.get(0).request().app().name();
    return Uni.createFrom()
        .completionStage(() -> audit.record(records))
        .replaceWith(issued)
        .invoke(() -> count(app, "issued", records.size()))
        .onFailure()
        .invoke(() -> count(app, "audit_unavailable", records.size()));
  }

  private Issued issue(App app, Decision.Allowed allowed) {
    Grant grant = allowed.grant();
    IssuedToken token = issuer.issue(app.id(), app.keys().current(), grant);
    SignedSession session =
        switch (grant.room()) {
          case RoomScope.OneRoom one ->
              sessions.participant(
                  app.id(), one.roomId(), grant.userId().value(), token.expiresAt());
          case RoomScope.EveryRoom every -> null;
        };
    return new Issued(app, grant, token, allowed.ttlClamped(), session);
  }

  private <T> Uni<T> refuse(Decided decided, String requestId) {
    if (!(decided.decision() instanceof Decision.Refused refused)) {
      throw new IllegalStateException("only refusals are refused");
    }
    TokenRequest request = decided.request();
    count(request.app().name(), refused.code().wireName(), 1);
    TokenEvent event =
        new TokenEvent.TokenRefused(
            request.app().id(),
            request.room().map(RoomScope::tokenRoomId).orElse(null),
            clock.millis(),
            requestId,
            request.caller().subject(),
            request.userId().or(request.caller()::userId).map(UserId::value).orElse(null),
            refused.code().wireName(),
            refused.detail());
    return Uni.createFrom()
        .completionStage(() -> audit.record(List.of(record(requestId, 0, event))))
        .chain(
            () ->
                Uni.createFrom()
                    .failure(new ProblemException(TokenProblems.of(refused, requestId))));
  }

  private static TokenEvent issuedEvent(TokenRequest request, Issued made, String requestId) {
    return new TokenEvent.TokenIssued(
        made.app().id(),
        made.token().token().roomId(),
        made.token().token().issuedAt().toEpochMilli(),
        requestId,
        request.caller().subject(),
        made.grant().userId(),
        made.token().privileges().stream().map(Privilege::wireName).toList(),
        made.token().expiresAt().toEpochMilli());
  }

  private static AuditRecord record(String requestId, int index, TokenEvent event) {
    return new AuditRecord(EventIds.derived("token", requestId, Integer.toString(index)), event);
  }

  private void count(String app, String outcome, int tokens) {
    metrics.counter("parley.token.requests", "app", app, "outcome", outcome).increment(tokens);
  }
}
