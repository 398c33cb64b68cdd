package dev.parley.room;

import dev.parley.events.id.TaskId;
import dev.parley.events.id.UserId;
import dev.parley.room.frame.FrameBody.Conversation;
import org.jspecify.annotations.Nullable;

/**
 * How a frame came here; what is null is not known.
 *
 * @param uplink true when it was sent to the agent, not by it
 */
record Delivery(
    @Nullable UserId sender,
    @Nullable UserId receiver,
    @Nullable TaskId taskId,
    long atMillis,
    boolean uplink) {

  /** The task of a conversation state: it knows best. */
  @Nullable TaskId taskOf(Conversation conversation) {
    return conversation.taskId() == null ? taskId : conversation.taskId();
  }
}
