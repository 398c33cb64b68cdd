package dev.parley.agent.http;

import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import dev.parley.kit.problem.Problem;
import dev.parley.kit.problem.ProblemException;
import dev.parley.kit.problem.ProblemMappers;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.util.stream.Collectors;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Bodies of the wrong shape, answered like every other problem. */
class BodyProblems {

  // The framework has a mapper of its own for these, with another shape; this one goes first.
  @ServerExceptionMapper(priority = Priorities.USER - 1)
  public Response mismatch(MismatchedInputException e, UriInfo uri) {
    ProblemMappers mappers = new ProblemMappers();
    if (e instanceof UnrecognizedPropertyException unknown) {
      String known =
          unknown.getKnownPropertyIds().stream()
              .map(String::valueOf)
              .sorted()
              .collect(Collectors.joining(", "));
      return mappers.problem(
          new ProblemException(
              Problem.of(
                  400,
                  "malformed_body",
                  "The body has a field that this request does not know. It knows " + known + ".")),
          uri);
    }
    return mappers.json(e, uri);
  }
}
