package dev.parley.agent.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import dev.parley.agent.cloud.CloudAccess;
import dev.parley.agent.config.AgentControlConfig;
import dev.parley.agent.config.Applications;
import dev.parley.agent.config.Applications.Application;
import dev.parley.agent.http.IdempotencyKeys.Seen;
import dev.parley.agent.kafka.AgentView;
import dev.parley.agent.kafka.TaskView;
import dev.parley.agent.scene.Scene;
import dev.parley.agent.scene.SceneCatalogue;
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
import dev.parley.events.AgentTask;
import dev.parley.events.StopReason;
import dev.parley.events.codec.EventIds;
import dev.parley.events.id.CommandId;
import dev.parley.events.id.RoomId;
import dev.parley.events.id.RoomKey;
import dev.parley.events.id.TaskId;
import dev.parley.events.id.UserId;
import dev.parley.kit.kafka.EventPublisher;
import dev.parley.kit.session.Role;
import dev.parley.kit.session.Session;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestStreamElementType;
import org.jspecify.annotations.Nullable;

/** Starts, steers, stops and shows agents. An answer 202 means that Kafka has the command. */
@Path("/v1")
@Tag(name = "agents")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@ApplicationScoped
public class AgentResource {
  /** What a participant may name an agent: never like a person, who would be thrown out. */
  private static final String AGENT_PREFIX = "agent-";

  private static final String KEY = "Idempotency-Key";
  private static final Pattern WAIT = Pattern.compile("(?:^|[,;\\s])wait\\s*=\\s*(\\d{1,6})");
  private static final Duration STOP_TTL = Duration.ofDays(1);
  private static final int MAX_PAGE = 500;

  private final JsonWebToken jwt;
  private final AgentControlConfig config;
  private final Applications applications;
  private final SceneCatalogue scenes;
  private final AgentView view;
  private final EventPublisher publisher;
  private final Clock clock;
  private final IdempotencyKeys keys = new IdempotencyKeys();

  @Inject
  AgentResource(
      JsonWebToken jwt,
      AgentControlConfig config,
      Applications applications,
      SceneCatalogue scenes,
      AgentView view,
      EventPublisher publisher,
      Clock clock) {
    this.jwt = jwt;
    this.config = config;
    this.applications = applications;
    this.scenes = scenes;
    this.view = view;
    this.publisher = publisher;
    this.clock = clock;
  }

  // ---- start

  @POST
  @Path("/rooms/{roomId}/agents")
  @RolesAllowed({Role.PARTICIPANT_CLAIM, Role.OPERATOR_CLAIM})
  @Operation(
      summary = "Start an agent in a room",
      description =
          "With an Idempotency-Key a repeated call names the same task and never starts a second"
              + " agent. Prefer: wait=N waits up to N seconds for RUNNING or FAILED.")
  @APIResponse(responseCode = "202", description = "The command is accepted; see state.")
  public Uni<Response> start(
      @PathParam("roomId") String roomId,
      Requests.@Nullable Start body,
      @Parameter(description = "1 to 255 printable ASCII characters.") @HeaderParam(KEY)
          @Nullable String key,
      @Parameter(description = "wait=N") @HeaderParam("Prefer") @Nullable String prefer,
      @Context HttpHeaders headers) {
    Session session = Session.from(jwt);
    RoomKey room = new RoomKey(session.appId(), new RoomId(roomId));
    session.requireRoom(room);
    StartAgent start = startOf(session, room, Requests.present(body), checkedKey(key));
    Locale language = language(headers);

    Optional<TaskView.Entry> known = view.tasks().find(start.appId(), start.taskId());
    if (known.isPresent()) {
      CommandId first = known.get().startCommandId();
      if (first != null && !first.equals(start.commandId())) {
        throw Refusals.keyReused();
      }
      return answer(known.get().task(), prefer, language);
    }
    Optional<String> scope = scope(session, "start:" + roomId, key);
    return once(
            scope,
            start.commandId().value(),
            () -> publisher.publish(start, start.commandId().value()))
        .invoke(() -> view.tasks().requested(start))
        .flatMap(done -> answer(TaskView.asTask(start), prefer, language));
  }

