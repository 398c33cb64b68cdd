package dev.parley.token.http;

import dev.parley.events.RefusedValueException;
import dev.parley.kit.session.Role;
import dev.parley.kit.trace.TraceParent;
import dev.parley.token.app.App;
import dev.parley.token.app.Apps;
import dev.parley.token.caller.Caller;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBodySchema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.ResponseStatus;
import org.jspecify.annotations.Nullable;

/** Session JWTs for those who work on every room; participants get theirs with the access token. */
@Path("/v1/sessions")
@CallersOnly
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Sessions")
public class SessionResource {
  private final SessionDesk desk;
  private final Apps apps;

  @Inject
  SessionResource(SessionDesk desk, Apps apps) {
    this.desk = desk;
    this.apps = apps;
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

    Optional<Role> asked() {
      return Optional.ofNullable(role)
          .map(
              name ->
                  Role.ofClaim(name)
                      .orElseThrow(
                          () -> new RefusedValueException("role must be operator or analyst")));
    }
  }

  /** A session; prints without its token. */
  @Schema(name = "Session")
  record SessionAnswer(
      String token,
      String appId,
      String subject,
      String role,
      Instant expiresAt,
      @Schema(description = "Ask again after this.") Instant renewAfter) {
    static SessionAnswer of(SessionDesk.Receipt receipt, App app, Caller caller) {
      return new SessionAnswer(
          receipt.session().token(),
          app.id().value(),
          caller.subject(),
          receipt.role().claim(),
          receipt.session().expiresAt(),
          receipt.session().renewAfter());
    }

    @Override
    public String toString() {
      return "SessionAnswer[****, subject=" + subject + ", role=" + role + "]";
    }
  }

  @POST
  @ResponseStatus(201)
  @Operation(
      operationId = "issueSession",
      summary = "Issue a session JWT for an operator or analyst",
      description = "For Parley's own services; it opens no room at the vendor.")
  @RequestBodySchema(SessionBody.class)
  @APIResponseSchema(
      value = SessionAnswer.class,
      responseCode = "201",
      responseDescription = "Issued")
  public Uni<SessionAnswer> issue(@Nullable SessionBody given, @Context RoutingContext call) {
    SessionBody body = given == null ? SessionBody.EMPTY : given;
    Caller caller = CallerFilter.of(call);
    App app = BodyRules.app(apps, body.app());
    return desk.issue(caller, app, body.asked(), TraceParent.of(call.request()))
        .map(
            receipt ->
                Answers.issued(
                    SessionAnswer.of(receipt, app, caller),
                    call,
                    receipt.requestId(),
                    receipt.standing()));
  }
}
