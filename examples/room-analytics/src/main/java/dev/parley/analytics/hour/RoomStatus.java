package dev.parley.analytics.hour;

import dev.parley.events.id.TaskId;
import dev.parley.events.id.UserId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a room stands between two hours: what the next hour must know of those before. */
public record RoomStatus(List<User> users, List<Agent> agents) {
  /** A room of which nothing is known. */
  public static final RoomStatus EMPTY = new RoomStatus(List.of(), List.of());

  /** What is known of one source of sound. */
  public enum Signal {
    UNKNOWN,
    ON,
    OFF;

    static Signal of(boolean on) {
      return on ? ON : OFF;
    }
  }

  /** A user who is there. */
  public record User(UserId userId, Signal audioStream, Signal microphone) {}

  /** A user id that is an agent's, present or not, and the last task known of it. */
  public record Agent(UserId userId, @Nullable TaskId taskId, boolean speaking) {}

  public RoomStatus {
    users = List.copyOf(users);
    agents = List.copyOf(agents);
  }
}