  private StartAgent startOf(
      Session session, RoomKey room, Requests.Start body, Optional<String> key) {
    Application application =
        applications.find(room.appId()).orElseThrow(Refusals::appNotConfigured);
    Scene scene = scenes.find(body.requiredScene()).orElseThrow(Refusals::sceneUnknown);
    if (session.role() == Role.PARTICIPANT && !scene.participants()) {
      throw Refusals.sceneNotAllowed();
    }
    String version = application.access().version();
    if (scene.version() != null && !scene.version().equals(version)) {
      throw Refusals.sceneNotForApp(version);
    }
    JsonNode overrides = body.overrides() instanceof NullNode ? null : body.overrides();
    scene
        .firstForbidden(overrides)
        .ifPresent(
            path -> {
              throw Refusals.overrideNotPermitted(path);
            });
    UserId target = target(session, body.targetUserId());
    String welcome = body.checkedWelcomeMessage();
    String taskPart =
        key.map(
                k ->
                    EventIds.derived(
                        "task", room.toString(), session.role().claim(), session.subject(), k))
            .orElseGet(() -> UUID.randomUUID().toString());
    TaskId taskId = new TaskId("t-" + taskPart);
    UserId agent = agent(session, body.agentUserId(), taskPart);
    if (agent.equals(target)) {
      throw Refusals.agentIsTarget();
    }
    // The body is part of the command's id and not of the task's: the same key with another body
    // names the same task and another command, which every instance and the worker can tell.
    CommandId commandId =
        new CommandId(
            "c-"
                + EventIds.derived(
                    "start",
                    taskId.value(),
                    scene.name(),
                    target.value(),
                    agent.value(),
                    String.valueOf(welcome),
                    String.valueOf(overrides)));
    long now = clock.millis();
    return new StartAgent(
        room.appId(),
        room.roomId(),
        now,
        taskId,
        commandId,
        session.subject(),
        now + config.tasks().commandTtl().toMillis(),
        scene.name(),
        agent,
        target,
        welcome,
        overrides);
  }

  private static UserId target(Session session, @Nullable UserId asked) {
    if (session.role() != Role.PARTICIPANT) {
      if (asked == null) {
        throw Refusals.targetRequired();
      }
      return asked;
    }
    UserId self = session.userId();
    if (asked != null && !asked.equals(self)) {
      throw Refusals.targetNotAllowed();
    }
    return self;
  }

  private static UserId agent(Session session, @Nullable UserId asked, String taskPart) {
    if (asked == null) {
      return new UserId(AGENT_PREFIX + taskPart.replace("-", "").substring(0, 16));
    }
    if (session.role() == Role.PARTICIPANT && !asked.value().startsWith(AGENT_PREFIX)) {
      throw Refusals.agentUserNotAllowed(AGENT_PREFIX);
    }
    return asked;
  }

  private Uni<Response> answer(AgentTask task, @Nullable String prefer, Locale language) {
    Optional<Duration> wait = wait(prefer);
    Uni<AgentTask> settled =
        wait.isEmpty()
            ? Uni.createFrom().item(task)
            : Uni.createFrom()
                .completionStage(
                    () -> view.tasks().await(task, AgentResource::startSettled, wait.get()));
    return settled.map(
        last -> {
          Response.ResponseBuilder response =
              Response.accepted(Answers.Task.of(last, language))
                  .location(URI.create("/v1/agents/" + last.taskId()));
          wait.ifPresent(
              applied -> response.header("Preference-Applied", "wait=" + applied.toSeconds()));
          return response.build();
        });
  }

  private static boolean startSettled(AgentTask task) {
    return task.state() == AgentTask.State.RUNNING
        || task.state() == AgentTask.State.STOPPING
        || task.state().ended();
  }

  private Optional<Duration> wait(@Nullable String prefer) {
    if (prefer == null) {
      return Optional.empty();
    }
    Matcher matcher = WAIT.matcher(prefer);
    if (!matcher.find()) {
      return Optional.empty();
    }
    Duration asked = Duration.ofSeconds(Long.parseLong(matcher.group(1)));
    Duration longest = config.api().maxWait();
    return Optional.of(asked.compareTo(longest) > 0 ? longest : asked);
  }

  // ---- read

  @GET
  @Path("/agents")
  @RolesAllowed({Role.PARTICIPANT_CLAIM, Role.OPERATOR_CLAIM, Role.ANALYST_CLAIM})
  @Operation(summary = "List tasks, the newest request first")
  public Answers.Page list(
      @QueryParam("state") @Nullable String state,
      @QueryParam("room") @Nullable String room,
      @QueryParam("scene") @Nullable String scene,
      @QueryParam("limit") @DefaultValue("50") int limit,
      @QueryParam("cursor") @Nullable String cursor,
      @Context HttpHeaders headers) {
    Session session = Session.from(jwt);
    requireView();
    if (limit < 1 || limit > MAX_PAGE) {
      throw Refusals.badQuery("limit", "must be 1 to " + MAX_PAGE);
    }
    AgentTask.State wantedState = state == null ? null : state(state);
    Cursor after = cursor == null ? null : Cursor.parse(cursor);
    List<AgentTask> found =
        view.tasks()
            .list(
                task ->
                    session.mayEnter(task.roomKey())
                        && (wantedState == null || task.state() == wantedState)
                        && (room == null || task.roomId().value().equals(room))
                        && (scene == null || task.scene().equals(scene))
                        && (after == null || after.precedes(task)));
    List<AgentTask> page = found.stream().limit(limit).toList();
    Locale language = language(headers);
    return new Answers.Page(
        page.stream().map(task -> Answers.Task.of(task, language)).toList(),
        found.size() > page.size() ? Cursor.after(page.getLast()).text() : null);
  }

