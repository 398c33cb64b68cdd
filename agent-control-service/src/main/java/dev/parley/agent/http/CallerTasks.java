package dev.parley.agent.http;

import dev.parley.agent.kafka.AgentView;
import dev.parley.agent.kafka.TaskView;
import dev.parley.agent.scene.Scene;
import dev.parley.agent.scene.SceneCatalogue;
import dev.parley.events.AgentTask;
import dev.parley.events.id.TaskId;
import dev.parley.kit.session.Role;
import dev.parley.kit.session.Session;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Optional;

/** The tasks that a caller may know of. */
@ApplicationScoped
class CallerTasks {
  /** How long this instance may be behind another one that has just answered with a task's id. */
  static final Duration BEHIND = Duration.ofSeconds(2);

  private final AgentView view;
  private final SceneCatalogue scenes;

  @Inject
  CallerTasks(AgentView view, SceneCatalogue scenes) {
    this.view = view;
    this.scenes = scenes;
  }

  /**
   * The task; fails when there is none. Where it is not known here, that is said only once
   * everything was read that Kafka had when it was asked for.
   */
  Uni<AgentTask> find(Session session, String taskIdText) {
    TaskId taskId = new TaskId(taskIdText);
    Optional<AgentTask> task = known(session, taskId);
    if (task.isPresent()) {
      return Uni.createFrom().item(task.get());
    }
    requireView();
    return Uni.createFrom()
        .completionStage(() -> view.readUpToNow(BEHIND))
        .emitOn(Infrastructure.getDefaultExecutor())
        .map(
            upToNow ->
                known(session, taskId)
                    .orElseThrow(() -> upToNow ? Refusals.taskNotFound() : Refusals.notReady()));
  }

  /**
   * The task, for somebody who is to steer or stop it; fails when there is none, or its scene is
   * not for the caller.
   */
  Uni<AgentTask> findToSteer(Session session, String taskIdText) {
    return find(session, taskIdText)
        .invoke(
            task -> {
              if (session.role() == Role.PARTICIPANT && !forParticipants(task.scene())) {
                throw Refusals.agentNotYours();
              }
            });
  }

  private boolean forParticipants(String scene) {
    return scenes.find(scene).map(Scene::participants).orElse(false);
  }

  // Tasks of other rooms look to a participant as if they were not there.
  private Optional<AgentTask> known(Session session, TaskId taskId) {
    return view.tasks()
        .find(session.appId(), taskId)
        .map(TaskView.Entry::task)
        .filter(found -> session.mayEnter(found.roomKey()));
  }

  /** Refuses where it is not known yet what there is. */
  void requireView() {
    if (!view.caughtUp()) {
      throw Refusals.notReady();
    }
  }
}
