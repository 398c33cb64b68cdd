package dev.parley.agent.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.agent.cloud.CloudAccess;
import dev.parley.agent.config.Applications;
import dev.parley.agent.config.Applications.Application;
import dev.parley.agent.kafka.TaskView;
import dev.parley.events.AgentCommand.AddPrompt;
import dev.parley.events.AgentCommand.AskAgent;
import dev.parley.events.AgentCommand.FinishSpeech;
import dev.parley.events.AgentCommand.InterruptAgent;
import dev.parley.events.AgentCommand.ReturnToolResult;
import dev.parley.events.AgentCommand.SayText;
import dev.parley.events.AgentCommand.UpdateParameters;
import dev.parley.kit.session.Role;
import dev.parley.kit.session.Session;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Steers and stops agents. An answer 202 means that Kafka has the command. */
@Path("/v1/agents/{taskId}")
@Tag(name = "agents")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@RolesAllowed({Role.PARTICIPANT_CLAIM, Role.OPERATOR_CLAIM})
@APIResponse(responseCode = "202", description = "The command is accepted.")
@ApplicationScoped
public class SteeringResource {
  private final JsonWebToken jwt;
  private final Applications applications;
  private final Steering steering;

  @Inject
  SteeringResource(JsonWebToken jwt, Applications applications, Steering steering) {
    this.jwt = jwt;
    this.applications = applications;
    this.steering = steering;
  }

  @DELETE
  @Operation(
      summary = "Stop an agent",
      description = "Idempotent. Answers the task as it was when the stop was accepted.")
  public Uni<Response> stop(
      @PathParam("taskId") String taskId,
      @HeaderParam(OncePerKey.HEADER) @Nullable String key,
      @Context HttpHeaders headers) {
    return steering.stop(Session.from(jwt), taskId, key, Languages.of(headers));
  }

  @POST
  @Path("/interrupt")
  @Consumes(MediaType.WILDCARD)
  @Operation(summary = "Stop the agent's current speech")
  public Uni<Response> interrupt(
      @PathParam("taskId") String taskId, @HeaderParam(OncePerKey.HEADER) @Nullable String key) {
    return steering.send(Session.from(jwt), taskId, "interrupt", key, "", InterruptAgent::new);
  }

  @POST
  @Path("/finish-speech")
  @Consumes(MediaType.WILDCARD)
  @Operation(summary = "Say that the user's turn is over, for scenes with manual turns")
  public Uni<Response> finishSpeech(
      @PathParam("taskId") String taskId, @HeaderParam(OncePerKey.HEADER) @Nullable String key) {
    return steering.send(Session.from(jwt), taskId, "finish-speech", key, "", FinishSpeech::new);
  }

  @POST
  @Path("/say")
  @Operation(summary = "Let the agent speak a text")
  public Uni<Response> say(
      @PathParam("taskId") String taskId,
      Requests.@Nullable Say body,
      @HeaderParam(OncePerKey.HEADER) @Nullable String key) {
    Requests.Say say = Requests.present(body);
    String text = say.requiredText();
    var mode = Requests.interruptMode(say.interruptMode());
    return steering.send(
        Session.from(jwt),
        taskId,
        "say",
        key,
        say.toString(),
        (app, room, now, task, id, by, expires) ->
            new SayText(app, room, now, task, id, by, expires, text, mode));
  }

  @POST
  @Path("/ask")
  @Operation(summary = "Hand the agent a text as if its user had said it")
  public Uni<Response> ask(
      @PathParam("taskId") String taskId,
      Requests.@Nullable Ask body,
      @HeaderParam(OncePerKey.HEADER) @Nullable String key) {
    Requests.Ask ask = Requests.present(body);
    String text = ask.requiredText();
    String imageUrl = ask.checkedImageUrl();
    var mode = Requests.interruptMode(ask.interruptMode());
    return steering.send(
        Session.from(jwt),
        taskId,
        "ask",
        key,
        ask.toString(),
        (app, room, now, task, id, by, expires) ->
            new AskAgent(app, room, now, task, id, by, expires, text, mode, imageUrl));
  }

  @POST
  @Path("/prompt")
  @Operation(summary = "Add context for the user's next turn")
  public Uni<Response> prompt(
      @PathParam("taskId") String taskId,
      Requests.@Nullable Prompt body,
      @HeaderParam(OncePerKey.HEADER) @Nullable String key) {
    String text = Requests.present(body).requiredText();
    return steering.send(
        Session.from(jwt),
        taskId,
        "prompt",
        key,
        text,
        (app, room, now, task, id, by, expires) ->
            new AddPrompt(app, room, now, task, id, by, expires, text));
  }

  @POST
  @Path("/tool-results")
  @Operation(
      summary = "Hand the agent the result of a function call",
      description =
          "The first result of a call that reaches the agent counts, whichever way it comes; a"
              + " further one over the API is accepted as a duplicate and changes nothing. One that comes after the scene's"
              + " deadline is kept, marked late, and not handed over.")
  public Uni<Response> toolResult(
      @PathParam("taskId") String taskId,
      Requests.@Nullable ToolAnswer body,
      @HeaderParam(OncePerKey.HEADER) @Nullable String key) {
    Requests.ToolAnswer result = Requests.present(body);
    String toolCallId = result.requiredToolCallId();
    String content = result.requiredContent();
    return steering.send(
        Session.from(jwt),
        taskId,
        "tool-results",
        key,
        result.toString(),
        (app, room, now, task, id, by, expires) ->
            new ReturnToolResult(
                app,
                room,
                now,
                task,
                // The call's own: whoever answers it first has answered it.
                TaskView.toolCommandId(app, room, task, toolCallId),
                by,
                expires,
                toolCallId,
                content));
  }

  @PATCH
  @RolesAllowed(Role.OPERATOR_CLAIM)
  @Operation(
      summary = "Change parameters of a running agent",
      description = "Only for applications of OpenAPI version 2025-06-01.")
  public Uni<Response> update(
      @PathParam("taskId") String taskId,
      Requests.@Nullable Parameters body,
      @HeaderParam(OncePerKey.HEADER) @Nullable String key) {
    JsonNode parameters = Requests.present(body).requiredParameters();
    Session session = Session.from(jwt);
    Application application =
        applications.find(session.appId()).orElseThrow(Refusals::appNotConfigured);
    if (!application.access().version().equals(CloudAccess.VERSION_2025)) {
      throw Refusals.notSupportedByVersion();
    }
    return steering.send(
        session,
        taskId,
        "update",
        key,
        parameters.toString(),
        (app, room, now, task, id, by, expires) ->
            new UpdateParameters(app, room, now, task, id, by, expires, parameters));
  }
}
