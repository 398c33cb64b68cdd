package dev.parley.room.http;

import dev.parley.kit.kafka.EventPublisher;
import dev.parley.kit.problem.Problem;
import dev.parley.kit.problem.ProblemException;
import dev.parley.kit.trace.TraceParent;
import dev.parley.room.config.RoomApps;
import dev.parley.room.config.RoomConfig;
import dev.parley.room.ingest.CallbackApp;
import dev.parley.room.ingest.CallbackDesk;
import dev.parley.room.ingest.CallbackVerdict;
import dev.parley.room.ingest.RefusedRows;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.common.annotation.NonBlocking;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.security.PermitAll;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Clock;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/**
 * Where the cloud calls. Any content type or none: the cloud's message callbacks send none. An
 * answer of 200 means that Kafka has it.
 */
@Path("/v1/callbacks")
@PermitAll
@Consumes(MediaType.WILDCARD)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Callbacks", description = "The cloud's event, message and function callbacks")
@APIResponse(responseCode = "200", description = "Kept; also for one that was sent before")
@APIResponse(
    responseCode = "401",
    description = "Not genuine; kept as a bad row, up to a number a second")
@APIResponse(
    responseCode = "503",
    description = "Kafka does not take it in time: call again; twice counts once")
public class CallbackResource {
  private final RoomApps apps;
  private final RoomConfig config;
  private final CallbackDesk desk;
  private final RefusedRows refusedRows;
  private final EventPublisher publisher;
  private final RoutingContext call;
  private final Clock clock;
  private final MeterRegistry metrics;

  @Inject
  CallbackResource(
      RoomApps apps,
      RoomConfig config,
      EventPublisher publisher,
      RoutingContext call,
      Clock clock,
      MeterRegistry metrics) {
    this.apps = apps;
    this.config = config;
    this.desk = new CallbackDesk(config.callbacks().replayWindow());
    this.refusedRows = new RefusedRows(config.callbacks().maxRefusedRowsPerSecond());
    this.publisher = publisher;
    this.call = call;
    this.clock = clock;
    this.metrics = metrics;
  }

  /** Event callbacks, signed. */
  @POST
  @Path("/rtc/{app}")
  @NonBlocking
  @Operation(summary = "Takes in an event callback of the RTC cloud")
  public Uni<Response> webhook(@PathParam("app") String app, byte[] body) {
    CallbackApp known = check(app, body);
    return keep(
        "webhook",
        known,
        desk.webhook(known, body, Map.of("path", "/v1/callbacks/rtc/" + app), clock.instant()));
  }

  /** State and subtitles of an agent. */
  @POST
  @Path("/messages/{app}/{secretPath}")
  @NonBlocking
  @Operation(summary = "Takes in a message callback: an agent's state or subtitles")
  public Uni<Response> message(
      @PathParam("app") String app, @PathParam("secretPath") String secretPath, byte[] body) {
    CallbackApp known = check(app, body);
    return keep(
        "message",
        known,
        desk.message(
            known,
            secretPath,
            body,
            Map.of("path", "/v1/callbacks/messages/" + app + "/****"),
            clock.instant()));
  }

  /** Function calls of an agent. */
  @POST
  @Path("/functions/{app}/{secretPath}")
  @NonBlocking
  @Operation(summary = "Takes in a function callback: an agent asks for functions to be called")
  public Uni<Response> function(
      @PathParam("app") String app, @PathParam("secretPath") String secretPath, byte[] body) {
    CallbackApp known = check(app, body);
    return keep(
        "function",
        known,
        desk.function(
            known,
            secretPath,
            body,
            Map.of("path", "/v1/callbacks/functions/" + app + "/****"),
            clock.instant()));
  }

  private CallbackApp check(String app, byte[] body) {
    if (!config.roles().ingest()) {
      throw new ProblemException(
          Problem.of(404, "not_found", "This gateway takes in nothing: its ingest role is off."));
    }
    CallbackApp known =
        apps.named(app)
            .orElseThrow(
                () ->
                    new ProblemException(
                        Problem.of(404, "unknown_app", "No application has that name here.")));
    if (body.length > config.callbacks().maxBodyBytes()) {
      throw new ProblemException(
          Problem.of(
              413,
              "body_too_large",
              "A callback has at most " + config.callbacks().maxBodyBytes() + " bytes."));
    }
    return known;
  }

  private Uni<Response> keep(String kind, CallbackApp app, CallbackVerdict verdict) {
    if (verdict instanceof CallbackVerdict.Refused refused
        && !refusedRows.mayKeep(app.appId(), clock.millis())) {
      metrics.counter("parley.callbacks.refused.not.kept", "kind", kind).increment();
      throw refused(kind, refused);
    }
    String trace = TraceParent.of(call.request());
    return publisher
        .publish(verdict.record().in(trace))
        .map(kept -> verdict)
        .onFailure()
        .recoverWithUni(failure -> instead(verdict, failure, trace))
        // The cloud gives up soon and calls again. Kafka may yet take this one: the two have one
        // id.
        .ifNoItem()
        .after(config.callbacks().answerWithin())
        .failWith(
            () ->
                new ProblemException(
                    Problem.of(
                            503,
                            "kafka_unavailable",
                            "The event log has not answered in time: call again.")
                        .retryAfter(1)))
        .map(
            kept ->
                switch (kept) {
                  case CallbackVerdict.Accepted accepted -> answer(kind, "accepted");
                  case CallbackVerdict.Kept bad -> answer(kind, "kept");
                  case CallbackVerdict.Refused refused -> throw refused(kind, refused);
                });
  }

  // What no topic takes however often the cloud calls is kept as it came.
  private Uni<CallbackVerdict> instead(
      CallbackVerdict verdict, Throwable failure, @Nullable String trace) {
    return verdict instanceof CallbackVerdict.Accepted accepted
        ? accepted
            .insteadAfter(failure)
            .map(CallbackVerdict.Kept::new)
            .map(bad -> publisher.publish(bad.record().in(trace)).<CallbackVerdict>map(kept -> bad))
            .orElseGet(() -> Uni.createFrom().failure(failure))
        : Uni.createFrom().failure(failure);
  }

  private ProblemException refused(String kind, CallbackVerdict.Refused refused) {
    count(kind, refused.code());
    return new ProblemException(Problem.of(401, refused.code(), refused.detail()));
  }

  private Response answer(String kind, String outcome) {
    count(kind, outcome);
    return Response.ok(Map.of("result", "ok")).build();
  }

  private void count(String kind, String outcome) {
    metrics.counter("parley.callbacks", "kind", kind, "outcome", outcome).increment();
  }
}
