package dev.parley.agent.http;

import dev.parley.agent.config.AgentControlConfig;
import dev.parley.agent.kafka.AgentView;
import dev.parley.agent.kafka.SeenCommands;
import dev.parley.events.AgentCommand;
import dev.parley.events.AgentCommand.ReturnToolResult;
import dev.parley.events.AgentCommand.StopAgent;
import dev.parley.events.AgentTask;
import dev.parley.events.StopReason;
import dev.parley.events.codec.EventIds;
import dev.parley.events.id.AppId;
import dev.parley.events.id.CommandId;
import dev.parley.events.id.RoomId;
import dev.parley.events.id.TaskId;
import dev.parley.kit.kafka.EventPublisher;
import dev.parley.kit.kafka.EventPublisher.Draft;
import dev.parley.kit.session.Session;
import dev.parley.kit.trace.TraceParent;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.core.Response;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Sends commands to agents that there are. */
@ApplicationScoped
class Steering {
  private static final Duration STOP_TTL = Duration.ofDays(1);

  private final AgentControlConfig config;
  private final CallerTasks tasks;
  private final AgentView view;
  private final OncePerKey keys;
  private final EventPublisher publisher;
  private final RoutingContext call;
  private final Clock clock;

  @Inject
  Steering(
      AgentControlConfig config,
      CallerTasks tasks,
      AgentView view,
      OncePerKey keys,
      EventPublisher publisher,
      RoutingContext call,
      Clock clock) {
    this.config = config;
    this.tasks = tasks;
    this.view = view;
    this.keys = keys;
    this.publisher = publisher;
    this.call = call;
    this.clock = clock;
  }

  /** Makes a command of what every command has. */
  @FunctionalInterface
  interface Maker {
    AgentCommand make(
        AppId appId,
        RoomId roomId,
        long now,
        TaskId taskId,
        CommandId commandId,
        String requestedBy,
        long expires);
  }

  /**
   * Sends a command once per key.
   *
   * @param what the purpose: the same key for another one is another request
   * @param fingerprint of what the body says
   */
  Uni<Response> send(
      Session session,
      String taskIdText,
      String what,
      @Nullable String key,
      String fingerprint,
      Maker maker) {
    String traceparent = TraceParent.of(call.request());
    Optional<String> checkedKey = OncePerKey.checked(key, call);
    return tasks
        .findToSteer(session, taskIdText)
        .flatMap(task -> send(session, task, what, checkedKey, fingerprint, maker, traceparent));
  }

  private Uni<Response> send(
      Session session,
      AgentTask task,
      String what,
      Optional<String> checkedKey,
      String fingerprint,
      Maker maker,
      @Nullable String traceparent) {
    long now = clock.millis();
    AgentCommand command =
        maker.make(
            task.appId(),
            task.roomId(),
            now,
            task.taskId(),
            commandId(session, task, what, checkedKey),
            session.subject(),
            now + config.tasks().commandTtl().toMillis());
    // A result that did not reach the agent may be given again.
    boolean again =
        command instanceof ReturnToolResult
            && view.events().refused(task.appId(), task.taskId(), command.commandId());
    if (command instanceof ReturnToolResult && !again && answeredBefore(command)) {
      // The first answer counts; the worker would pass over this one.
      return Uni.createFrom()
          .item(
              Response.accepted(Answers.Command.duplicate(task.taskId(), command.commandId()))
                  .build());
    }
    Response accepted =
        Response.accepted(Answers.Command.of(task.taskId(), command.commandId())).build();
    if (checkedKey.isPresent()) {
      // What was asked for with the key may be still to be read.
      tasks.requireView();
    }
    if (checkedKey.isPresent() && !again && repeated(command)) {
      return Uni.createFrom().item(accepted);
    }
    return keys.run(
            session,
            what + ":" + task.recordKey(),
            checkedKey,
            EventIds.derived(fingerprint),
            () -> publishTo(task, command, traceparent))
        .map(done -> accepted);
  }

  private boolean answeredBefore(AgentCommand command) {
    return view.commands().find(command.commandId()).isPresent();
  }

  // Another instance may have taken the same key: Kafka has told this one.
  private boolean repeated(AgentCommand command) {
    return view.commands()
        .find(command.commandId())
        .map(
            content -> {
              if (!content.equals(SeenCommands.contentOf(command))) {
                throw Refusals.keyReused();
              }
              return true;
            })
        .orElse(false);
  }

  private Uni<Void> publishTo(AgentTask task, AgentCommand command, @Nullable String traceparent) {
    if (task.state().ended() || task.state() == AgentTask.State.STOPPING) {
      throw Refusals.taskEnded(task.state().name());
    }
    return publisher
        .publish(new Draft(command, command.commandId().value(), traceparent))
        .invoke(() -> view.commands().note(command));
  }

  /** Stops an agent; one that is over already stays so. */
  Uni<Response> stop(Session session, String taskIdText, @Nullable String key, Locale language) {
    Optional<String> checkedKey = OncePerKey.checked(key, call);
    return tasks
        .findToSteer(session, taskIdText)
        .flatMap(task -> stop(session, task, checkedKey, language));
  }

  private Uni<Response> stop(
      Session session, AgentTask task, Optional<String> checkedKey, Locale language) {
    Response answer = Response.accepted(Answers.Task.of(task, language)).build();
    if (task.state().ended()) {
      return Uni.createFrom().item(answer);
    }
    CommandId commandId = commandId(session, task, "stop", checkedKey);
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
    return publisher
        .publish(new Draft(stop, commandId.value(), TraceParent.of(call.request())))
        .map(done -> answer);
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
}
