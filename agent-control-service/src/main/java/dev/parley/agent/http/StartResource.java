package dev.parley.agent.http;

import dev.parley.agent.config.AgentControlConfig;
import dev.parley.agent.config.Applications;
import dev.parley.agent.kafka.AgentUsage;
import dev.parley.agent.kafka.AgentView;
import dev.parley.agent.kafka.TaskView;
import dev.parley.agent.usage.DailyBudget;
import dev.parley.events.AgentCommand.StartAgent;
import dev.parley.events.AgentTask;
import dev.parley.events.id.AppId;
import dev.parley.events.id.CommandId;
import dev.parley.events.id.RoomId;
import dev.parley.events.id.RoomKey;
import dev.parley.kit.kafka.EventPublisher;
import dev.parley.kit.kafka.EventPublisher.Draft;
import dev.parley.kit.session.Role;
import dev.parley.kit.session.Session;
import dev.parley.kit.trace.TraceParent;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Starts agents. An answer 202 means that Kafka has the command. */
@Path("/v1/rooms/{roomId}/agents")
@Tag(name = "agents")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@ApplicationScoped
public class StartResource {
  private static final Pattern WAIT = Pattern.compile("(?:^|[,;\\s])wait\\s*=\\s*(\\d{1,6})");

  private final JsonWebToken jwt;
  private final AgentControlConfig config;
  private final Applications applications;
  private final StartCommands starts;
  private final AgentView view;
  private final AgentUsage usage;
  private final OncePerKey keys;
  private final EventPublisher publisher;
  private final RoutingContext call;
  private final Clock clock;

  @Inject
  StartResource(
      JsonWebToken jwt,
      AgentControlConfig config,
      Applications applications,
      StartCommands starts,
      AgentView view,
      AgentUsage usage,
      OncePerKey keys,
      EventPublisher publisher,
      RoutingContext call,
      Clock clock) {
    this.jwt = jwt;
    this.config = config;
    this.applications = applications;
    this.starts = starts;
    this.view = view;
    this.usage = usage;
    this.keys = keys;
    this.publisher = publisher;
    this.call = call;
    this.clock = clock;
  }

  @POST
  @RolesAllowed({Role.PARTICIPANT_CLAIM, Role.OPERATOR_CLAIM})
  @Operation(
      summary = "Start an agent in a room",
      description =
          "With an Idempotency-Key a repeated call names the same task and never starts a second"
              + " agent. Prefer: wait=N waits up to N seconds for RUNNING or FAILED.")
  @APIResponse(responseCode = "202", description = "The command is accepted; see state.")
  @APIResponse(
      responseCode = "402",
      description = "The application's daily budget is used up; resetsAt says until when.")
  public Uni<Response> start(
      @PathParam("roomId") String roomId,
      Requests.@Nullable Start body,
      @Parameter(description = "1 to 255 printable ASCII characters.")
          @HeaderParam(OncePerKey.HEADER)
          @Nullable String key,
      @Parameter(description = "wait=N") @HeaderParam("Prefer") @Nullable String prefer,
      @Context HttpHeaders headers) {
    Session session = Session.from(jwt);
    RoomKey room = new RoomKey(session.appId(), RoomId.of(roomId));
    session.requireRoom(room);
    Optional<String> checkedKey = OncePerKey.checked(key, call);
    StartAgent start = starts.make(session, room, Requests.present(body), checkedKey);
    Locale language = Languages.of(headers);

    // As it is before anything is looked up: what is read meanwhile must not be missed.
    boolean allRead = view.caughtUp();
    Optional<TaskView.Entry> known = view.tasks().find(start.appId(), start.taskId());
    if (known.isPresent()) {
      CommandId first = known.get().startCommandId();
      if (first != null && !first.equals(start.commandId())) {
        throw Refusals.keyReused();
      }
      return answer(known.get().task(), prefer, language);
    }
    if (checkedKey.isPresent() && !allRead) {
      // The key's task may be among those that were still to be read.
      throw Refusals.notReady();
    }
    starts.check(session, start);
    requireBudget(session.appId());
    Draft command = new Draft(start, start.commandId().value(), TraceParent.of(call.request()));
    return keys.run(
            session,
            "start:" + roomId,
            checkedKey,
            start.commandId().value(),
            () -> view.tasks().find(start.appId(), start.taskId()).isPresent(),
            // Only what was published is waited for.
            () -> publisher.publish(command).invoke(() -> view.tasks().requested(start)))
        .flatMap(done -> answer(TaskView.asTask(start), prefer, language));
  }

  // An agent that runs goes on: people are talking to it.
  private void requireBudget(AppId appId) {
    Optional<Duration> budget =
        applications.find(appId).flatMap(Applications.Application::dailyBudget);
    if (budget.isEmpty()) {
      return;
    }
    if (!usage.caughtUp()) {
      throw Refusals.usageNotReady();
    }
    Optional<DailyBudget.Exhausted> exhausted =
        usage.budget().exhausted(appId, budget.get(), clock.instant());
    if (exhausted.isPresent()) {
      throw Refusals.budgetUsedUp(exhausted.get(), clock.instant());
    }
  }

  private Uni<Response> answer(AgentTask task, @Nullable String prefer, Locale language) {
    Optional<Duration> wait = wait(prefer);
    Uni<AgentTask> settled =
        wait.isEmpty()
            ? Uni.createFrom().item(task)
            : Uni.createFrom()
                .completionStage(
                    () -> view.tasks().await(task, StartResource::startSettled, wait.get()));
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
}
