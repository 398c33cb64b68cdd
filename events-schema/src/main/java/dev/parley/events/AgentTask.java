package dev.parley.events;

import dev.parley.events.id.AppId;
import dev.parley.events.id.CommandId;
import dev.parley.events.id.RoomId;
import dev.parley.events.id.TaskId;
import dev.parley.events.id.UserId;
import org.jspecify.annotations.Nullable;

/**
 * The current state of one agent task. Its record key is {@code appId:roomId:taskId}, on the
 * partition of {@code appId:roomId}.
 */
@EventType(
    value = "dev.parley.agent.task.v1",
    topic = Topic.AGENT_TASKS,
    about = "The current state of an agent task.")
public record AgentTask(
    AppId appId,
    RoomId roomId,
    long eventTimeMillis,
    TaskId taskId,
    @About("Where the task stands.") State state,
    @About(value = "The scene: the named template of the agent.", example = "assistant")
        String scene,
    @About(value = "The agent's user id in the room.", example = "agent-1") UserId agentUserId,
    @About("The human whom the agent listens to.") UserId targetUserId,
    @About("The last command that was carried out or refused.") CommandId lastCommandId,
    @About(value = "When the start was asked for.", unit = "ms") long requestedTimeMillis,
    @About(value = "When the cloud accepted the start.", unit = "ms")
        @Nullable Long dispatchedTimeMillis,
    @About(value = "When the agent was seen in the room.", unit = "ms")
        @Nullable Long runningTimeMillis,
    @About(value = "When the stop was decided.", unit = "ms") @Nullable Long stoppingTimeMillis,
    @About(value = "When the task ended, stopped or failed.", unit = "ms")
        @Nullable Long endedTimeMillis,
    @About("Why the agent is or was stopped.") @Nullable StopReason stopReason,
    @About("What went wrong; present only in state FAILED.") @Nullable Failure failure)
    implements RoomScoped {

  /** Where a task stands. */
  public enum State {
    REQUESTED,
    DISPATCHED,
    RUNNING,
    STOPPING,
    STOPPED,
    FAILED;

    /** True where nothing follows any more. */
    public boolean ended() {
      return this == STOPPED || this == FAILED;
    }
  }

  @Override
  public String recordKey() {
    return roomKey().task(taskId);
  }
}
