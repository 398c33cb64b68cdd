package dev.parley.token.http;

import dev.parley.events.TokenEvent;
import dev.parley.kit.problem.Problem;
import dev.parley.kit.problem.ProblemException;
import dev.parley.kit.session.Role;
import dev.parley.token.Randomness;
import dev.parley.token.app.App;
import dev.parley.token.audit.AuditRecord;
import dev.parley.token.audit.AuditTrail;
import dev.parley.token.caller.Caller;
import dev.parley.token.limit.RateLimits.Standing;
import dev.parley.token.policy.Decision;
import dev.parley.token.session.SessionSigner;
import dev.parley.token.session.SignedSession;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Carries requests for sessions of operators and analysts through: limit, role, issue, audit. */
@Singleton
public class SessionDesk {
  // The widest first.
  private static final List<Role> STAFF = List.of(Role.OPERATOR, Role.ANALYST);

  private static final String APP_REFUSAL =
      "Callers of your identity provider may not use this application: name another app.";

  private final Limits limits;
  private final SessionSigner sessions;
  private final AuditTrail audit;
  private final Outcomes outcomes;
  private final Randomness random;
  private final Clock clock;

  @Inject
  SessionDesk(
      Limits limits,
      SessionSigner sessions,
      AuditTrail audit,
      Outcomes outcomes,
      Randomness random,
      Clock clock) {
    this.limits = limits;
    this.sessions = sessions;
    this.audit = audit;
    this.outcomes = outcomes;
    this.random = random;
    this.clock = clock;
  }

  /** What came of a call. */
  record Receipt(String requestId, Role role, SignedSession session, Standing standing) {}

  private record Call(String requestId, @Nullable String traceparent) {}

  /** Issues a session in the role asked for, or else in the widest that the caller has. */
  Uni<Receipt> issue(Caller caller, App app, Optional<Role> asked, @Nullable String traceparent) {
    Call call = new Call(random.uuid(), traceparent);
    Standing standing = takeOf(caller, app);
    boolean mayUse = app.isOpenTo(caller.provider());
    Optional<Role> role =
        STAFF.stream()
            .filter(one -> mayUse && caller.roles().contains(one))
            .filter(one -> asked.isEmpty() || asked.get() == one)
            .findFirst();
    return role.isPresent()
        ? hand(caller, app, role.get(), call, standing)
        : refuse(caller, app, asked, mayUse, call);
  }

  private Standing takeOf(Caller caller, App app) {
    try {
      return limits.takeOf(caller, 1);
    } catch (RateLimited e) {
      outcomes.session(app, "rate_limited");
      throw e;
    }
  }

  private Uni<Receipt> hand(Caller caller, App app, Role role, Call call, Standing standing) {
    SignedSession session = sessions.staff(app.id(), caller.subject(), role);
    TokenEvent event =
        new TokenEvent.SessionIssued(
            app.id(),
            clock.millis(),
            call.requestId(),
            caller.subject(),
            role.claim(),
            session.expiresAt().toEpochMilli(),
            caller.issuer());
    return Stages.uni(
            audit
                .record(List.of(AuditRecord.of(call.requestId(), 0, event, call.traceparent())))
                .whenComplete(
                    (kept, failure) ->
                        outcomes.session(app, failure == null ? "issued" : "audit_unavailable")))
        .replaceWith(new Receipt(call.requestId(), role, session, standing));
  }

  private Uni<Receipt> refuse(
      Caller caller, App app, Optional<Role> asked, boolean mayUse, Call call) {
    Decision.Code code = mayUse ? Decision.Code.ROLE_NOT_ALLOWED : Decision.Code.APP_NOT_ALLOWED;
    String reason = mayUse ? missing(caller, asked) : APP_REFUSAL;
    outcomes.session(app, code.wireName());
    TokenEvent event =
        new TokenEvent.SessionRefused(
            app.id(),
            clock.millis(),
            call.requestId(),
            caller.subject(),
            asked.map(Role::claim).orElse(null),
            code.wireName(),
            reason,
            caller.issuer());
    return Stages.uni(
            audit.record(List.of(AuditRecord.of(call.requestId(), 0, event, call.traceparent()))))
        .chain(
            () ->
                Uni.createFrom()
                    .failure(
                        new ProblemException(
                            Problem.of(403, code.wireName(), reason)
                                .with("requestId", call.requestId()))));
  }

  private static String missing(Caller caller, Optional<Role> asked) {
    if (asked.equals(Optional.of(Role.PARTICIPANT))) {
      return "Participants get their session with POST /v1/tokens: ask for operator or analyst"
          + " here.";
    }
    return STAFF.stream()
        .filter(caller.roles()::contains)
        .findFirst()
        .flatMap(
            has ->
                asked.map(
                    lacks ->
                        "The caller does not have the role "
                            + lacks.claim()
                            + ": ask for "
                            + has.claim()
                            + ", or leave role out."))
        .orElse(
            "The caller is neither operator nor analyst: participants get their session with"
                + " POST /v1/tokens.");
  }
}
