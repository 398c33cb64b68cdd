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
    @About("False once the room is over.") boolean open,
    @About(value = "When the room came to life.", unit = "ms") long openedTimeMillis,
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
      @About(value = "When the user joined.", unit = "ms") long joinedTimeMillis,
      @About("The streams that the user sends.") List<Stream> streams,
      @About("True while the microphone is on.") boolean audioCapturing,
      @About("True while the camera is on.") boolean videoCapturing) {
    public User {
      streams = List.copyOf(streams);
    }
  }

  /** One stream of a user. */
  public record Stream(
      @About("Audio or video.") RoomEvent.MediaType mediaType,
      @About("True for a shared screen.") boolean screen) {}

  /** An agent in the room. */
  public record Agent(
      @About("The agent's user id in the room.") UserId userId,
      @Nullable TaskId taskId,
      @About("What its conversation is doing; absent before the first report.")
          AgentEvent.@Nullable Stage stage) {}
}
