package dev.parley.token.http;

import dev.parley.kit.kafka.KafkaUnavailableException;
import dev.parley.kit.openapi.OperationDocs;
import dev.parley.kit.problem.BodyLimit;
import dev.parley.kit.problem.Problem;
import io.quarkus.smallrye.openapi.OpenApiFilter;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;

/**
 * Adds to each operation of the OpenAPI document the errors that it answers, with an example of
 * each.
 */
@OpenApiFilter(stages = OpenApiFilter.RunStage.BUILD)
public final class ErrorDocs implements OASFilter {
  private static final Problem KAFKA_DOWN = new KafkaUnavailableException("", null).problem();

  private static final List<Problem> EVERYWHERE =
      List.of(
          Problem.of(
              400,
              "malformed_body",
              "Field ttlSeconds does not have the type that this request takes."),
          Problem.of(400, "invalid_value", "RoomId must have 1 to 128 characters, has 0."),
          Problem.of(
                  401,
                  "unauthenticated",
                  "The bearer token has expired: get a new one from your identity provider.")
              .with("reason", "expired"),
          BodyLimit.problem(64 * 1024),
          Problem.of(415, "unsupported_media_type", "Send application/json."),
          Problem.of(429, "rate_limited", "Too many requests for this caller: try again in 12 s."),
          Problem.of(
              500,
              "internal_error",
              "Something failed inside the service. Name the incident to its operator."),
          Problem.of(
              503,
              "identity_provider_unavailable",
              "The keys of the bearer token's issuer cannot be fetched now: try again."));

  private static final List<Problem> ISSUING =
      List.of(
          Problem.of(
              403,
              "room_not_allowed",
              "The caller may not enter this room: leave roomId out for a room of your own, or ask for access to this one."),
          Problem.of(
              403,
              "every_room_not_allowed",
              "A token for every room needs a role that has this right: name one room."),
          Problem.of(
              403,
              "user_not_allowed",
              "A token of another user needs a role that may act for others: leave userId out."),
          Problem.of(
              403,
              "role_not_allowed",
              "Only participants and operators get access tokens: ask for a role that enters rooms."),
          Problem.of(
              403,
              "app_not_allowed",
              "Callers of your identity provider may not use this application: name another app."),
          Problem.of(
              403, "privilege_not_allowed", "This application grants only publish, subscribe."),
          Problem.of(403, "policy_refused", "The operator's policy refuses this token."),
          Problem.of(422, "unknown_app", "There is no application of this name here: look at app."),
          Problem.of(
              422,
              "ttl_too_short",
              "ttlSeconds must be at least 120: a shorter token ends before a client can renew it."),
          Problem.of(
              422,
              "user_id_unusable",
              "The caller's subject is not a user id (1 to 128 of a-z A-Z 0-9 _ @ . -): have the operator configure another claim for the user id."),
          Problem.of(
              422,
              "user_id_reserved",
              "User ids that begin with agent- belong to agents: name another userId."),
          Problem.of(
              503,
              "policy_unavailable",
              "The operator's policy gives no answer that could be used (no answer within 2000 ms), so no token is issued: try again."),
          KAFKA_DOWN);

  private static final List<Problem> BATCH =
      List.of(
          Problem.of(422, "users_required", "Name at least one user in userIds."),
          Problem.of(422, "batch_too_large", "A batch may name at most 100 users: send several."),
          Problem.of(422, "duplicate_user", "Name each user of userIds once."),
          Problem.of(422, "room_required", "Name the room of the batch in roomId."));

  private static final Map<String, List<List<Problem>>> OF_OPERATION =
      Map.of(
          "issueToken", List.of(EVERYWHERE, ISSUING),
          "issueTokens", List.of(EVERYWHERE, ISSUING, BATCH),
          "inspectToken",
              List.of(
                  EVERYWHERE,
                  List.of(
                      Problem.of(422, "token_required", "Send the access token in accessToken."))),
          "issueSession",
              List.of(
                  EVERYWHERE,
                  List.of(
                      Problem.of(
                          403,
                          "role_not_allowed",
                          "The caller is neither operator nor analyst: participants get their session with POST /v1/tokens."),
                      Problem.of(
                          403,
                          "app_not_allowed",
                          "Callers of your identity provider may not use this application: name another app."),
                      Problem.of(
                          422,
                          "unknown_app",
                          "There is no application of this name here: look at app."),
                      KAFKA_DOWN)));

  @Override
  public void filterOpenAPI(OpenAPI document) {
    OperationDocs.each(document, (name, operation) -> document(operation));
  }

  private static void document(Operation operation) {
    List<List<Problem>> groups = OF_OPERATION.get(operation.getOperationId());
    if (groups == null) {
      return;
    }
    operation.setSecurity(List.of(OASFactory.createSecurityRequirement().addScheme("bearer")));
    OperationDocs.errors(operation, groups.stream().flatMap(List::stream).toList());
    HeaderDocs.limits(operation.getResponses().getAPIResponse("429"));
  }
}
