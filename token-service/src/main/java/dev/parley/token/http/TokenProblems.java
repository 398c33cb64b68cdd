package dev.parley.token.http;

import dev.parley.kit.problem.Problem;
import dev.parley.token.limit.RateLimits.Standing;
import dev.parley.token.policy.Decision;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.util.Optional;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Answers to what only this service refuses; the rest is the kit's. */
public class TokenProblems {
  /** Seconds until a retry makes sense when something that this service asks does not answer. */
  static final int RETRY_SECONDS = 2;

  @ServerExceptionMapper
  public Response limited(RateLimited e, UriInfo uri) {
    Standing standing = e.standing();
    Problem problem =
        Problem.of(
                429,
                "rate_limited",
                "Too many requests for this "
                    + standing.limit().name()
                    + ": try again in "
                    + standing.retryAfterSeconds()
                    + " s.")
            .retryAfter((int) standing.retryAfterSeconds());
    return builder(problem, uri)
        .header(HttpHeaders.RETRY_AFTER, standing.retryAfterSeconds())
        .header(Answers.RATE_LIMIT_POLICY, standing.policyField())
        .header(Answers.RATE_LIMIT, standing.limitField())
        .build();
  }

  @ServerExceptionMapper
  public Response refused(BearerRefused e, UriInfo uri) {
    return builder(
            Problem.of(401, "unauthenticated", e.refused().detail())
                .with("reason", e.refused().reason().wireName()),
            uri)
        .header(
            HttpHeaders.WWW_AUTHENTICATE,
            "Bearer error=\"invalid_token\", error_description=\"" + e.refused().detail() + "\"")
        .build();
  }

  /** The problem of a policy's refusal. */
  static Problem of(Decision.Refused refused, String requestId) {
    int status =
        switch (refused.code()) {
          case APP_NOT_ALLOWED,
              ROLE_NOT_ALLOWED,
              USER_NOT_ALLOWED,
              ROOM_NOT_ALLOWED,
              EVERY_ROOM_NOT_ALLOWED,
              PRIVILEGE_NOT_ALLOWED,
              POLICY_REFUSED ->
              403;
          case USER_ID_UNUSABLE, USER_ID_RESERVED, TTL_TOO_SHORT -> 422;
          case POLICY_UNAVAILABLE -> 503;
        };
    Problem problem =
        Problem.of(status, refused.code().wireName(), refused.detail())
            .with("requestId", requestId);
    return status == 503 ? problem.retryAfter(RETRY_SECONDS) : problem;
  }

  private static Response.ResponseBuilder builder(Problem problem, UriInfo uri) {
    return Response.status(problem.status())
        .type(Problem.MEDIA_TYPE)
        .entity(problem.members(Optional.of(uri.getPath())));
  }
}
