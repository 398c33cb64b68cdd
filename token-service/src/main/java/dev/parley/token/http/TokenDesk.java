package dev.parley.token.http;

import dev.parley.events.TokenEvent;
import dev.parley.events.id.UserId;
import dev.parley.kit.problem.ProblemException;
import dev.parley.token.Grant;
import dev.parley.token.IssuedToken;
import dev.parley.token.Privilege;
import dev.parley.token.Randomness;
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
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Carries requests through: the caller's limit, policy, the operator's hook, the users' limit,
 * issue, audit. Several requests are one: either all get their tokens or none does.
 */
@Singleton
public class TokenDesk {
  private static final int HOOK_CONCURRENCY = 10;

  private final Limits limits;
  private final Policy policy;
  private final Optional<PolicyHook> hook;
  private final TokenIssuer issuer;
  private final SessionSigner sessions;
  private final AuditTrail audit;
  private final Outcomes outcomes;
  private final Randomness random;
  private final Clock clock;

  @Inject
  TokenDesk(
      Limits limits,
      Policy policy,
      Optional<PolicyHook> hook,
      TokenIssuer issuer,
      SessionSigner sessions,
      AuditTrail audit,
      Outcomes outcomes,
      Randomness random,
      Clock clock) {
    this.limits = limits;
    this.policy = policy;
    this.hook = hook;
    this.issuer = issuer;
    this.sessions = sessions;
    this.audit = audit;
    this.outcomes = outcomes;
    this.random = random;
    this.clock = clock;
  }

  /**
   * One issued token.
   *
   * @param session null where it was not asked for, and for a token of every room: a participant's
   *     session names its room
   */
  record Issued(
      App app,
      Grant grant,
      IssuedToken token,
      boolean ttlClamped,
      @Nullable SignedSession session) {}

  /** What came of a call. */
  record Receipt(String requestId, List<Issued> issued, Standing standing) {}

  /** What is true of all requests of a call. */
  private record Call(
      String requestId, boolean withSession, @Nullable String traceparent, Standing standing) {}

  private record Decided(TokenRequest request, Decision decision) {}

  /**
   * Issues the tokens; fails with what to answer when one must not be issued.
   *
   * @param withSession whether a session JWT goes with each
   * @param traceparent of the call, for the audit trail
   */
  Uni<Receipt> issue(
      Caller caller,
      List<TokenRequest> requests,
      boolean withSession,
      @Nullable String traceparent) {
    // Never the caller's: the ids of audit records derive from it, and a repeated id is dropped.
    String requestId = random.uuid();
    Call call = new Call(requestId, withSession, traceparent, takeOf(caller, requests));
    List<Decided> decided = new ArrayList<>(requests.size());
    for (TokenRequest one : requests) {
      decided.add(new Decided(one, policy.decide(one)));
    }
    return hook.isEmpty() || refused(decided).isPresent()
        ? settle(call, decided)
        : asked(hook.get(), decided, call).chain(all -> settle(call, all));
  }

  private Standing takeOf(Caller caller, List<TokenRequest> requests) {
    try {
      return limits.takeOf(caller, requests.size());
    } catch (RateLimited e) {
      outcomes.tokens(requests.get(0).app(), "rate_limited", requests.size());
      throw e;
    }
  }

  /** Only of users that the caller may have tokens of: nobody else can use up their share. */
  private void takeOfUsers(List<Decided> decided) {
    try {
      for (Decided one : decided) {
        if (one.decision() instanceof Decision.Allowed allowed) {
          limits.takeOf(one.request().app().id(), allowed.grant().userId().value());
        }
      }
    } catch (RateLimited e) {
      outcomes.tokens(decided.get(0).request().app(), "rate_limited", decided.size());
      throw e;
    }
  }

  private static Optional<Decided> refused(List<Decided> decided) {
    for (Decided one : decided) {
      if (one.decision() instanceof Decision.Refused) {
        return Optional.of(one);
      }
    }
    return Optional.empty();
  }

  private static Uni<List<Decided>> asked(PolicyHook hook, List<Decided> decided, Call call) {
    List<Uni<Decided>> questions = decided.stream().map(one -> asked(hook, one, call)).toList();
    return Uni.join().all(questions).usingConcurrencyOf(HOOK_CONCURRENCY).andFailFast();
  }

