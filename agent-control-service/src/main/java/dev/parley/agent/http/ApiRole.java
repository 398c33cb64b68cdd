package dev.parley.agent.http;

import dev.parley.agent.config.AgentControlConfig;
import dev.parley.agent.config.AgentControlConfig.RoleName;
import dev.parley.kit.problem.Problem;
import dev.parley.kit.problem.ProblemException;
import jakarta.inject.Inject;
import jakarta.ws.rs.container.ContainerRequestContext;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/** A worker alone serves health and metrics, and no API. */
class ApiRole {
  private final boolean on;

  @Inject
  ApiRole(AgentControlConfig config) {
    this.on = config.roles().contains(RoleName.API);
  }

  @ServerRequestFilter(preMatching = true)
  public void onlyWithTheRole(ContainerRequestContext request) {
    if (!on) {
      throw new ProblemException(
          Problem.of(404, "not_found", "This instance is a worker and serves no API."));
    }
  }
}
