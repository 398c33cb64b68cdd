package dev.parley.token.http;

import dev.parley.kit.trace.TraceParent;
import dev.parley.token.app.Apps;
import dev.parley.token.app.Inspector;
import dev.parley.token.caller.Caller;
import dev.parley.token.http.TokenAnswer.Urls;
import dev.parley.token.limit.RateLimits.Standing;
import io.smallrye.common.annotation.NonBlocking;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBodySchema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.ResponseStatus;
import org.jspecify.annotations.Nullable;

/** Access tokens over REST. */
@Path("/v1/tokens")
@CallersOnly
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Access tokens")
public class TokenResource {
  private final TokenDesk desk;
  private final Apps apps;
  private final Inspector inspector;
  private final Limits limits;
  private final Urls urls;
  private final int maxBatch;

  @Inject
  TokenResource(
      TokenDesk desk, Apps apps, Inspector inspector, Limits limits, ApiSettings settings) {
    this.desk = desk;
    this.apps = apps;
    this.inspector = inspector;
    this.limits = limits;
    this.urls = new Urls(settings.roomGateway(), settings.agentControl());
    this.maxBatch = settings.maxBatch();
  }

  @POST
  @ResponseStatus(201)
  @Operation(
      operationId = "issueToken",
      summary = "Issue an access token, and a session JWT for Parley's other services",
      description = "To renew a token, ask again for the same room and user after renewAfter.")
  @RequestBodySchema(TokenBody.class)
  @APIResponseSchema(
      value = TokenAnswer.class,
      responseCode = "201",
      responseDescription = "Issued")
  public Uni<TokenAnswer> issue(@Nullable TokenBody given, @Context RoutingContext call) {
    TokenBody body = given == null ? TokenBody.EMPTY : given;
    Caller caller = CallerFilter.of(call);
    return desk.issue(
            caller,
            List.of(body.request(caller, apps)),
            BodyRules.wanted(body.session()),
            TraceParent.of(call.request()))
        .map(
            receipt ->
                Answers.issued(
                    TokenAnswer.of(receipt.issued().get(0), urls),
                    call,
                    receipt.requestId(),
                    receipt.standing()));
  }

  @POST
  @Path("/batch")
  @ResponseStatus(201)
  @Operation(
      operationId = "issueTokens",
      summary = "Issue access tokens for many users of one room: for all or for none")
  @RequestBodySchema(BatchBody.class)
  @APIResponseSchema(
      value = BatchAnswer.class,
      responseCode = "201",
      responseDescription = "Issued")
  public Uni<BatchAnswer> issueBatch(@Nullable BatchBody given, @Context RoutingContext call) {
    BatchBody body = given == null ? BatchBody.EMPTY : given;
    Caller caller = CallerFilter.of(call);
    return desk.issue(
            caller,
            body.requests(caller, apps, maxBatch),
            BodyRules.wanted(body.session()),
            TraceParent.of(call.request()))
        .map(
            receipt ->
                Answers.issued(
                    BatchAnswer.of(receipt.issued(), urls),
                    call,
                    receipt.requestId(),
                    receipt.standing()));
  }

  @POST
  @Path("/inspect")
  @NonBlocking
  @Operation(
      operationId = "inspectToken",
      summary = "Say in words what is wrong with an access token",
      description = "The answer to the SDK's token_error. Needs no secret: the keys are here.")
  @RequestBodySchema(InspectBody.class)
  @APIResponseSchema(
      value = InspectAnswer.class,
      responseCode = "200",
      responseDescription = "Inspected")
  public InspectAnswer inspect(@Nullable InspectBody body, @Context RoutingContext call) {
    Caller caller = CallerFilter.of(call);
    Standing standing = limits.takeOf(caller, 1);
    if (body == null || body.accessToken() == null) {
      throw BodyRules.unprocessable("token_required", "Send the access token in accessToken.");
    }
    return Answers.marked(
        InspectAnswer.of(
            inspector.inspect(caller.provider(), body.accessToken(), body.roomId(), body.userId())),
        call,
        standing);
  }
}
