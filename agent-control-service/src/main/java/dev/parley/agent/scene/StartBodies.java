package dev.parley.agent.scene;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.agent.scene.Scene.Tools;
import dev.parley.events.AgentCommand.StartAgent;
import dev.parley.kit.secret.Secret;
import java.util.Optional;
import java.util.function.Function;

/** Makes the body of StartVoiceChat from a scene and what was asked for. */
public final class StartBodies {
  private static final String VERSION_2024 = "2024-12-01";

  private final Function<String, Optional<Scene>> scenes;
  private final Function<String, Optional<Secret>> secrets;

  public StartBodies(
      Function<String, Optional<Scene>> scenes, Function<String, Optional<Secret>> secrets) {
    this.scenes = scenes;
    this.secrets = secrets;
  }

  /**
   * The body; it holds secrets.
   *
   * @param version the OpenAPI's Version of the application
   * @param callbacks empty where no gateway is configured
   * @throws SceneException when the scene is not known, does not fit, or lacks a secret
   */
  public ObjectNode body(StartAgent start, String version, Optional<Callbacks> callbacks) {
    Scene scene =
        scenes
            .apply(start.scene())
            .orElseThrow(
                () -> new SceneException("scene_unknown", "The worker has no such scene."));
    if (scene.version() != null && !scene.version().equals(version)) {
      throw new SceneException(
          "scene_not_for_app",
          "The scene is for " + scene.version() + ", the application for " + version + ".");
    }
    scene
        .firstForbidden(start.overrides())
        .ifPresent(
            path -> {
              throw new SceneException(
                  "override_not_permitted", "The scene does not permit to override " + path + ".");
            });
    ObjectNode body = scene.body();
    // Before the caller's words come in: a caller who writes a reference must not be told a secret.
    SecretReferences.resolve(body, secrets);
    if (start.overrides() instanceof ObjectNode overrides) {
      merge(body, overrides);
    }
    body.put("AppId", start.appId().value());
    body.put("RoomId", start.roomId().value());
    body.put("TaskId", start.taskId().value());
    ObjectNode agent = body.withObjectProperty("AgentConfig");
    agent.putArray("TargetUserId").add(start.targetUserId().value());
    agent.put("UserId", start.agentUserId().value());
    if (start.welcomeMessage() != null) {
      agent.put("WelcomeMessage", start.welcomeMessage());
    }
    agent.put("EnableConversationStateCallback", true);
    ObjectNode config = body.withObjectProperty("Config");
    ObjectNode subtitles = config.withObjectProperty("SubtitleConfig");
    if (!subtitles.has("DisableRTSSubtitle")) {
      subtitles.put("DisableRTSSubtitle", false);
    }
    callbacks.ifPresent(to -> addCallbacks(scene, start, version, to, agent, config));
    return body;
  }

  private static void addCallbacks(
      Scene scene,
      StartAgent start,
      String version,
      Callbacks to,
      ObjectNode agent,
      ObjectNode config) {
    String messages = to.messages(start.appId(), start.roomId(), start.taskId());
    String signature = to.signature().reveal();
    agent.put("ServerMessageURLForRTS", messages);
    agent.put("ServerMessageSignatureForRTS", signature);
    // The newer version has no such fields, and the older wants the same address in both places.
    if (scene.subtitleCallback() && VERSION_2024.equals(version)) {
      config
          .withObjectProperty("SubtitleConfig")
          .put("ServerMessageUrl", messages)
          .put("ServerMessageSignature", signature);
    }
    if (scene.tools() == Tools.SERVER) {
      config
          .putObject("FunctionCallingConfig")
          .put("ServerMessageUrl", to.functions(start.appId(), start.roomId(), start.taskId()))
          .put("ServerMessageSignature", signature);
    }
  }

  // Objects are merged, everything else is replaced: half a list would mean something else.
  static void merge(ObjectNode into, ObjectNode from) {
    from.properties()
        .forEach(
            field -> {
              JsonNode there = into.get(field.getKey());
              if (there instanceof ObjectNode deeper
                  && field.getValue() instanceof ObjectNode more) {
                merge(deeper, more);
              } else {
                into.set(field.getKey(), field.getValue().deepCopy());
              }
            });
  }
}
