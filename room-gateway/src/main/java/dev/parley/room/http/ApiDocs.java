package dev.parley.room.http;

import dev.parley.kit.kafka.KafkaUnavailableException;
import dev.parley.kit.openapi.OperationDocs;
import dev.parley.kit.problem.BodyLimit;
import dev.parley.kit.problem.Problem;
import io.quarkus.smallrye.openapi.OpenApiFilter;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;
import org.eclipse.microprofile.openapi.models.security.SecurityRequirement;

/**
 * Adds to each operation of the OpenAPI document the errors that it answers, each with an example,
 * and the session that those need which are not marked by their class.
 */
@OpenApiFilter(stages = OpenApiFilter.RunStage.BUILD)
public final class ApiDocs implements OASFilter {
  /** As Quarkus calls it where it finds by itself that a session is needed. */
  private static final String SCHEME = "SecurityScheme";

  private static final List<Problem> EVERYWHERE =
      List.of(
          Problem.of(
              500,
              "internal_error",
              "Something failed inside the service. Name the incident to its operator."));

  private static final List<Problem> ROOM_IN_PATH =
      List.of(Problem.of(400, "invalid_value", "The room in the path is not a room id."));

  private static final List<Problem> SESSION =
      List.of(
          Problem.of(
              401, "unauthenticated", "Send a valid bearer token in the Authorization header."));

  private static final List<Problem> REST_SESSION =
      List.of(
          SESSION.getFirst(),
          Problem.of(
              401,
              "session_unusable",
              "The session token lacks what this service needs: get a new one from token-service."));

  private static final List<Problem> OWN_ROOM =
      List.of(
          Problem.of(
              403,
              "room_not_allowed",
              "The session is for another room: get a token for this room first."));

  private static final List<Problem> READS =
      List.of(Problem.of(404, "not_found", "This gateway answers no reads: its push role is off."));

  private static final List<Problem> TAKES =
      List.of(
          Problem.of(404, "not_found", "This gateway takes in nothing: its ingest role is off."));

  private static final List<Problem> PAGED =
      List.of(Problem.of(400, "invalid_value", "Parameter limit must be 1 to 1000."));

  private static final List<Problem> ROOMS_VIEW =
      List.of(Problem.of(503, "rooms_loading", "The rooms are being read: try again."));

  private static final List<Problem> KAFKA =
      List.of(new KafkaUnavailableException("", null).problem());

  private static final List<Problem> STOPPING =
      List.of(Problem.of(503, "stopping", "This gateway is stopping: connect to another one."));

  private static final List<Problem> LARGE = List.of(BodyLimit.problem(2L * 1024 * 1024));

  private static final List<Problem> OPERATOR =
      List.of(
          Problem.of(403, "forbidden", "Only an operator orders and sees replays."),
          Problem.of(503, "replays_loading", "The replays are being read: try again."));

  private static final List<Problem> ONE_REPLAY =
      List.of(Problem.of(404, "replay_not_found", "There is no replay of that id."));

  private static final List<Problem> CALLBACK =
      List.of(
          Problem.of(404, "unknown_app", "No application has that name here."),
          Problem.of(413, "body_too_large", "A callback has at most 262144 bytes."));

