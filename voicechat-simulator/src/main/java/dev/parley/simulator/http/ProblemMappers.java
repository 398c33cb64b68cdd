package dev.parley.simulator.http;

import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Answers what goes wrong on the simulator's own interface, as RFC 9457 has it. */
public class ProblemMappers {

  @ServerExceptionMapper
  Response refused(AdminProblem problem) {
    return problem(400, "invalid-request", String.valueOf(problem.getMessage()));
  }

  @ServerExceptionMapper
  Response mismatch(MismatchedInputException problem) {
    String where =
        problem.getPath().stream()
            .map(JsonMappingException.Reference::getFieldName)
            .filter(Objects::nonNull)
            .collect(Collectors.joining("."));
    return problem(
        400,
        "invalid-request",
        where.isEmpty()
            ? "the body is not the JSON that this call takes; see the OpenAPI document"
            : "field '" + where + "' is unknown or has another type; see the OpenAPI document");
  }

  @ServerExceptionMapper
  Response web(WebApplicationException problem) {
    int status = problem.getResponse().getStatus();
    return switch (status) {
      case 400 -> problem(400, "invalid-request", "the body is not JSON, or a parameter is wrong");
      case 404 ->
          problem(404, "not-found", "there is nothing at this address; GET /q/openapi lists all");
      case 405 -> problem(405, "method-not-allowed", "this address does not take that method");
      case 415 -> problem(415, "unsupported-media-type", "send application/json");
      default ->
          problem(status, "invalid-request", "see GET /q/openapi for what this address takes");
    };
  }

  private static Response problem(int status, String code, String detail) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("type", "about:blank");
    body.put("status", status);
    body.put("code", code);
    body.put("detail", detail);
    return Response.status(status).type("application/problem+json").entity(body).build();
  }
}
