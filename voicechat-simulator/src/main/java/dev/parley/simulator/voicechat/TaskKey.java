package dev.parley.simulator.voicechat;

import dev.parley.simulator.Identifiers;
import dev.parley.simulator.room.RoomKey;

/** Names a task: the task id is the caller's choice and unique within its room. */
public record TaskKey(RoomKey room, String taskId) {

  public TaskKey {
    Identifiers.require("taskId", taskId);
  }
}
