package dev.parley.simulator.http;

import dev.parley.simulator.SimulatedCloud;
import dev.parley.simulator.SimulatorLoop;
import dev.parley.simulator.agent.ScriptLine;
import dev.parley.simulator.callback.CallbackDispatcher.Delivery;
import dev.parley.simulator.fault.FaultRule;
import dev.parley.simulator.room.Presence;
import dev.parley.simulator.room.Room;
import dev.parley.simulator.voicechat.ApiCall;
import dev.parley.simulator.voicechat.TaskView;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/**
 * Looks into the simulated cloud and tells it how to behave. For local use: nobody is asked who
 * they are.
 */
@Path("/admin")
@Tag(name = "Admin", description = "Looks into the simulated cloud and tells it how to behave")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public class AdminResource {

  private final SimulatedCloud cloud;
  private final SimulatorLoop loop;

  AdminResource(SimulatedCloud cloud, SimulatorLoop loop) {
    this.cloud = cloud;
    this.loop = loop;
  }

  /** A task. */
  @Schema(name = "Task")
  public record TaskJson(
      String appId,
      String roomId,
      String taskId,
      String agentUserId,
      String targetUserId,
      TaskView.State state,
      @Nullable String stage,
      int roundId,
      Instant acceptedAt,
      @Nullable Instant endedAt,
      @Nullable String endReason) {

    static TaskJson of(TaskView view) {
      return new TaskJson(
          view.key().room().appId(),
          view.key().room().roomId(),
          view.key().taskId(),
          view.agentUserId(),
          view.targetUserId(),
          view.state(),
          view.stage() == null ? null : view.stage().name(),
          view.roundId(),
          view.acceptedAt(),
          view.endedAt(),
          view.endReason() == null ? null : view.endReason().name());
    }
  }

  /** A room. */
  @Schema(name = "Room")
  public record RoomJson(String appId, String roomId, List<Presence> users) {

    static RoomJson of(Room room) {
      return new RoomJson(room.key().appId(), room.key().roomId(), room.users());
    }
  }

  /** A callback that was delivered, or not. */
  @Schema(name = "Callback")
  public record CallbackJson(
      Instant at,
      String kind,
      String label,
      String appId,
      String roomId,
      @Nullable String taskId,
      String url,
      String outcome,
      int tries,
      int lastStatus) {

    static CallbackJson of(Delivery delivery) {
      return new CallbackJson(
          delivery.at(),
          delivery.kind().name(),
          delivery.what().action(),
          delivery.what().appId(),
          delivery.what().roomId(),
          delivery.what().taskId(),
          delivery.url().toString(),
          delivery.outcome().name(),
          delivery.tries(),
          delivery.lastStatus());
    }
  }

  /** What agents answer, in all rooms, in the rooms of an app, or in one room. */
  @Schema(name = "Script")
  public record ScriptJson(
      @Nullable String appId, @Nullable String roomId, @Nullable List<ScriptLineJson> lines) {}

  /** One line of a script. */
  @Schema(name = "ScriptLine")
  public record ScriptLineJson(
      @Schema(required = true, description = "Strikes when the user's words contain it")
          @Nullable String whenUserSays,
      @Schema(
              required = true,
              description = "{text} is what the user said, {result} what the tool answered")
          @Nullable String answer,
      @Schema(description = "A declared function to call first") @Nullable String tool,
      @Schema(description = "JSON text of its arguments") @Nullable String arguments) {

    ScriptLine toLine() {
      return new ScriptLine(
          required("whenUserSays", whenUserSays), required("answer", answer), tool, arguments);
    }
  }

  /** All tasks that are remembered. */
  @GET
  @Path("/tasks")
  @Operation(summary = "Active tasks, then ended ones")
  public Uni<List<TaskJson>> tasks(@QueryParam("state") TaskView.@Nullable State state) {
    return ask(
        () ->
            cloud.openApi().tasks().all().stream()
                .filter(view -> state == null || view.state() == state)
                .map(TaskJson::of)
                .toList());
  }

  /** All rooms with somebody in them. */
  @GET
  @Path("/rooms")
  @Operation(summary = "Rooms and who is in them")
  public Uni<List<RoomJson>> rooms() {
    return ask(() -> cloud.rooms().all().stream().map(RoomJson::of).toList());
  }

  /** The latest OpenAPI requests. */
  @GET
  @Path("/calls")
  @Operation(summary = "OpenAPI requests that were seen, oldest first")
  public Uni<List<ApiCall>> calls() {
    return ask(() -> cloud.openApi().calls());
  }

  /** The latest callbacks. */
  @GET
  @Path("/callbacks")
  @Operation(summary = "Callbacks and how they went, oldest first")
  public Uni<List<CallbackJson>> callbacks() {
    return ask(() -> cloud.callbacks().deliveries().stream().map(CallbackJson::of).toList());
  }

  /** Replaces a script. */
  @POST
  @Path("/script")
  @Operation(summary = "Replaces the script of a scope; no lines remove it")
  public Uni<Void> script(@Nullable ScriptJson script) {
    return ask(
        () -> {
          ScriptJson given = required("the body", script);
          cloud
              .scripts()
              .put(
                  given.appId(),
                  given.roomId(),
                  required("lines", given.lines()).stream()
                      .map(line -> required("a line", line).toLine())
                      .toList());
          return null;
        });
  }

  /** The faults in force. */
  @GET
  @Path("/faults")
  @Operation(summary = "Faults in force")
  public Uni<List<FaultRequest>> faults() {
    return ask(() -> cloud.faults().inForce().stream().map(FaultRequest::of).toList());
  }

  /** Replaces the faults. */
  @PUT
  @Path("/faults")
  @Operation(summary = "Replaces all faults")
  public Uni<Void> replaceFaults(@Nullable List<FaultRequest> faults) {
    return ask(
        () -> {
          List<FaultRule> rules =
              required("the body", faults).stream()
                  .map(fault -> required("a fault", fault).toRule())
                  .toList();
          cloud.faults().replace(rules);
          return null;
        });
  }

  /** Removes the faults. */
  @DELETE
  @Path("/faults")
  @Operation(summary = "Removes all faults")
  public Uni<Void> removeFaults() {
    return ask(
        () -> {
          cloud.faults().replace(List.of());
          return null;
        });
  }

  /** Forgets everything. */
  @POST
  @Path("/reset")
  @Consumes(MediaType.WILDCARD)
  @Operation(summary = "No tasks, rooms, faults, scripts; clients are put out")
  public Uni<Void> reset() {
    return ask(
        () -> {
          cloud.reset();
          return null;
        });
  }

  private <T> Uni<T> ask(Supplier<T> question) {
    return Uni.createFrom()
        .completionStage(() -> loop.call(question))
        .onFailure(IllegalArgumentException.class)
        .transform(e -> new AdminProblem(String.valueOf(e.getMessage())));
  }

  private static <T> T required(String what, @Nullable T value) {
    if (value == null) {
      throw new IllegalArgumentException(what + " is missing");
    }
    return Objects.requireNonNull(value);
  }
}
