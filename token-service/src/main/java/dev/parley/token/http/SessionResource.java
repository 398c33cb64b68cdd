package dev.parley.token.http;

import dev.parley.kit.problem.Problem;
import dev.parley.kit.problem.ProblemException;
import dev.parley.kit.session.Role;
import dev.parley.token.app.App;
import dev.parley.token.app.Apps;
import dev.parley.token.caller.Caller;
import dev.parley.token.limit.RateLimits.Standing;
import dev.parley.token.policy.Decision;
import dev.parley.token.session.SessionSigner;
import dev.parley.token.session.SignedSession;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.security.Authenticated;
import io.quarkus.security.identity.CurrentIdentityAssociation;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Session JWTs for those who work on every room; participants get theirs with the access token. */
@Path("/v1/sessions")
@Authenticated
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Sessions")
public class SessionResource {
  private static final Logger LOG = Logger.getLogger(SessionResource.class);

  private final Apps apps;
  private final SessionSigner sessions;
  private final Limits limits;
  private final CurrentIdentityAssociation identities;
  private final MeterRegistry metrics;

  @Inject
  SessionResource(
      Apps apps,
      SessionSigner sessions,
      Limits limits,
      CurrentIdentityAssociation identities,
      MeterRegistry metrics) {
    this.apps = apps;
    this.sessions = sessions;
    this.limits = limits;
    this.identities = identities;
    this.metrics = metrics;
  }

  /** A request for a session. */
  @Schema(name = "SessionRequest")
  record SessionBody(
      @Schema(description = "Name of the application; the default one when absent.")
          @Nullable String app,
      @Schema(
              description = "operator or analyst; the widest that the caller has when absent.",
              examples = "operator")
          @Nullable String role) {
    static final SessionBody EMPTY = new SessionBody(null, null);
  }

  /** A session; prints without its token. */
  @Schema(name = "Session")
  record SessionAnswer(String token, String appId, String subject, String role, Instant expiresAt) {
    @Override
    public String toString() {
      return "SessionAnswer[****, subject=" + subject + ", role=" + role + "]";
    }
  }

  @POST
  @Operation(
      operationId = "issueSession",
      summary = "Issue a session JWT for an operator or analyst",
      description = "For Parley's own services; it opens no room at the vendor.")
  @RequestBody(
      content =
          @Content(
              schema = @Schema(implementation = SessionBody.class),
              examples = @ExampleObject(name = "operator", value = Examples.SESSION_REQUEST)))
  @APIResponse(
      responseCode = "201",
      description = "Issued",
      content =
          @Content(
              schema = @Schema(implementation = SessionAnswer.class),
              examples = @ExampleObject(name = "operator", value = Examples.SESSION)))
  public Uni<RestResponse<SessionAnswer>> issue(@Nullable SessionBody given) {
    SessionBody body = given == null ? SessionBody.EMPTY : given;
    return CallerAuthentication.current(identities)
        .map(
            caller -> {
              Standing standing = limits.takeOf(caller, 1);
              App app = BodyRules.app(apps, body.app());
              return created(caller, app, role(caller, app, body), standing);
            });
  }

  private RestResponse<SessionAnswer> created(
      Caller caller, App app, Role role, Standing standing) {
    SignedSession session = sessions.staff(app.id(), caller.subject(), role);
    count(app, "issued");
    LOG.infof(
        "session issued appId=%s caller=%s role=%s", app.id(), caller.subject(), role.claim());
    return RestResponse.ResponseBuilder.create(
            RestResponse.Status.CREATED,
            new SessionAnswer(
                session.token(),
                app.id().value(),
                caller.subject(),
                role.claim(),
                session.expiresAt()))
        .header(HttpHeaders.CACHE_CONTROL, "no-store")
        .header("RateLimit-Policy", standing.policyField())
        .header("RateLimit", standing.limitField())
        .build();
  }

  private Role role(Caller caller, App app, SessionBody body) {
    Optional<Role> asked =
        Optional.ofNullable(body.role())
            .map(
                name ->
                    Role.ofClaim(name)
                        .orElseThrow(
                            () ->
                                new IllegalArgumentException("role must be operator or analyst")));
    boolean mayUse = app.issuers().isEmpty() || app.issuers().contains(caller.provider());
    Decision.Code code = mayUse ? Decision.Code.ROLE_NOT_ALLOWED : Decision.Code.APP_NOT_ALLOWED;
    return Stream.of(Role.OPERATOR, Role.ANALYST)
        .filter(role -> mayUse && caller.roles().contains(role))
        .filter(role -> asked.isEmpty() || asked.get() == role)
        .findFirst()
        .orElseThrow(
            () -> {
              count(app, code.wireName());
              return new ProblemException(
                  Problem.of(
                      403,
                      code.wireName(),
                      "The caller is not an operator or analyst of this application: participants"
                          + " get their session with POST /v1/tokens."));
            });
  }

  private void count(App app, String outcome) {
    metrics.counter("parley.token.sessions", "app", app.name(), "outcome", outcome).increment();
  }
}
