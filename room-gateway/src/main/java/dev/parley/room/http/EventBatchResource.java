package dev.parley.room.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.events.id.ClientId;
import dev.parley.events.id.RoomId;
import dev.parley.events.id.RoomKey;
import dev.parley.events.id.UserId;
import dev.parley.kit.kafka.EventPublisher;
import dev.parley.kit.kafka.EventPublisher.Draft;
import dev.parley.kit.problem.Problem;
import dev.parley.kit.problem.ProblemException;
import dev.parley.kit.session.Role;
import dev.parley.kit.session.Session;
import dev.parley.room.config.RoomConfig;
import dev.parley.room.ingest.BatchReader;
import dev.parley.room.ingest.ClientClock;
import dev.parley.room.ingest.RefusedReportException;
import dev.parley.room.ingest.ReportTaker;
import io.smallrye.common.annotation.NonBlocking;
import io.smallrye.mutiny.Uni;
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
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
  private final Clock clock;

  @Inject
  EventBatchResource(
      RoomConfig config, SessionVerifier verifier, EventPublisher publisher, Clock clock) {
    this.config = config;
    this.verifier = verifier;
    this.publisher = publisher;
    this.clock = clock;
  }

  /**
   * What became of one report.
   *
   * @param status {@code kept}, {@code sampled_out} or {@code refused}
   */
  public record Result(
      @Nullable Long sequence, String status, @Nullable String code, @Nullable String detail) {}

  /** What became of a batch, in its order. */
  public record Results(List<Result> results) {}

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
    long arrived = clock.millis();
    return Uni.createFrom()
        .completionStage(() -> verifier.verify(token))
        .onFailure(IllegalArgumentException.class)
        .transform(e -> unauthenticated())
        .flatMap(session -> keep(session, roomId, batch, arrived));
  }

  private static ProblemException unauthenticated() {
    return new ProblemException(
        Problem.of(401, "unauthenticated", "Send a valid session token: get a new one."));
  }

  private Uni<Results> keep(Session session, RoomId roomId, BatchReader.Batch batch, long arrived) {
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
            RelaySocket.limits(config));
    List<Result> results = new ArrayList<>();
    List<Draft> drafts = new ArrayList<>();
    for (JsonNode item : batch.events()) {
      Long sequence =
          item.path("sequence").isIntegralNumber() ? item.path("sequence").longValue() : null;
      try {
        Optional<Draft> draft = taker.take(BatchReader.report(item), arrived);
        draft.ifPresent(drafts::add);
        results.add(new Result(sequence, draft.isPresent() ? "kept" : "sampled_out", null, null));
      } catch (RefusedReportException e) {
        drafts.add(
            taker.badRow(
                e.code(),
                e.detail(),
                item.toString().getBytes(StandardCharsets.UTF_8),
                sequence,
                arrived));
        results.add(new Result(sequence, "refused", e.code(), e.detail()));
      }
    }
    return publisher.publishAll(drafts).replaceWith(new Results(results));
  }
}
