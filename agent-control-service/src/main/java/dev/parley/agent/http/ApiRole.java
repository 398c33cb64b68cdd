package dev.parley.agent.http;

import dev.parley.agent.config.AgentControlConfig;
import dev.parley.agent.config.AgentControlConfig.RoleName;
import dev.parley.kit.problem.Problem;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Optional;
import java.util.regex.Pattern;

/** A worker alone serves health and metrics, and neither an API nor its description. */
@ApplicationScoped
class ApiRole {
  private static final Pattern SERVED = Pattern.compile("/q/(?:health|metrics)(?:/.*)?");

  // Before cross-origin checks and authentication, which have nothing to decide here.
  private static final int FIRST = 1_000;

  void guard(@Observes Filters filters, AgentControlConfig config) {
    if (!config.roles().contains(RoleName.API)) {
      filters.register(ApiRole::onlyHealthAndMetrics, FIRST);
    }
  }

  private static void onlyHealthAndMetrics(RoutingContext request) {
    if (SERVED.matcher(request.normalizedPath()).matches()) {
      request.next();
      return;
    }
    Problem problem = Problem.of(404, "not_found", "This instance is a worker and serves no API.");
    request
        .response()
        .setStatusCode(problem.status())
        .putHeader("Content-Type", Problem.MEDIA_TYPE)
        .end(new JsonObject(problem.members(Optional.empty())).encode());
  }
}