  private static Uni<Decided> asked(PolicyHook hook, Decided decided, Call call) {
    TokenRequest request = decided.request();
    return switch (decided.decision()) {
      case Decision.Refused refused -> Uni.createFrom().item(decided);
      case Decision.Allowed allowed ->
          Uni.createFrom()
              .deferred(
                  () ->
                      Stages.uni(
                          hook.ask(
                              request.app(),
                              request.caller(),
                              allowed.grant(),
                              call.withSession()
                                  && allowed.grant().room() instanceof RoomScope.OneRoom,
                              call.requestId())))
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
              "The operator's policy gives no answer that could be used ("
                  + unavailable.why()
                  + "), so no token is issued: try again.");
    };
  }

  private Uni<Receipt> settle(Call call, List<Decided> decided) {
    Optional<Decided> refused = refused(decided);
    if (refused.isPresent()) {
      return refuse(call, refused.get());
    }
    takeOfUsers(decided);
    return hand(call, decided);
  }

  private Uni<Receipt> hand(Call call, List<Decided> decided) {
    List<Issued> issued = new ArrayList<>(decided.size());
    List<AuditRecord> records = new ArrayList<>(decided.size());
    for (Decided one : decided) {
      if (one.decision() instanceof Decision.Allowed allowed) {
        Issued made = issue(one.request().app(), allowed, call.withSession());
        issued.add(made);
        records.add(
            AuditRecord.of(
                call.requestId(),
                records.size(),
                issuedEvent(one.request(), made, call.requestId()),
                call.traceparent()));
      }
    }
    App app = decided.get(0).request().app();
    return Stages.uni(
            audit
                .record(records)
                .whenComplete(
                    (kept, failure) ->
                        outcomes.tokens(
                            app, failure == null ? "issued" : "audit_unavailable", issued.size())))
        .replaceWith(new Receipt(call.requestId(), issued, call.standing()));
  }

  private Issued issue(App app, Decision.Allowed allowed, boolean withSession) {
    Grant grant = allowed.grant();
    IssuedToken token = issuer.issue(app.id(), app.keys().current(), grant);
    SignedSession session =
        switch (grant.room()) {
          case RoomScope.OneRoom one when withSession ->
              sessions.participant(
                  app.id(), one.roomId(), grant.userId().value(), token.expiresAt());
          case RoomScope.OneRoom one -> null;
          case RoomScope.EveryRoom every -> null;
        };
    return new Issued(app, grant, token, allowed.ttlClamped(), session);
  }

  private Uni<Receipt> refuse(Call call, Decided decided) {
    if (!(decided.decision() instanceof Decision.Refused refused)) {
      throw new IllegalStateException("only refusals are refused");
    }
    TokenRequest request = decided.request();
    outcomes.tokens(request.app(), refused.code().wireName(), 1);
    TokenEvent event =
        new TokenEvent.TokenRefused(
            request.app().id(),
            request.room().map(RoomScope::tokenRoomId).orElse(null),
            clock.millis(),
            call.requestId(),
            request.caller().subject(),
            request.userId().or(request.caller()::userId).map(UserId::value).orElse(null),
            refused.code().wireName(),
            refused.detail(),
            request.caller().issuer());
    return Stages.uni(
            audit.record(List.of(AuditRecord.of(call.requestId(), 0, event, call.traceparent()))))
        .chain(
            () ->
                Uni.createFrom()
                    .failure(new ProblemException(TokenProblems.of(refused, call.requestId()))));
  }

  private static TokenEvent issuedEvent(TokenRequest request, Issued made, String requestId) {
    return new TokenEvent.TokenIssued(
        made.app().id(),
        made.token().token().roomId(),
        made.token().token().issuedAt().toEpochMilli(),
        requestId,
        request.caller().subject(),
        made.grant().userId(),
        Privilege.wireNames(made.token().privileges()),
        made.token().expiresAt().toEpochMilli(),
        request.caller().issuer(),
        made.session() == null ? null : made.session().expiresAt().toEpochMilli());
  }
}
