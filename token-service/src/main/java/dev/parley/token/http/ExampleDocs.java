package dev.parley.token.http;

import dev.parley.kit.openapi.OperationDocs;
import io.quarkus.smallrye.openapi.OpenApiFilter;
import java.util.Map;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;

/**
 * Adds to each operation of the OpenAPI document an example of its request and its answer, and the
 * headers of its answers.
 */
@OpenApiFilter(stages = OpenApiFilter.RunStage.BUILD)
public final class ExampleDocs implements OASFilter {
  private record Shown(
      String requestName, String request, String status, String answerName, String answer) {}

  private static final Map<String, Shown> OF_OPERATION =
      Map.of(
          "issueToken",
          new Shown("room", Examples.TOKEN_REQUEST, "201", "token", Examples.TOKEN),
          "issueTokens",
          new Shown("batch", Examples.BATCH_REQUEST, "201", "batch", Examples.BATCH),
          "inspectToken",
          new Shown("token", Examples.INSPECT_REQUEST, "200", "expired", Examples.INSPECTION),
          "issueSession",
          new Shown("operator", Examples.SESSION_REQUEST, "201", "operator", Examples.SESSION));

  @Override
  public void filterOpenAPI(OpenAPI document) {
    OperationDocs.each(document, (name, operation) -> show(operation));
  }

  private static void show(Operation operation) {
    Shown shown = OF_OPERATION.get(operation.getOperationId());
    if (shown == null) {
      return;
    }
    OperationDocs.example(
        operation.getRequestBody().getContent(), shown.requestName(), shown.request());
    APIResponse answer = operation.getResponses().getAPIResponse(shown.status());
    OperationDocs.example(answer.getContent(), shown.answerName(), shown.answer());
    HeaderDocs.limits(answer);
    if (shown.status().equals("201")) {
      HeaderDocs.requestId(answer);
    }
  }
}
