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
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Reports of clients that have no socket, or that are about to close their page. */
@Path("/v1/rooms/{roomId}/events")
@PermitAll
@Consumes(MediaType.WILDCARD)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Events", description = "Client reports without a socket")
public class EventBatchResource {
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

  /** What became of a batch, in its order. */
  public record Results(List<EventBatch.Result> results) {}

  /** Takes in a batch; answers when Kafka has all of it. */
  @POST
  @NonBlocking
  @Operation(
      summary = "Takes in reports of one client",
      description =
          "The same events as over the relay. The session JWT comes as bearer token or, for"
              + " beacons, which cannot set headers, as field token of the body.")
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
    String token =
        authorization != null && authorization.startsWith("Bearer ")
            ? authorization.substring("Bearer ".length())
            : batch.token();
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
