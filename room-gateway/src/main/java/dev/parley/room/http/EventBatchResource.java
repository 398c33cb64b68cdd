package dev.parley.room.http;

import dev.parley.events.id.ClientId;
import dev.parley.events.id.RoomId;
import dev.parley.events.id.RoomKey;
import dev.parley.events.id.UserId;
import dev.parley.kit.kafka.EventPublisher;
import dev.parley.kit.problem.Problem;
import dev.parley.kit.problem.ProblemException;
import dev.parley.kit.session.Role;
import dev.parley.kit.session.Session;
import dev.parley.kit.trace.TraceParent;
import dev.parley.room.config.RoomConfig;
import dev.parley.room.ingest.BatchReader;
import dev.parley.room.ingest.ClientClock;
import dev.parley.room.ingest.EventBatch;
import dev.parley.room.ingest.RefusedReportException;
import dev.parley.room.ingest.ReportTaker;
import dev.parley.room.ingest.TelemetrySampling;
import io.smallrye.common.annotation.NonBlocking;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.security.PermitAll;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.time.Clock;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Reports of clients that have no socket, or that are about to close their page. */
@Path("/v1/rooms/{roomId}/events")
@PermitAll
@Consumes(MediaType.WILDCARD)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Events", description = "Client reports without a socket")
public class EventBatchResource {
  static final String EXAMPLE =
      """
      {"clientId":"web-1","clientTimeMillis":1750000000300,"events":[
        {"sequence":1,"clientTimeMillis":1750000000100,"name":"onUserJoined","arguments":[{"userInfo":{"userId":"bob"}}]},
        {"sequence":2,"clientTimeMillis":1750000000200,"frame":"aW5mbwAAAAJ7fQ==","direction":"ROOM_RECEIVED","peerUserId":"bob"}]}
      """;

  private final RoomConfig config;
  private final SessionVerifier verifier;
  private final EventPublisher publisher;
  private final RoutingContext call;
  private final Clock clock;
  private final TelemetrySampling sampling;

  @Inject
  EventBatchResource(
      RoomConfig config,
      SessionVerifier verifier,
      EventPublisher publisher,
      RoutingContext call,
      Clock clock) {
    this.config = config;
    this.verifier = verifier;
    this.publisher = publisher;
    this.call = call;
    this.clock = clock;
    this.sampling =
        new TelemetrySampling(
            config.relay().telemetryInterval(), config.relay().rememberedTelemetry());
  }

  /**
   * A batch as it is written, for the OpenAPI document alone: it is read item by item.
   *
   * @param token the session JWT, where no header can be set
   * @param clientId names one running instance of the client
   * @param clientTimeMillis the client's clock when it sends the batch
   * @param events at most relay.max-batch-events
   */
  record BatchBody(
      @Nullable String token,
      @Schema(required = true) String clientId,
      @Schema(required = true) long clientTimeMillis,
      @Schema(required = true) List<BatchItem> events) {}

  /**
   * One report: an SDK event with name and arguments, or a binary message with frame, direction and
   * peerUserId.
   */
  record BatchItem(
      @Schema(required = true, minimum = "1") long sequence,
      @Schema(required = true, description = "The client's clock when it saw the event")
          long clientTimeMillis,
      @Schema(description = "The SDK's name of the event") @Nullable String name,
      @Schema(description = "The event's arguments, in the SDK's order")
          @Nullable List<Object> arguments,
      @Schema(description = "A binary message, in Base64, instead of name and arguments")
          @Nullable String frame,
      @Schema(enumeration = {"ROOM_RECEIVED", "USER_RECEIVED", "USER_SENT"})
          @Nullable String direction,
      @Schema(description = "Sender of a received message, addressee of a sent one")
          @Nullable String peerUserId) {}

  /** What became of a batch, in its order. */
  public record Results(List<EventBatch.Result> results) {}

  /** Takes in a batch; answers when Kafka has all of it. */
  @POST
  @NonBlocking
  @Operation(
      summary = "Takes in reports of one client",
      description =
          "The same events as over the relay. The session JWT comes as bearer token or, for"
              + " beacons, which cannot set headers, as field token of the body. The body is read"
              + " as JSON whatever its content type.")
  @RequestBody(
      required = true,
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              schema = @Schema(implementation = BatchBody.class),
              examples = @ExampleObject(name = "batch", value = EXAMPLE)))
  @APIResponse(
      responseCode = "200",
      description = "Kafka has all that is kept; one result per event, in their order",
      content = @Content(schema = @Schema(implementation = Results.class)))
  public Uni<Results> take(
      @PathParam("roomId") RoomId roomId,
      @HeaderParam(HttpHeaders.AUTHORIZATION) @Nullable String authorization,
      byte[] body) {
    if (!config.roles().ingest()) {
      throw new ProblemException(
          Problem.of(404, "not_found", "This gateway takes in nothing: its ingest role is off."));
    }
    BatchReader.Batch batch;
    try {
      batch = BatchReader.read(body, config.relay().maxBatchEvents());
    } catch (RefusedReportException e) {
      throw new ProblemException(Problem.of(400, e.code(), e.detail()));
    }
    String bearer = Routes.bearer(authorization);
    String token = bearer == null ? batch.token() : bearer;
    if (token == null) {
      throw unauthenticated();
    }
    String traceparent = TraceParent.of(call.request());
    long arrived = clock.millis();
    return Uni.createFrom()
        .completionStage(() -> verifier.verify(token))
        .onFailure(IllegalArgumentException.class)
        .transform(e -> unauthenticated())
        .flatMap(verified -> keep(verified.session(), roomId, batch, arrived, traceparent));
  }

  private static ProblemException unauthenticated() {
    return new ProblemException(
        Problem.of(401, "unauthenticated", "Send a valid session token: get a new one."));
  }

  private Uni<Results> keep(
      Session session,
      RoomId roomId,
      BatchReader.Batch batch,
      long arrived,
      @Nullable String traceparent) {
    RoomKey room = new RoomKey(session.appId(), roomId);
    session.requireRoom(room);
    if (session.role() != Role.PARTICIPANT) {
      throw new ProblemException(
          Problem.of(403, "forbidden", "Only a participant of the room reports events."));
    }
    UserId userId = session.userId();
    ClientId clientId = batch.clientId();
    ReportTaker taker =
        new ReportTaker(
            room,
            userId,
            clientId,
            new ClientClock(batch.clientTimeMillis(), arrived),
            RelaySocket.limits(config),
            sampling);
    return Uni.createFrom()
        .completionStage(
            () ->
                new EventBatch(taker, arrived, draft -> publisher.send(draft.in(traceparent)))
                    .keep(batch.events()))
        .emitOn(Infrastructure.getDefaultExecutor())
        .map(Results::new);
  }
}