  private static final Map<String, List<List<Problem>>> OF_OPERATION =
      Map.ofEntries(
          Map.entry("GET /v1/rooms", List.of(REST_SESSION, READS, PAGED, ROOMS_VIEW)),
          Map.entry(
              "GET /v1/rooms/{roomId}",
              List.of(
                  REST_SESSION,
                  ROOM_IN_PATH,
                  OWN_ROOM,
                  READS,
                  List.of(
                      Problem.of(404, "room_not_found", "Nobody has heard of that room lately.")),
                  ROOMS_VIEW)),
          Map.entry(
              "GET /v1/rooms/{roomId}/timeline",
              List.of(
                  REST_SESSION,
                  PAGED,
                  OWN_ROOM,
                  READS,
                  KAFKA,
                  List.of(
                      Problem.of(
                          503, "too_many_reads", "Too many timelines are being read: try again."),
                      Problem.of(
                          504,
                          "timeline_timeout",
                          "There is too much to read: ask for a shorter time.")))),
          Map.entry(
              "GET /v1/rooms/{roomId}/stream",
              List.of(
                  SESSION,
                  ROOM_IN_PATH,
                  OWN_ROOM,
                  STOPPING,
                  List.of(
                      Problem.of(503, "too_many_listeners", "This gateway is full: try again."),
                      Problem.of(
                          503, "stream_loading", "The stream has not begun yet: try again.")))),
          Map.entry(
              "GET /v1/rooms/{roomId}/relay",
              List.of(
                  ROOM_IN_PATH,
                  STOPPING,
                  List.of(
                      Problem.of(426, "websocket_expected", "Open a WebSocket at this path."),
                      Problem.of(
                          503, "too_many_connections", "This gateway is full: try again.")))),
          Map.entry(
              "POST /v1/rooms/{roomId}/events",
              List.of(
                  REST_SESSION,
                  ROOM_IN_PATH,
                  OWN_ROOM,
                  TAKES,
                  LARGE,
                  KAFKA,
                  List.of(
                      Problem.of(
                          400,
                          "malformed_body",
                          "The body must be an object with a list of events."),
                      Problem.of(400, "batch_too_large", "A batch has at most 500 events."),
                      Problem.of(
                          403, "forbidden", "Only a participant of the room reports events.")))),
          Map.entry("GET /v1/replays", List.of(REST_SESSION, OPERATOR, READS, PAGED)),
          Map.entry(
              "POST /v1/replays",
              List.of(
                  REST_SESSION,
                  OPERATOR,
                  READS,
                  LARGE,
                  KAFKA,
                  List.of(
                      Problem.of(
                          400,
                          "malformed_body",
                          "Field types does not have the type that this request takes."),
                      Problem.of(400, "invalid_value", "Field kind must be EVENTS or BAD_ROWS."),
                      Problem.of(415, "unsupported_media_type", "Send application/json."),
                      Problem.of(
                          422,
                          "target_not_allowed",
                          "Field target must have parley.replay. at its beginning: events are told again into such topics alone."),
                      Problem.of(
                          429,
                          "too_many_replays",
                          "Too many replays are open: wait until some are done.")))),
          Map.entry("GET /v1/replays/{id}", List.of(REST_SESSION, OPERATOR, READS, ONE_REPLAY)),
          Map.entry(
              "DELETE /v1/replays/{id}", List.of(REST_SESSION, OPERATOR, READS, ONE_REPLAY, KAFKA)),
          Map.entry("POST /v1/callbacks/rtc/{app}", List.of(TAKES, CALLBACK)),
          Map.entry("POST /v1/callbacks/messages/{app}/{secretPath}", List.of(TAKES, CALLBACK)),
          Map.entry("POST /v1/callbacks/functions/{app}/{secretPath}", List.of(TAKES, CALLBACK)));

  /** Not marked: the session of a batch may also be in its body, that of a stream in its hello. */
  private static final Map<String, List<SecurityRequirement>> SECURITY =
      Map.of(
          "GET /v1/rooms/{roomId}/stream",
          List.of(bearer()),
          "POST /v1/rooms/{roomId}/events",
          List.of(bearer(), OASFactory.createSecurityRequirement()));

  private static SecurityRequirement bearer() {
    return OASFactory.createSecurityRequirement().addScheme(SCHEME);
  }

  @Override
  public void filterOpenAPI(OpenAPI document) {
    OperationDocs.each(document, ApiDocs::document);
  }

  private static void document(String name, Operation operation) {
    List<List<Problem>> errors = OF_OPERATION.get(name);
    if (errors == null) {
      return;
    }
    // Quarkus adds it wherever a session is needed; lists show less instead of refusing.
    operation.getResponses().removeAPIResponse("403");
    OperationDocs.errors(
        operation,
        Stream.concat(Stream.of(EVERYWHERE), errors.stream()).flatMap(List::stream).toList());
    APIResponse timeout = operation.getResponses().getAPIResponse("504");
    if (timeout != null) {
      timeout.setDescription("It takes too long");
    }
    APIResponse upgrade = operation.getResponses().getAPIResponse("426");
    if (upgrade != null) {
      upgrade.setDescription("Open a WebSocket at this path");
    }
    List<SecurityRequirement> security = SECURITY.get(name);
    if (security != null) {
      operation.setSecurity(security);
    }
  }
}
