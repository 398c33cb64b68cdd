package dev.parley.simulator.http;

import dev.parley.simulator.SimulatedCloud;
import dev.parley.simulator.SimulatorLoop;
import dev.parley.simulator.fault.FaultRule;
import dev.parley.simulator.signature.HttpCall;
import dev.parley.simulator.voicechat.ApiReply;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** The cloud's OpenAPI endpoint. Non-blocking: the work is done on the simulator's own thread. */
@Path("/")
@Tag(name = "OpenAPI", description = "What the cloud offers")
@Produces(MediaType.APPLICATION_JSON)
public class OpenApiResource {

  private final SimulatedCloud cloud;
  private final SimulatorLoop loop;
  private final MeterRegistry metrics;

  OpenApiResource(SimulatedCloud cloud, SimulatorLoop loop, MeterRegistry metrics) {
    this.cloud = cloud;
    this.loop = loop;
    this.metrics = metrics;
  }

  /** Start, update or stop, as the query's Action says. */
  @POST
  @Consumes(MediaType.WILDCARD)
  @Operation(
      summary = "StartVoiceChat, UpdateVoiceChat, StopVoiceChat",
      description = "Signed with HMAC-SHA256; body and answers are the cloud's own.")
  @Parameter(name = "Action", in = ParameterIn.QUERY, required = true, example = "StartVoiceChat")
  @Parameter(name = "Version", in = ParameterIn.QUERY, required = true, example = "2024-12-01")
  @Parameter(
      name = FaultHeader.NAME,
      in = ParameterIn.HEADER,
      example = "latency;millis=500, duplicate-callback;on=taskStart",
      description = "Faults of this request and its task alone")
  public Uni<Response> post(@Context HttpServerRequest request, byte @Nullable [] body) {
    return call(request, body);
  }

  /** A GET is signed and refused like any other unknown action. */
  @GET
  @Operation(hidden = true)
  public Uni<Response> get(@Context HttpServerRequest request) {
    return call(request, null);
  }

  private Uni<Response> call(HttpServerRequest request, byte @Nullable [] body) {
    HttpCall call =
        new HttpCall(
            request.method().name(),
            request.path(),
            request.query() == null ? "" : request.query(),
            headers(request),
            body == null ? new byte[0] : body);
    List<FaultRule> faults;
    try {
      faults = FaultHeader.parse(call.header("x-simulator-fault"));
    } catch (IllegalArgumentException e) {
      throw new AdminProblem(
          FaultHeader.NAME + " is not understood; see the OpenAPI document for kinds and fields");
    }
    return Uni.createFrom()
        .emitter(
            emitter ->
                loop.execute(
                    () ->
                        cloud
                            .openApi()
                            .handle(call, faults, reply -> reply(request, reply, emitter))));
  }

  private static Map<String, List<String>> headers(HttpServerRequest request) {
    Map<String, List<String>> headers = new LinkedHashMap<>();
    for (String name : request.headers().names()) {
      headers.put(name, request.headers().getAll(name));
    }
    return headers;
  }

  private void reply(
      HttpServerRequest request, ApiReply reply, UniEmitter<? super Response> emitter) {
    switch (reply) {
      case ApiReply.Cut ignored -> {
        count("cut");
        // Nothing is emitted: there is no connection left to answer on.
        request.connection().close();
      }
      case ApiReply.Answer answer -> {
        count(answer.error().isPresent() ? "refused" : "ok");
        emitter.complete(
            Response.status(answer.httpStatus())
                .type(MediaType.APPLICATION_JSON_TYPE)
                .entity(envelope(answer))
                .build());
      }
    }
  }

  private void count(String outcome) {
    metrics.counter("parley.simulator.calls", "outcome", outcome).increment();
  }

  private static Map<String, Object> envelope(ApiReply.Answer answer) {
    Map<String, Object> metadata = new LinkedHashMap<>();
    metadata.put("RequestId", answer.requestId());
    metadata.put("Action", answer.action());
    metadata.put("Version", answer.version());
    metadata.put("Service", "rtc");
    metadata.put("Region", answer.region());
    answer
        .error()
        .ifPresent(
            problem -> {
              Map<String, Object> error = new LinkedHashMap<>();
              error.put("Code", problem.code());
              error.put("Message", problem.message());
              metadata.put("Error", error);
            });
    Map<String, Object> envelope = new LinkedHashMap<>();
    envelope.put("ResponseMetadata", metadata);
    if (answer.result()) {
      envelope.put("Result", "ok");
    }
    return envelope;
  }
}
