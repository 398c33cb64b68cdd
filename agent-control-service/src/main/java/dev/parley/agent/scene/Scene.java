package dev.parley.agent.scene;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A named template of the body that starts an agent. Its {@code Config} stays an open tree: the
 * vendor adds fields faster than anybody could type them.
 *
 * @param name how callers ask for it
 * @param title what people read
 * @param participants true when a participant may start it for itself
 * @param version the OpenAPI's Version that the body is written for; null where it fits both
 * @param tools who is asked to call functions
 * @param subtitleCallback true when the cloud also sends subtitles to the gateway
 * @param toolWaiting how long its agents wait for answers to function calls; null where nobody
 *     watches it, because the clients in the room answer
 * @param overridable paths of the body, such as {@code Config.LLMConfig.Temperature}, below which a
 *     caller may replace what the scene says; never what agent-control puts in itself
 * @param body the template; secrets stand in it as references
 */
public record Scene(
    String name,
    String title,
    boolean participants,
    @Nullable String version,
    Tools tools,
    boolean subtitleCallback,
    @Nullable ToolWaiting toolWaiting,
    List<String> overridable,
    ObjectNode body) {

  /** Who is asked to call functions. */
  public enum Tools {
    /** The clients in the room, by a message. */
    CLIENT,
    /** The gateway, by a callback. */
    SERVER
  }

  public Scene {
    if (!name.matches("[A-Za-z0-9_.-]{1,64}")) {
      throw new IllegalArgumentException("scene must be named with 1 to 64 of A-Z a-z 0-9 _ . -");
    }
    overridable = List.copyOf(overridable);
    body = body.deepCopy();
  }

  /** A copy: the scene's own stays as it was read. */
  @Override
  public ObjectNode body() {
    return body.deepCopy();
  }

  /** How long the cloud goes on when the target user is gone; empty where the cloud decides. */
  public Optional<Duration> idleTimeout() {
    JsonNode seconds = body.at("/AgentConfig/IdleTimeout");
    return seconds.isIntegralNumber()
        ? Optional.of(Duration.ofSeconds(seconds.asLong()))
        : Optional.empty();
  }

  /** The first path of the overrides that the scene does not permit; empty when all are. */
  public Optional<String> firstForbidden(@Nullable JsonNode overrides) {
    return overrides == null ? Optional.empty() : firstForbidden("", overrides);
  }

  /**
   * The first path at which the scene with these overrides would not be a start body any more, and
   * what must be there; empty when it would.
   */
  public Optional<SceneFault> firstFault(@Nullable JsonNode overrides) {
    if (!(overrides instanceof ObjectNode object)) {
      return Optional.empty();
    }
    ObjectNode merged = body();
    StartBodies.merge(merged, object);
    return SceneBodyCheck.overridden(merged, object).stream()
        .map(finding -> new SceneFault(name, finding.path(), finding.reason(), finding.fatal()))
        .findFirst();
  }

  private Optional<String> firstForbidden(String path, JsonNode value) {
    if (ReservedPaths.reserved(path)) {
      return Optional.of(path);
    }
    boolean leaf = !value.isObject() || value.isEmpty();
    // What is opened may have something in it that is not the caller's.
    if (permitted(path) && (leaf || !ReservedPaths.above(path))) {
      return Optional.empty();
    }
    if (leaf) {
      return Optional.of(path.isEmpty() ? "overrides" : path);
    }
    return value.properties().stream()
        .map(
            field ->
                firstForbidden(
                    path.isEmpty() ? field.getKey() : path + "." + field.getKey(),
                    field.getValue()))
        .flatMap(Optional::stream)
        .findFirst();
  }

  private boolean permitted(String path) {
    return overridable.stream()
        .anyMatch(allowed -> path.equals(allowed) || path.startsWith(allowed + "."));
  }
}
