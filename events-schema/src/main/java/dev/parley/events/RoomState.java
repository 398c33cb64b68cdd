package dev.parley.events;

import dev.parley.events.id.AppId;
import dev.parley.events.id.RoomId;
import dev.parley.events.id.TaskId;
import dev.parley.events.id.UserId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The current state of one room: what the facts so far add up to. */
@EventType(
    value = "dev.parley.room.state.v1",
    topic = Topic.ROOMS,
    about = "The current state of a room.")
public record RoomState(
    AppId appId,
    RoomId roomId,
    long eventTimeMillis,
    @About(value = "False once the room is over.", example = "true") boolean open,
    @About(value = "When the room came to life, Unix time.", unit = "ms", example = "1750000000123")
        long openedTimeMillis,
    @About("Who is in the room, agents included.") List<User> users,
    @About("Agents heard of in the room.") List<Agent> agents)
    implements RoomScoped {

  public RoomState {
    users = List.copyOf(users);
    agents = List.copyOf(agents);
  }

  /** A user in the room and what they send. */
  public record User(
      UserId userId,
      @About(value = "When the user joined, Unix time.", unit = "ms", example = "1750000000123")
          long joinedTimeMillis,
      @About("The streams that the user sends.") List<Stream> streams,
      @About(value = "True while the microphone is on.", example = "true") boolean audioCapturing,
      @About(value = "True while the camera is on.", example = "false") boolean videoCapturing) {
    public User {
      streams = List.copyOf(streams);
    }
  }

  /** One stream of a user. */
  public record Stream(
      @About(value = "Audio or video.", example = "AUDIO") RoomEvent.MediaType mediaType,
      @About(value = "True for a shared screen.", example = "false") boolean screen) {}

  /** An agent in the room. */
  public record Agent(
      @About(value = "The agent's user id in the room.", example = "agent-1") UserId userId,
      @Nullable TaskId taskId,
      @About(
              value = "What its conversation is doing; absent before the first report.",
              example = "LISTENING")
          AgentEvent.@Nullable Stage stage) {}
}
