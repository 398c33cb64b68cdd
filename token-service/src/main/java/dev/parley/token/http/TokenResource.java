package dev.parley.token.http;

import dev.parley.events.id.UserId;
import dev.parley.kit.problem.Problem;
import dev.parley.kit.problem.ProblemException;
import dev.parley.token.Privilege;
import dev.parley.token.RoomScope;
import dev.parley.token.app.App;
import dev.parley.token.app.Apps;
import dev.parley.token.app.Inspector;
import dev.parley.token.caller.Caller;
import dev.parley.token.config.TokenServiceConfig;
import dev.parley.token.http.TokenAnswer.Urls;
import dev.parley.token.limit.RateLimits.Standing;
import dev.parley.token.policy.TokenRequest;
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
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Access tokens over REST. */
@Path("/v1/tokens")
@Authenticated
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Access tokens")
public class TokenResource {
  private final TokenDesk desk;
  private final Apps apps;
  private final Inspector inspector;
  private final Limits limits;
  private final CurrentIdentityAssociation identities;
  private final Urls urls;
  private final int maxBatch;

  @Inject
  TokenResource(
      TokenDesk desk,
      Apps apps,
      Inspector inspector,
      Limits limits,
      CurrentIdentityAssociation identities,
      TokenServiceConfig config) {
    this.desk = desk;
    this.apps = apps;
    this.inspector = inspector;
    this.limits = limits;
    this.identities = identities;
    this.urls = new Urls(config.urls().roomGateway(), config.urls().agentControl());
    this.maxBatch = config.maxBatch();
  }

  @POST
  @Operation(
      operationId = "issueToken",
      summary = "Issue an access token, and a session JWT for Parley's other services",
      description = "To renew a token, ask again for the same room and user after renewAfter.")
  @RequestBody(
      content =
          @Content(
              schema = @Schema(implementation = TokenBody.class),
              examples = @ExampleObject(name = "room", value = Examples.TOKEN_REQUEST)))
  @APIResponse(
      responseCode = "201",
      description = "Issued",
      content =
          @Content(
              schema = @Schema(implementation = TokenAnswer.class),
              examples = @ExampleObject(name = "token", value = Examples.TOKEN)))
  public Uni<RestResponse<TokenAnswer>> issue(@Nullable TokenBody given) {
    TokenBody body = given == null ? TokenBody.EMPTY : given;
    return CallerAuthentication.current(identities)
        .chain(caller -> desk.issue(caller, List.of(request(caller, body))))
        .map(receipt -> created(receipt, TokenAnswer.of(receipt.issued().get(0), urls)));
  }

  @POST
  @Path("/batch")
  @Operation(
      operationId = "issueTokens",
      summary = "Issue access tokens for many users of one room: for all or for none")
  @RequestBody(
      required = true,
      content =
          @Content(
              schema = @Schema(implementation = BatchBody.class),
              examples = @ExampleObject(name = "batch", value = Examples.BATCH_REQUEST)))
  @APIResponse(
      responseCode = "201",
      description = "Issued",
      content =
          @Content(
              schema = @Schema(implementation = BatchAnswer.class),
              examples = @ExampleObject(name = "batch", value = Examples.BATCH)))
  public Uni<RestResponse<BatchAnswer>> issueBatch(@Nullable BatchBody body) {
    return CallerAuthentication.current(identities)
        .chain(caller -> desk.issue(caller, requests(caller, body)))
        .map(
            receipt ->
                created(
                    receipt,
                    new BatchAnswer(
                        receipt.issued().get(0).token().token().roomId(),
                        receipt.issued().stream()
                            .map(issued -> TokenAnswer.of(issued, urls))
                            .toList())));
  }

  @POST
  @Path("/inspect")
  @Operation(
      operationId = "inspectToken",
      summary = "Say in words what is wrong with an access token",
      description = "The answer to the SDK's token_error. Needs no secret: the keys are here.")
  @RequestBody(
      required = true,
      content =
          @Content(
              schema = @Schema(implementation = InspectBody.class),
              examples = @ExampleObject(name = "token", value = Examples.INSPECT_REQUEST)))
  @APIResponse(
      responseCode = "200",
      description = "Inspected",
      content =
          @Content(
              schema = @Schema(implementation = InspectAnswer.class),
              examples = @ExampleObject(name = "expired", value = Examples.INSPECTION)))
  public Uni<RestResponse<InspectAnswer>> inspect(@Nullable InspectBody body) {
    return CallerAuthentication.current(identities)
        .map(
            caller -> {
              Standing standing = limits.takeOf(caller, 1);
              if (body == null || body.accessToken() == null) {
                throw unprocessable("token_required", "Send the access token in accessToken.");
              }
              InspectAnswer answer =
                  InspectAnswer.of(
                      inspector.inspect(body.accessToken(), body.roomId(), body.userId()));
              return RestResponse.ResponseBuilder.ok(answer)
                  .header(HttpHeaders.CACHE_CONTROL, "no-store")
                  .header("RateLimit-Policy", standing.policyField())
                  .header("RateLimit", standing.limitField())
                  .build();
            });
  }

  private TokenRequest request(Caller caller, TokenBody body) {
    return new TokenRequest(
        BodyRules.app(apps, body.app()),
        caller,
        Optional.ofNullable(body.roomId()).map(RoomScope::parse),
        Optional.ofNullable(body.userId()),
        BodyRules.privileges(body.privileges()),
        Optional.ofNullable(body.ttlSeconds()).map(Duration::ofSeconds));
  }

  private List<TokenRequest> requests(Caller caller, @Nullable BatchBody body) {
    if (body == null || body.userIds() == null || body.userIds().isEmpty()) {
      throw unprocessable("users_required", "Name at least one user in userIds.");
    }
    List<UserId> users = body.userIds();
    if (users.size() > maxBatch) {
      throw unprocessable(
          "batch_too_large", "A batch may name at most " + maxBatch + " users: send several.");
    }
    if (new HashSet<>(users).size() < users.size()) {
      throw unprocessable("duplicate_user", "Name each user of userIds once.");
    }
    if (body.roomId() == null) {
      throw unprocessable("room_required", "Name the room of the batch in roomId.");
    }
    App app = BodyRules.app(apps, body.app());
    Optional<RoomScope> room = Optional.of(RoomScope.parse(body.roomId()));
    Optional<Set<Privilege>> privileges = BodyRules.privileges(body.privileges());
    Optional<Duration> ttl = Optional.ofNullable(body.ttlSeconds()).map(Duration::ofSeconds);
    return users.stream()
        .map(user -> new TokenRequest(app, caller, room, Optional.of(user), privileges, ttl))
        .toList();
  }

  private static <T> RestResponse<T> created(TokenDesk.Receipt receipt, T answer) {
    return RestResponse.ResponseBuilder.create(RestResponse.Status.CREATED, answer)
        // A token in a shared cache is a token given away.
        .header(HttpHeaders.CACHE_CONTROL, "no-store")
        .header("X-Request-Id", receipt.requestId())
        .header("RateLimit-Policy", receipt.standing().policyField())
        .header("RateLimit", receipt.standing().limitField())
        .build();
  }

  private static ProblemException unprocessable(String code, String detail) {
    return new ProblemException(Problem.of(422, code, detail));
  }
}
