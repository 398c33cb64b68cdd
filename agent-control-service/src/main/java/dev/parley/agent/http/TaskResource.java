package dev.parley.agent.http;

import dev.parley.agent.kafka.AgentView;
import dev.parley.events.AgentTask;
import dev.parley.kit.session.Role;
import dev.parley.kit.session.Session;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestStreamElementType;
import org.jspecify.annotations.Nullable;

/** Shows agents. Any instance answers, from what Kafka says. */
@Path("/v1/agents")
@Tag(name = "agents")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed({Role.PARTICIPANT_CLAIM, Role.OPERATOR_CLAIM, Role.ANALYST_CLAIM})
@ApplicationScoped
public class TaskResource {
  private static final int MAX_PAGE = 500;

  private final JsonWebToken jwt;
  private final AgentView view;
  private final CallerTasks tasks;

  @Inject
  TaskResource(JsonWebToken jwt, AgentView view, CallerTasks tasks) {
    this.jwt = jwt;
    this.view = view;
    this.tasks = tasks;
  }

  @GET
  @Operation(summary = "List tasks, the newest request first")
  public Answers.Page list(
      @QueryParam("state") @Nullable String state,
      @QueryParam("room") @Nullable String room,
      @QueryParam("scene") @Nullable String scene,
      @Parameter(
              schema =
                  @Schema(
                      type = SchemaType.INTEGER,
                      defaultValue = "50",
                      minimum = "1",
                      maximum = "500"))
          @QueryParam("limit")
          @DefaultValue("50")
          String limit,
      @QueryParam("cursor") @Nullable String cursor,
      @Context HttpHeaders headers) {
    Session session = Session.from(jwt);
    int most = limit(limit);
    tasks.requireView();
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
    List<AgentTask> page = found.stream().limit(most).toList();
    Locale language = Languages.of(headers);
    return new Answers.Page(
        page.stream().map(task -> Answers.Task.of(task, language)).toList(),
        found.size() > page.size() ? Cursor.after(page.getLast()).text() : null);
  }

  // Read here: a text that does not fit a parameter's type would be answered with 404.
  private static int limit(String text) {
    // Ten digits and more are beyond any page.
    int limit = text.matches("[0-9]{1,9}") ? Integer.parseInt(text) : 0;
    if (limit < 1 || limit > MAX_PAGE) {
      throw Refusals.badQuery("limit", "must be 1 to " + MAX_PAGE);
    }
    return limit;
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
  @Path("/{taskId}")
  @Operation(
      summary = "Show a task",
      description = "While it waits for the cloud, waiting says for what and at which place.")
  public Uni<Answers.Task> get(@PathParam("taskId") String taskId, @Context HttpHeaders headers) {
    Locale language = Languages.of(headers);
    return tasks
        .find(Session.from(jwt), taskId)
        .map(task -> Answers.Task.of(task, view.tasks().waiting().find(task), language));
  }

  @GET
  @Path("/{taskId}/events")
  @Blocking
  @Produces(MediaType.SERVER_SENT_EVENTS)
  @RestStreamElementType(MediaType.TEXT_PLAIN)
  @Operation(
      summary = "Follow a task",
      description =
          "Server-sent events; resumes after Last-Event-ID. Ends when the task does, with what it"
              + " used before its end. A gap says that some of what was missed is no longer kept.")
  @APIResponse(
      responseCode = "200",
      description = "The events.",
      content =
          @Content(
              mediaType = MediaType.SERVER_SENT_EVENTS,
              schema = @Schema(type = SchemaType.STRING)))
  @APIResponse(
      responseCode = "204",
      description = "The task is over, and Last-Event-ID is its end: do not come back.")
  public Multi<OutboundSseEvent> events(
      @PathParam("taskId") String taskId,
      @HeaderParam("Last-Event-ID") @Nullable String lastEventId,
      @Context Sse sse) {
    AgentTask task = tasks.find(Session.from(jwt), taskId).await().indefinitely();
    // What is still to be read is not missing.
    if (!view.caughtUp() && !view.readUpToNow(CallerTasks.BEHIND).toCompletableFuture().join()) {
      throw Refusals.notReady();
    }
    if (TaskStream.over(view.events(), task, lastEventId)) {
      throw new WebApplicationException(Response.noContent().build());
    }
    return TaskStream.of(
        view.events(), task, lastEventId, sse, () -> view.readUpToNow(CallerTasks.BEHIND));
  }
}
