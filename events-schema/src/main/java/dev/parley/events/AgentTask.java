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
    @About(value = "Where the task stands.", example = "STOPPED") State state,
    @About(value = "The scene: the named template of the agent.", example = "assistant")
        String scene,
    @About(value = "The agent's user id in the room.", example = "agent-1") UserId agentUserId,
    @About(value = "The human whom the agent listens to.", example = "alice") UserId targetUserId,
    @About("The last command that was carried out or refused.") CommandId lastCommandId,
    @About(
            value = "When the start was asked for, Unix time.",
            unit = "ms",
            example = "1750000000123")
        long requestedTimeMillis,
    @About(
            value = "When the cloud accepted the start, Unix time.",
            unit = "ms",
            example = "1750000000480")
        @Nullable Long dispatchedTimeMillis,
    @About(
            value = "When the agent was seen in the room, Unix time.",
            unit = "ms",
            example = "1750000001650")
        @Nullable Long runningTimeMillis,
    @About(value = "When the stop was decided, Unix time.", unit = "ms", example = "1750000043650")
        @Nullable Long stoppingTimeMillis,
    @About(
            value = "When the task ended, stopped or failed, Unix time.",
            unit = "ms",
            example = "1750000043900")
        @Nullable Long endedTimeMillis,
    @About(value = "Why the agent is or was stopped.", example = "TARGET_LEFT")
        @Nullable StopReason stopReason,
    @About("What went wrong; present only in state FAILED.") @Nullable Failure failure,
    @About(
            value =
                "Since when the target user is gone, Unix time; absent while it is there, and before it came.",
            unit = "ms",
            example = "1750000033900")
        @Nullable Long targetLeftTimeMillis,
    @About(
            value =
                "Since when the agent's user is gone, Unix time; absent while it is there, and before it came.",
            unit = "ms",
            example = "1750000033900")
        @Nullable Long agentLeftTimeMillis,
    @About(
            value =
                "Since when the cloud is asked to stop what the ended task may have left there, Unix time; absent once the cloud has confirmed it.",
            unit = "ms",
            example = "1750000043900")
        @Nullable Long cleanUpSinceTimeMillis,
    @About(
            value =
                "The start that the task came from; another start under its task id is refused.",
            since = "0.2")
        @Nullable CommandId startCommandId)
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