  private record Cursor(long requestedTimeMillis, String taskId) {
    static Cursor after(AgentTask task) {
      return new Cursor(task.requestedTimeMillis(), task.taskId().value());
    }

    static Cursor parse(String text) {
      try {
        String plain = new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8);
        int at = plain.indexOf(':');
        return new Cursor(Long.parseLong(plain.substring(0, at)), plain.substring(at + 1));
      } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
        throw Refusals.badQuery("cursor", "must be the next of a page before");
      }
    }

    String text() {
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString((requestedTimeMillis + ":" + taskId).getBytes(StandardCharsets.UTF_8));
    }

    boolean precedes(AgentTask task) {
      int byTime = Long.compare(task.requestedTimeMillis(), requestedTimeMillis);
      return byTime < 0 || (byTime == 0 && task.taskId().value().compareTo(taskId) < 0);
    }
  }

  private static AgentTask.State state(String word) {
    return Arrays.stream(AgentTask.State.values())
        .filter(state -> state.name().equals(word.toUpperCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(
            () ->
                Refusals.badQuery(
                    "state", "must be one of " + Arrays.toString(AgentTask.State.values())));
  }

  @GET
  @Path("/agents/{taskId}")
  @RolesAllowed({Role.PARTICIPANT_CLAIM, Role.OPERATOR_CLAIM, Role.ANALYST_CLAIM})
  @Operation(summary = "Show a task")
  public Answers.Task get(@PathParam("taskId") String taskId, @Context HttpHeaders headers) {
    return Answers.Task.of(task(Session.from(jwt), taskId), language(headers));
  }

  @GET
  @Path("/agents/{taskId}/events")
  @Produces(MediaType.SERVER_SENT_EVENTS)
  @RestStreamElementType(MediaType.TEXT_PLAIN)
  @RolesAllowed({Role.PARTICIPANT_CLAIM, Role.OPERATOR_CLAIM, Role.ANALYST_CLAIM})
  @Operation(
      summary = "Follow a task",
      description = "Server-sent events; resumes after Last-Event-ID. Ends when the task does.")
  public Multi<OutboundSseEvent> events(
      @PathParam("taskId") String taskId,
      @HeaderParam("Last-Event-ID") @Nullable String lastEventId,
      @Context Sse sse) {
    AgentTask task = task(Session.from(jwt), taskId);
    return TaskStream.of(view.events(), task, lastEventId, sse);
  }

  // ---- steer and stop

  @DELETE
  @Path("/agents/{taskId}")
  @RolesAllowed({Role.PARTICIPANT_CLAIM, Role.OPERATOR_CLAIM})
  @Operation(summary = "Stop an agent", description = "Idempotent.")
  @APIResponse(responseCode = "202", description = "The command is accepted; see state.")
  public Uni<Response> stop(
      @PathParam("taskId") String taskId,
      @HeaderParam(KEY) @Nullable String key,
      @Context HttpHeaders headers) {
    Session session = Session.from(jwt);
    AgentTask task = task(session, taskId);
    Locale language = language(headers);
    Response answer = Response.accepted(Answers.Task.of(task, language)).build();
    if (task.state().ended()) {
      return Uni.createFrom().item(answer);
    }
    CommandId commandId = commandId(session, task, "stop", checkedKey(key));
    long now = clock.millis();
    StopAgent stop =
        new StopAgent(
            task.appId(),
            task.roomId(),
            now,
            task.taskId(),
            commandId,
            session.subject(),
            now + STOP_TTL.toMillis(),
            StopReason.REQUESTED);
    return publisher.publish(stop, commandId.value()).map(done -> answer);
  }

  @POST
  @Path("/agents/{taskId}/interrupt")
  @Consumes(MediaType.WILDCARD)
  @RolesAllowed({Role.PARTICIPANT_CLAIM, Role.OPERATOR_CLAIM})
  @Operation(summary = "Stop the agent's current speech")
  public Uni<Response> interrupt(
      @PathParam("taskId") String taskId, @HeaderParam(KEY) @Nullable String key) {
    return steer(
        taskId,
        "interrupt",
        key,
        "",
        to ->
            new InterruptAgent(
                to.task.appId(),
                to.task.roomId(),
                to.now,
                to.task.taskId(),
                to.commandId,
                to.requestedBy,
                to.expires));
  }

  @POST
  @Path("/agents/{taskId}/finish-speech")
  @Consumes(MediaType.WILDCARD)
  @RolesAllowed({Role.PARTICIPANT_CLAIM, Role.OPERATOR_CLAIM})
  @Operation(summary = "Say that the user's turn is over, for scenes with manual turns")
  public Uni<Response> finishSpeech(
      @PathParam("taskId") String taskId, @HeaderParam(KEY) @Nullable String key) {
    return steer(
        taskId,
        "finish-speech",
        key,
        "",
        to ->
            new FinishSpeech(
                to.task.appId(),
                to.task.roomId(),
                to.now,
                to.task.taskId(),
                to.commandId,
                to.requestedBy,
                to.expires));
  }

  @POST
  @Path("/agents/{taskId}/say")
  @RolesAllowed({Role.PARTICIPANT_CLAIM, Role.OPERATOR_CLAIM})
  @Operation(summary = "Let the agent speak a text")
  public Uni<Response> say(
      @PathParam("taskId") String taskId,
      Requests.@Nullable Say body,
      @HeaderParam(KEY) @Nullable String key) {
    Requests.Say say = Requests.present(body);
    String text = say.requiredText();
    var mode = Requests.interruptMode(say.interruptMode());
    return steer(
        taskId,
        "say",
        key,
        say.toString(),
        to ->
            new SayText(
                to.task.appId(),
                to.task.roomId(),
                to.now,
                to.task.taskId(),
                to.commandId,
                to.requestedBy,
                to.expires,
                text,
                mode));
  }

  @POST
  @Path("/agents/{taskId}/ask")
  @RolesAllowed({Role.PARTICIPANT_CLAIM, Role.OPERATOR_CLAIM})
  @Operation(summary = "Hand the agent a text as if its user had said it")
  public Uni<Response> ask(
      @PathParam("taskId") String taskId,
      Requests.@Nullable Ask body,
      @HeaderParam(KEY) @Nullable String key) {
    Requests.Ask ask = Requests.present(body);
    String text = ask.requiredText();
    String imageUrl = ask.checkedImageUrl();
    var mode = Requests.interruptMode(ask.interruptMode());
    return steer(
        taskId,
        "ask",
        key,
        ask.toString(),
        to ->
            new AskAgent(
                to.task.appId(),
                to.task.roomId(),
                to.now,
                to.task.taskId(),
                to.commandId,
                to.requestedBy,
                to.expires,
                text,
                mode,
                imageUrl));
  }

  @POST
  @Path("/agents/{taskId}/prompt")
  @RolesAllowed({Role.PARTICIPANT_CLAIM, Role.OPERATOR_CLAIM})
  @Operation(summary = "Add context for the user's next turn")
  public Uni<Response> prompt(
      @PathParam("taskId") String taskId,
      Requests.@Nullable Prompt body,
      @HeaderParam(KEY) @Nullable String key) {
    String text = Requests.present(body).requiredText();
    return steer(
        taskId,
        "prompt",
        key,
        text,
        to ->
            new AddPrompt(
                to.task.appId(),
                to.task.roomId(),
                to.now,
                to.task.taskId(),
                to.commandId,
                to.requestedBy,
                to.expires,
                text));
  }

  @POST
  @Path("/agents/{taskId}/tool-results")
  @RolesAllowed({Role.PARTICIPANT_CLAIM, Role.OPERATOR_CLAIM})
  @Operation(
      summary = "Hand the agent the result of a function call",
      description = "The first result of a call counts, whichever way it comes.")
  public Uni<Response> toolResult(
      @PathParam("taskId") String taskId,
      Requests.@Nullable ToolAnswer body,
      @HeaderParam(KEY) @Nullable String key) {
    Requests.ToolAnswer result = Requests.present(body);
    String toolCallId = result.requiredToolCallId();
    String content = result.requiredContent();
    return steer(
        taskId,
        "tool-results",
        key,
        result.toString(),
        to ->
            new ReturnToolResult(
                to.task.appId(),
                to.task.roomId(),
                to.now,
                to.task.taskId(),
                TaskView.toolCommandId(to.task, toolCallId),
                to.requestedBy,
                to.expires,
                toolCallId,
                content));
  }

  @PATCH
  @Path("/agents/{taskId}")
  @RolesAllowed(Role.OPERATOR_CLAIM)
  @Operation(
      summary = "Change parameters of a running agent",
      description = "Only for applications of OpenAPI version 2025-06-01.")
  public Uni<Response> update(
      @PathParam("taskId") String taskId,
      Requests.@Nullable Parameters body,
      @HeaderParam(KEY) @Nullable String key) {
    JsonNode parameters = Requests.present(body).requiredParameters();
    Application application =
        applications.find(Session.from(jwt).appId()).orElseThrow(Refusals::appNotConfigured);
    if (!application.access().version().equals(CloudAccess.VERSION_2025)) {
      throw Refusals.notSupportedByVersion();
    }
    return steer(
        taskId,
        "update",
        key,
        parameters.toString(),
        to ->
            new UpdateParameters(
                to.task.appId(),
                to.task.roomId(),
                to.now,
                to.task.taskId(),
                to.commandId,
                to.requestedBy,
                to.expires,
                parameters));
  }

  private record Steering(
      AgentTask task, CommandId commandId, String requestedBy, long now, long expires) {}

  private Uni<Response> steer(
      String taskIdText,
      String what,
      @Nullable String key,
      String fingerprint,
      Function<Steering, AgentCommand> make) {
    Session session = Session.from(jwt);
    AgentTask task = task(session, taskIdText);
    Optional<String> checkedKey = checkedKey(key);
    if (task.state().ended() || task.state() == AgentTask.State.STOPPING) {
      throw Refusals.taskEnded(task.state().name());
    }
    long now = clock.millis();
    AgentCommand command =
        make.apply(
            new Steering(
                task,
                commandId(session, task, what, checkedKey),
                session.subject(),
                now,
                now + config.tasks().commandTtl().toMillis()));
    return once(
            scope(session, what + ":" + task.recordKey(), key),
            EventIds.derived(fingerprint),
            () -> publisher.publish(command, command.commandId().value()))
        .map(
            done ->
                Response.accepted(Answers.Command.of(task.taskId(), command.commandId())).build());
  }

  // ---- common

  private AgentTask task(Session session, String taskIdText) {
    TaskId taskId = new TaskId(taskIdText);
    Optional<AgentTask> task = view.tasks().find(session.appId(), taskId).map(TaskView.Entry::task);
    if (task.isEmpty()) {
      requireView();
    }
    // Tasks of other rooms look to a participant as if they were not there.
    return task.filter(found -> session.mayEnter(found.roomKey()))
        .orElseThrow(Refusals::taskNotFound);
  }

  private void requireView() {
    if (!view.caughtUp()) {
      throw Refusals.notReady();
    }
  }

  /** Does something once per key; without a key, whenever it is asked. */
  private Uni<Void> once(Optional<String> scope, String fingerprint, Supplier<Uni<Void>> action) {
    if (scope.isEmpty()) {
      return action.get();
    }
    Seen seen = keys.begin(scope.get(), fingerprint);
    return switch (seen) {
      case NEW ->
          action
              .get()
              .invoke(() -> keys.done(scope.get()))
              .onFailure()
              .invoke(() -> keys.failed(scope.get()))
              .onCancellation()
              .invoke(() -> keys.failed(scope.get()));
      case DONE -> Uni.createFrom().voidItem();
      case IN_PROGRESS -> throw Refusals.inProgress();
      case OTHER_BODY -> throw Refusals.keyReused();
    };
  }

  private static Optional<String> scope(Session session, String what, @Nullable String key) {
    return Optional.ofNullable(key)
        .map(
            k ->
                String.join(
                    "\n",
                    session.appId().value(),
                    session.role().claim(),
                    session.subject(),
                    what,
                    k));
  }

  private static CommandId commandId(
      Session session, AgentTask task, String what, Optional<String> key) {
    return new CommandId(
        "c-"
            + key.map(
                    k ->
                        EventIds.derived(
                            what, task.recordKey(), session.role().claim(), session.subject(), k))
                .orElseGet(() -> UUID.randomUUID().toString()));
  }

  private static Optional<String> checkedKey(@Nullable String key) {
    if (key == null) {
      return Optional.empty();
    }
    if (!key.matches("[\\x21-\\x7E](?:[\\x20-\\x7E]{0,253}[\\x21-\\x7E])?")) {
      throw Refusals.badKey();
    }
    return Optional.of(key);
  }

  private static Locale language(HttpHeaders headers) {
    return headers.getAcceptableLanguages().stream()
        .filter(language -> !"*".equals(language.getLanguage()))
        .findFirst()
        .orElse(Locale.ENGLISH);
  }
}
