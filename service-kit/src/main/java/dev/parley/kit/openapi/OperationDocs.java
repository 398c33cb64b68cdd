package dev.parley.kit.openapi;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.parley.events.codec.Json;
import dev.parley.kit.problem.Problem;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.examples.Example;
import org.eclipse.microprofile.openapi.models.media.Content;
import org.eclipse.microprofile.openapi.models.media.MediaType;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;

/** Adds to operations of an OpenAPI document the errors that they answer, and examples. */
public final class OperationDocs {
  private OperationDocs() {}

  /** Tells every operation of a document, each by its name, such as {@code GET /v1/rooms}. */
  public static void each(OpenAPI document, BiConsumer<String, Operation> told) {
    document
        .getPaths()
        .getPathItems()
        .forEach(
            (path, item) ->
                item.getOperations()
                    .forEach((method, operation) -> told.accept(method + " " + path, operation)));
  }

  /** Adds the errors, by their status, each with an example under its code. */
  public static void errors(Operation operation, Collection<Problem> problems) {
    Map<Integer, Map<String, Example>> byStatus = new TreeMap<>();
    problems.forEach(
        problem ->
            byStatus
                .computeIfAbsent(problem.status(), status -> new TreeMap<>())
                .put(problem.code(), example(problem)));
    byStatus.forEach(
        (status, examples) ->
            operation
                .getResponses()
                .addAPIResponse(Integer.toString(status), response(status, examples)));
  }

  /**
   * Adds an example to every media type of a body.
   *
   * @throws IllegalStateException when it is not JSON
   */
  public static void example(Content content, String name, String json) {
    Object value;
    try {
      value = Json.mapper().readValue(json, Object.class);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the example " + name + " is not JSON", e);
    }
    content
        .getMediaTypes()
        .values()
        .forEach(type -> type.addExample(name, OASFactory.createExample().value(value)));
  }

  private static Example example(Problem problem) {
    return OASFactory.createExample().value(problem.members(Optional.empty()));
  }

  private static APIResponse response(int status, Map<String, Example> examples) {
    MediaType type = OASFactory.createMediaType();
    examples.forEach(type::addExample);
    APIResponse response =
        OASFactory.createAPIResponse()
            .description(description(status))
            .content(OASFactory.createContent().addMediaType(Problem.MEDIA_TYPE, type));
    if (status == 429 || status == 503) {
      response.addHeader(
          "Retry-After",
          OASFactory.createHeader().description("Seconds until a retry makes sense"));
    }
    return response;
  }

  private static String description(int status) {
    return switch (status) {
      case 400 -> "The body or a parameter is malformed";
      case 401 -> "The bearer JWT is missing or refused";
      case 402 -> "The budget is used up";
      case 403 -> "Understood, and not allowed";
      case 404 -> "There is no such thing";
      case 409 -> "Not in this state";
      case 413 -> "The body is too large";
      case 415 -> "The body is not JSON";
      case 422 -> "Understood, and not acceptable";
      case 429 -> "Too many requests";
      case 503 -> "Something that this service needs does not answer";
      default -> "Something failed inside the service";
    };
  }
}
