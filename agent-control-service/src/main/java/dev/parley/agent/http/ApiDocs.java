package dev.parley.agent.http;

import dev.parley.agent.scene.SceneFault;
import dev.parley.agent.usage.DailyBudget;
import dev.parley.kit.kafka.KafkaUnavailableException;
import dev.parley.kit.openapi.OperationDocs;
import dev.parley.kit.problem.Problem;
import dev.parley.kit.problem.ProblemException;
import io.quarkus.smallrye.openapi.OpenApiFilter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.media.Content;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;

/**
 * Adds to each operation of the OpenAPI document an example of its request and of its answer, and
 * the errors that it answers, each with an example: the refusals themselves.
 */
@OpenApiFilter(stages = OpenApiFilter.RunStage.BUILD)
public final class ApiDocs implements OASFilter {
  private static final Instant NOON = Instant.parse("2025-06-01T12:00:00Z");

  private static final List<Problem> EVERYWHERE =
      List.of(
          Problem.of(
              401, "unauthenticated", "Send a valid bearer token in the Authorization header."),
          Problem.of(403, "forbidden", "The caller's role does not permit this request."),
          Problem.of(
              500,
              "internal_error",
              "Something failed inside the service. Name the incident to its operator."));

  private static final List<Problem> WITH_BODY =
      List.of(
          Problem.of(
              400, "malformed_body", "Field text does not have the type that this request takes."),
          Problem.of(415, "unsupported_media_type", "Send application/json."));

  private static final List<Problem> COMMAND =
      problems(
          Refusals.badKey(),
          Refusals.appNotConfigured(),
          Refusals.keyReused(),
          Refusals.inProgress(),
          Refusals.notReady(),
          new ProblemException(new KafkaUnavailableException("", null).problem()));

  private static final List<Problem> STOP =
      problems(
          Refusals.badKey(),
          Refusals.taskNotFound(),
          Refusals.agentNotYours(),
          Refusals.notReady(),
          new ProblemException(new KafkaUnavailableException("", null).problem()));

  private static final List<Problem> ONE_TASK =
      problems(Refusals.taskNotFound(), Refusals.notReady());

  private static final List<Problem> STEERING =
      problems(Refusals.taskNotFound(), Refusals.agentNotYours(), Refusals.taskEnded("STOPPED"));

  private static final List<Problem> START =
      problems(
          Refusals.budgetUsedUp(
              new DailyBudget.Exhausted(
                  Duration.ofHours(2), Duration.ofHours(2), Instant.parse("2025-06-01T16:00:00Z")),
              NOON),
          Refusals.sceneUnknown(),
          Refusals.sceneNotAllowed(),
          Refusals.sceneNotForApp("2025-06-01"),
          Refusals.targetRequired(),
          Refusals.targetNotAllowed(),
          Refusals.agentUserNotAllowed("agent-"),
          Refusals.agentIsTarget(),
          Refusals.overrideNotPermitted("Config.LLMConfig.Url"),
          Refusals.overrideInvalid(
              new SceneFault(
                  "assistant",
                  "Config.LLMConfig.Temperature",
                  "must be a number from 0.0 to 1.0",
                  true)),
          Refusals.usageNotReady());

  private static final List<Problem> QUERY =
      problems(Refusals.badQuery("limit", "must be 1 to 500"));

  private static final List<Problem> LAST_EVENT =
      problems(Refusals.badQuery("Last-Event-ID", "must be the id of an event of this stream"));

  /** What one operation shows. */
  private record Shown(String status, Examples.Pair example, List<List<Problem>> errors) {}

  private static final Map<String, Shown> OF_OPERATION = new TreeMap<>();

  static {
    String task = "/v1/agents/{taskId}";
    List<Problem> noView = problems(Refusals.notReady());
    List<List<Problem>> steering = List.of(COMMAND, STEERING);
    List<List<Problem>> steeringWithBody = List.of(WITH_BODY, COMMAND, STEERING);
    show(
        "POST /v1/rooms/{roomId}/agents",
        "202",
        Examples.START,
        List.of(WITH_BODY, COMMAND, START));
    show("GET /v1/agents", "200", Examples.LIST, List.of(QUERY, noView));
    show("GET " + task, "200", Examples.SHOW, List.of(ONE_TASK));
    show("GET " + task + "/events", "200", Examples.FOLLOW, List.of(ONE_TASK, LAST_EVENT));
    show("DELETE " + task, "202", Examples.STOP, List.of(STOP));
    show("POST " + task + "/interrupt", "202", Examples.NO_BODY, steering);
    show("POST " + task + "/finish-speech", "202", Examples.NO_BODY, steering);
    show("POST " + task + "/say", "202", Examples.SAY, steeringWithBody);
    show("POST " + task + "/ask", "202", Examples.ASK, steeringWithBody);
    show("POST " + task + "/prompt", "202", Examples.PROMPT, steeringWithBody);
    show("POST " + task + "/tool-results", "202", Examples.TOOL_RESULT, steeringWithBody);
    show(
        "PATCH " + task,
        "202",
        Examples.UPDATE,
        List.of(WITH_BODY, COMMAND, STEERING, problems(Refusals.notSupportedByVersion())));
    show(
        "GET /v1/usage",
        "200",
        Examples.USAGE,
        List.of(
            problems(Refusals.badQuery("from", "must be before to"), Refusals.usageNotReady())));
    show("GET /v1/scenes", "200", Examples.SCENES, List.of());
  }

  private static void show(
      String operation, String status, Examples.Pair example, List<List<Problem>> errors) {
    OF_OPERATION.put(operation, new Shown(status, example, errors));
  }

  private static List<Problem> problems(ProblemException... refusals) {
    return Stream.of(refusals).map(ProblemException::problem).toList();
  }

  @Override
  public void filterOpenAPI(OpenAPI document) {
    OperationDocs.each(document, ApiDocs::document);
  }

  private static void document(String name, Operation operation) {
    Shown shown = OF_OPERATION.get(name);
    if (shown == null) {
      return;
    }
    if (shown.example().request() != null) {
      OperationDocs.example(
          operation.getRequestBody().getContent(), "request", shown.example().request());
    }
    OperationDocs.example(answer(operation, shown.status()), "answer", shown.example().answer());
    OperationDocs.errors(
        operation,
        Stream.concat(Stream.of(EVERYWHERE), shown.errors().stream())
            .flatMap(List::stream)
            .toList());
  }

  // An operation that answers with a Response of its own says nothing about its body.
  private static Content answer(Operation operation, String status) {
    APIResponse response = operation.getResponses().getAPIResponse(status);
    if (response == null) {
      response = OASFactory.createAPIResponse().description("Accepted");
      operation.getResponses().addAPIResponse(status, response);
    }
    Content content = response.getContent();
    if (content == null || content.getMediaTypes() == null || content.getMediaTypes().isEmpty()) {
      content =
          OASFactory.createContent().addMediaType("application/json", OASFactory.createMediaType());
      response.setContent(content);
    }
    return content;
  }
}
