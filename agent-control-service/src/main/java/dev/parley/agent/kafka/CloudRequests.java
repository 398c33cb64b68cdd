package dev.parley.agent.kafka;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.agent.TaskFacts;
import dev.parley.agent.cloud.CloudAccess;
import dev.parley.agent.cloud.CloudRequest;
import dev.parley.agent.cloud.CloudRequest.Action;
import dev.parley.agent.config.Applications;
import dev.parley.agent.config.Applications.Application;
import dev.parley.agent.scene.SceneException;
import dev.parley.agent.scene.StartBodies;
import dev.parley.events.AgentCommand;
import dev.parley.events.AgentCommand.AddPrompt;
import dev.parley.events.AgentCommand.AskAgent;
import dev.parley.events.AgentCommand.FinishSpeech;
import dev.parley.events.AgentCommand.InterruptAgent;
import dev.parley.events.AgentCommand.ReturnToolResult;
import dev.parley.events.AgentCommand.SayText;
import dev.parley.events.AgentCommand.StartAgent;
import dev.parley.events.AgentCommand.StopAgent;
import dev.parley.events.AgentCommand.UpdateParameters;
import dev.parley.events.codec.JsonBuffers;
import dev.parley.events.id.AppId;
import dev.parley.events.id.RoomId;
import dev.parley.events.id.TaskId;

/** Commands as OpenAPI calls, in the documented spelling. */
public final class CloudRequests {
  private static final ObjectMapper JSON = new ObjectMapper(JsonBuffers.factory());

  private final Applications applications;
  private final StartBodies startBodies;

  public CloudRequests(Applications applications, StartBodies startBodies) {
    this.applications = applications;
    this.startBodies = startBodies;
  }

  /**
   * The call that carries out a command.
   *
   * @param imageGroup for an image that comes with it: higher than those before
   * @throws SceneException when it cannot be made, with the reason
   */
  CloudRequest of(AgentCommand command, int imageGroup) {
    Application application =
        applications
            .find(command.appId())
            .orElseThrow(
                () ->
                    new SceneException(
                        "app_unknown", "The application is not configured on the worker."));
    String version = application.access().version();
    return switch (command) {
      case StartAgent start ->
          CloudRequest.of(
              start.appId(),
              Action.START,
              startBodies.body(start, version, application.callbacks()),
              true);
      case StopAgent stop -> stop(stop.appId(), stop.roomId(), stop.taskId());
      case InterruptAgent interrupt -> update(interrupt, "interrupt", true, body -> {});
      case FinishSpeech finish -> update(finish, "FinishSpeechRecognition", true, body -> {});
      // Said twice is heard twice: no second attempt when the outcome is not known.
      case SayText say ->
          update(
              say,
              "ExternalTextToSpeech",
              false,
              body ->
                  body.put("Message", say.text())
                      .put("InterruptMode", say.interruptMode().cloudValue()));
      case AskAgent ask ->
          update(
              ask,
              "ExternalTextToLLM",
              false,
              body -> {
                body.put("Message", ask.text())
                    .put("InterruptMode", ask.interruptMode().cloudValue());
                if (ask.imageUrl() != null) {
                  body.putObject("ImageConfig")
                      .put("Action", "insert")
                      .put("GroupID", imageGroup)
                      .put("ImageType", "url")
                      .putArray("Images")
                      .add(ask.imageUrl());
                }
              });
      case AddPrompt prompt ->
          update(
              prompt, "ExternalPromptsForLLM", false, body -> body.put("Message", prompt.text()));
      case ReturnToolResult result ->
          update(result, "function", true, body -> body.put("Message", message(result)));
      case UpdateParameters parameters -> {
        if (!CloudAccess.VERSION_2025.equals(version)) {
          throw new SceneException(
              "not_supported_by_version",
              "Parameters of a running agent change only in applications of version "
                  + CloudAccess.VERSION_2025
                  + ".");
        }
        yield update(
            parameters,
            "UpdateParameters",
            true,
            body -> body.set("Parameters", parameters.parameters()));
      }
    };
  }

  /** The call that stops a task. */
  static CloudRequest stop(TaskFacts facts) {
    return stop(facts.appId(), facts.roomId(), facts.taskId());
  }

  private static CloudRequest stop(AppId appId, RoomId roomId, TaskId taskId) {
    return CloudRequest.of(appId, Action.STOP, task(appId, roomId, taskId), true);
  }

  private interface Fields {
    void putInto(ObjectNode body);
  }

  private static CloudRequest update(
      AgentCommand command, String name, boolean repeatable, Fields fields) {
    ObjectNode body = task(command.appId(), command.roomId(), command.taskId());
    body.put("Command", name);
    fields.putInto(body);
    return CloudRequest.of(command.appId(), Action.UPDATE, body, repeatable);
  }

  private static ObjectNode task(AppId appId, RoomId roomId, TaskId taskId) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("AppId", appId.value())
        .put("RoomId", roomId.value())
        .put("TaskId", taskId.value());
  }

  // A JSON text inside the JSON, as the OpenAPI wants it.
  private static String message(ReturnToolResult result) {
    try {
      return JSON.writeValueAsString(
          JsonNodeFactory.instance
              .objectNode()
              .put("ToolCallID", result.toolCallId())
              .put("Content", result.content()));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a JSON tree always serialises", e);
    }
  }
}
