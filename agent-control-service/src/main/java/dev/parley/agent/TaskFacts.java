package dev.parley.agent;

import dev.parley.events.id.AppId;
import dev.parley.events.id.CommandId;
import dev.parley.events.id.RoomId;
import dev.parley.events.id.RoomKey;
import dev.parley.events.id.TaskId;
import dev.parley.events.id.UserId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What stays the same in every state of a task, and the last command that was carried out or
 * refused.
 *
 * @param startCommandId the start that the task came from; null where a worker of an older version
 *     wrote the task
 */
public record TaskFacts(
    AppId appId,
    RoomId roomId,
    TaskId taskId,
    String scene,
    UserId agentUserId,
    UserId targetUserId,
    Instant requestedAt,
    CommandId lastCommandId,
    @Nullable CommandId startCommandId) {

  /** The room that the agent is in. */
  public RoomKey room() {
    return new RoomKey(appId, roomId);
  }

  /** {@code appId:roomId:taskId}: the cloud, too, knows a task by these three. */
  public String key() {
    return room().task(taskId);
  }

  TaskFacts after(CommandId commandId) {
    return new TaskFacts(
        appId,
        roomId,
        taskId,
        scene,
        agentUserId,
        targetUserId,
        requestedAt,
        commandId,
        startCommandId);
  }
}
