package dev.parley.kit.problem;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import dev.parley.events.RefusedValueException;
import dev.parley.events.codec.EventRefusedException;
import dev.parley.events.codec.EventTooLargeException;
import dev.parley.kit.kafka.KafkaUnavailableException;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.ForbiddenException;
import io.quarkus.security.UnauthorizedException;
import jakarta.inject.Inject;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.util.Optional;
import java.util.SortedSet;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;
import org.jspecify.annotations.Nullable;

/** The one table from what went wrong to what is answered. */
public class ProblemMappers {
  private static final Logger LOG = Logger.getLogger(ProblemMappers.class);

  private final AllowedMethods allowed;

  @Inject
  ProblemMappers(AllowedMethods allowed) {
    this.allowed = allowed;
  }

  @ServerExceptionMapper
  public Response problem(ProblemException e, UriInfo uri) {
    return answer(e.problem(), uri);
  }

  @ServerExceptionMapper
  public Response kafka(KafkaUnavailableException e, UriInfo uri) {
    return answer(e.problem(), uri);
  }

  @ServerExceptionMapper
  public Response tooLarge(EventTooLargeException e, UriInfo uri) {
    return answer(
        Problem.of(413, "event_too_large", "The event is larger than a topic takes: send less."),
        uri);
  }

  @ServerExceptionMapper
  public Response refused(EventRefusedException e, UriInfo uri) {
    return answer(
        Problem.of(422, "event_refused", "A value is outside the bounds of the event contract."),
        uri);
  }

  @ServerExceptionMapper
  public Response json(JsonProcessingException e, UriInfo uri) {
    return answer(malformed(e), uri);
  }

  // Quarkus has a mapper of its own for this one, which says nothing about the field.
  @ServerExceptionMapper(priority = Priorities.USER - 1)
  public Response mismatch(MismatchedInputException e, UriInfo uri) {
    return answer(malformed(e), uri);
  }

  @ServerExceptionMapper
  public Response value(RefusedValueException e, UriInfo uri) {
    return answer(Problem.of(400, "invalid_value", sentence(e.getMessage())), uri);
  }

  @ServerExceptionMapper
  public Response unauthorized(UnauthorizedException e, UriInfo uri) {
    return unauthenticated(uri);
  }

  @ServerExceptionMapper
  public Response authenticationFailed(AuthenticationFailedException e, UriInfo uri) {
    return unauthenticated(uri);
  }

  @ServerExceptionMapper
  public Response forbidden(ForbiddenException e, UriInfo uri) {
    return answer(
        Problem.of(403, "forbidden", "The caller's role does not permit this request."), uri);
  }

  @ServerExceptionMapper
  public Response web(WebApplicationException e, UriInfo uri, Request request) {
    if (e.getCause() instanceof JsonProcessingException json) {
      return answer(malformed(json), uri);
    }
    if (rootCause(e) instanceof RefusedValueException refused) {
      return value(refused, uri);
    }
    int status = e.getResponse().getStatus();
    if (status == 404 || status == 405) {
      // Also where Quarkus says 404: it looks at one class of resources only.
      SortedSet<String> methods = allowed.of(path(uri));
      if (!methods.isEmpty() && !methods.contains(request.getMethod())) {
        return builder(ofStatus(405), uri).allow(methods).build();
      }
    }
    return status < 400 ? e.getResponse() : answer(ofStatus(status), uri);
  }

  @ServerExceptionMapper
  public Response anything(Throwable e, UriInfo uri) {
    String incident = UUID.randomUUID().toString();
    LOG.errorf(e, "unexpected failure incident=%s path=%s", incident, uri.getPath());
    return answer(
        Problem.of(
                500,
                "internal_error",
                "Something failed inside the service. Name the incident to its operator.")
            .with("incident", incident),
        uri);
  }

  private static Response unauthenticated(UriInfo uri) {
    Response.ResponseBuilder builder =
        builder(
            Problem.of(
                401, "unauthenticated", "Send a valid bearer token in the Authorization header."),
            uri);
    return builder.header(HttpHeaders.WWW_AUTHENTICATE, "Bearer").build();
  }

  private static Problem malformed(JsonProcessingException e) {
    if (e instanceof UnrecognizedPropertyException unknown) {
      return Problem.of(
          400,
          "malformed_body",
          "The body has a field that this request does not know: it knows "
              + unknown.getKnownPropertyIds().stream()
                  .map(String::valueOf)
                  .sorted()
                  .collect(Collectors.joining(", "))
              + ".");
    }
    if (e instanceof JsonMappingException mapping) {
      String path =
          mapping.getPath().stream()
              .map(step -> step.getFieldName() == null ? "[]" : step.getFieldName())
              .collect(Collectors.joining("."));
      if (rootCause(e) instanceof RefusedValueException refused) {
        Problem problem = Problem.of(400, "invalid_value", sentence(refused.getMessage()));
        // Several fields may be of one kind.
        return path.isEmpty() ? problem : problem.with("field", path);
      }
      return Problem.of(
          400,
          "malformed_body",
          path.isEmpty()
              ? "The body does not have the shape that this request takes."
              : "Field " + path + " does not have the type that this request takes.");
    }
    return Problem.of(400, "malformed_body", "The body is not JSON.");
  }

  private static Problem ofStatus(int status) {
    return switch (status) {
      case 404 -> Problem.of(404, "not_found", "There is nothing at this path.");
      case 405 -> Problem.of(405, "method_not_allowed", "This path does not take that method.");
      case 406 ->
          Problem.of(
              406,
              "not_acceptable",
              "The resource is not available in the type that Accept asks for: leave Accept out.");
      case 413 -> Problem.of(413, "body_too_large", "The body is larger than this path takes.");
      case 415 -> Problem.of(415, "unsupported_media_type", "Send application/json.");
      default -> Problem.of(status, "request_refused", "The request cannot be answered.");
    };
  }

  private static Throwable rootCause(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    return root;
  }

  private static String sentence(@Nullable String message) {
    if (message == null || message.isEmpty()) {
      return "A value is not acceptable.";
    }
    return Character.toUpperCase(message.charAt(0)) + message.substring(1) + ".";
  }

  private static String path(UriInfo uri) {
    return "/" + uri.getPath().replaceFirst("^/", "");
  }

  private static Response answer(Problem problem, UriInfo uri) {
    return builder(problem, uri).build();
  }

  private static Response.ResponseBuilder builder(Problem problem, UriInfo uri) {
    Response.ResponseBuilder builder =
        Response.status(problem.status())
            .type(Problem.MEDIA_TYPE)
            .entity(problem.members(Optional.of(path(uri))));
    problem
        .retryAfterSeconds()
        .ifPresent(seconds -> builder.header(HttpHeaders.RETRY_AFTER, seconds));
    return builder;
  }
}
