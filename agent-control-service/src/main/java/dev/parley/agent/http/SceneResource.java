package dev.parley.agent.http;

import dev.parley.agent.http.Answers.SceneView;
import dev.parley.agent.scene.SceneCatalogue;
import dev.parley.kit.session.Role;
import dev.parley.kit.session.Session;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Lists the scenes. */
@Path("/v1/scenes")
@Tag(name = "scenes")
@Produces(MediaType.APPLICATION_JSON)
@ApplicationScoped
public class SceneResource {
  private final JsonWebToken jwt;
  private final SceneCatalogue scenes;

  @Inject
  SceneResource(JsonWebToken jwt, SceneCatalogue scenes) {
    this.jwt = jwt;
    this.scenes = scenes;
  }

  @GET
  @RolesAllowed({Role.PARTICIPANT_CLAIM, Role.OPERATOR_CLAIM, Role.ANALYST_CLAIM})
  @Operation(
      summary = "List scenes",
      description = "Participants see those that they may start, without the templates.")
  public List<SceneView> list() {
    boolean participant = Session.from(jwt).role() == Role.PARTICIPANT;
    return scenes.all().stream()
        .filter(scene -> !participant || scene.participants())
        .map(scene -> SceneView.of(scene, !participant))
        .toList();
  }
}
