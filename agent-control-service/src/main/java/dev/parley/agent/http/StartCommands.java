package dev.parley.agent.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import dev.parley.agent.config.AgentControlConfig;
import dev.parley.agent.config.Applications;
import dev.parley.agent.config.Applications.Application;
import dev.parley.agent.scene.Scene;
import dev.parley.agent.scene.SceneCatalogue;
import dev.parley.events.AgentCommand.StartAgent;
import dev.parley.events.codec.EventIds;
import dev.parley.events.id.CommandId;
import dev.parley.events.id.RoomKey;
import dev.parley.events.id.TaskId;
import dev.parley.events.id.UserId;
import dev.parley.kit.session.Role;
import dev.parley.kit.session.Session;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Makes the command of a start, or says what the caller may not ask for. */
@ApplicationScoped
class StartCommands {
  /** What a participant may name an agent: never like a person, who would be thrown out. */
  private static final String AGENT_PREFIX = "agent-";

  private final AgentControlConfig config;
  private final Applications applications;
  private final SceneCatalogue scenes;
  private final Clock clock;

  @Inject
  StartCommands(
      AgentControlConfig config, Applications applications, SceneCatalogue scenes, Clock clock) {
    this.config = config;
    this.applications = applications;
    this.scenes = scenes;
    this.clock = clock;
  }

  /**
   * The command, before anybody has looked whether its scene permits it: what was permitted once is
   * answered again, whatever has become of the scene.
   *
   * @param key task and command ids derive from it; without one they are made up
   */
  StartAgent make(Session session, RoomKey room, Requests.Start body, Optional<String> key) {
    String scene = body.requiredScene();
    JsonNode overrides = body.overrides() instanceof NullNode ? null : body.overrides();
    UserId target = target(session, body.targetUserId());
    String welcome = body.checkedWelcomeMessage();
    String taskPart =
        key.map(
                k ->
                    EventIds.derived(
                        "task", room.toString(), session.role().claim(), session.subject(), k))
            .orElseGet(() -> UUID.randomUUID().toString());
    TaskId taskId = TaskId.of("t-" + taskPart);
    UserId agent = agent(session, body.agentUserId(), taskPart);
    if (agent.equals(target)) {
      throw Refusals.agentIsTarget();
    }
    // The body is part of the command's id and not of the task's: the same key with another body
    // names the same task and another command, which every instance and the worker can tell.
    CommandId commandId =
        CommandId.of(
            "c-"
                + EventIds.derived(
                    "start",
                    taskId.value(),
                    scene,
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
        scene,
        agent,
        target,
        welcome,
        overrides);
  }

  /** Says what of a start the caller may not ask for. */
  void check(Session session, StartAgent start) {
    Application application =
        applications.find(start.appId()).orElseThrow(Refusals::appNotConfigured);
    Scene scene = scenes.find(start.scene()).orElseThrow(Refusals::sceneUnknown);
    if (session.role() == Role.PARTICIPANT && !scene.participants()) {
      throw Refusals.sceneNotAllowed();
    }
    String version = application.access().version();
    if (scene.version() != null && !scene.version().equals(version)) {
      throw Refusals.sceneNotForApp(version);
    }
    scene
        .firstForbidden(start.overrides())
        .ifPresent(
            path -> {
              throw Refusals.overrideNotPermitted(path);
            });
    scene
        .firstFault(start.overrides())
        .ifPresent(
            fault -> {
              throw Refusals.overrideInvalid(fault);
            });
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
      return UserId.of(AGENT_PREFIX + taskPart.replace("-", "").substring(0, 16));
    }
    if (session.role() == Role.PARTICIPANT && !asked.value().startsWith(AGENT_PREFIX)) {
      throw Refusals.agentUserNotAllowed(AGENT_PREFIX);
    }
    return asked;
  }
}
