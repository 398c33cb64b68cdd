package dev.parley.room;

import dev.parley.events.AgentEvent.Stage;
import dev.parley.events.id.UserId;
import dev.parley.room.Track.Change;
import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Everything the reducer remembers of one room, so that the next observation can be understood.
 * Bounded: the oldest entries of users, clients, tasks and rounds go first.
 *
 * @param seenMillis the latest moment (gateway's clock) up to which reports are taken in
 * @param toldMillis the latest time that a fact about the room, or about who is there and what they
 *     send, was told with
 * @param users by user id
 * @param clients by {@code userId/clientId}
 * @param tasks by task id
 * @param agents user ids that have spoken as an agent
 */
public record RoomMemory(
    boolean open,
    long openedMillis,
    long seenMillis,
    long toldMillis,
    Map<String, UserMemory> users,
    Map<String, ClientMemory> clients,
    Map<String, TaskMemory> tasks,
    List<UserId> agents) {

  /** A room that nobody has heard of. */
  public static final RoomMemory EMPTY =
      new RoomMemory(false, 0, 0, 0, Map.of(), Map.of(), Map.of(), List.of());

  public RoomMemory {
    users = Ordered.copyOf(users);
    clients = Ordered.copyOf(clients);
    tasks = Ordered.copyOf(tasks);
    agents = List.copyOf(agents);
  }

  /**
   * A user: presence, and each thing the user sends or switches on.
   *
   * @param withdrawn the words for this visit that are no longer given; null for none
   */
  record UserMemory(Track presence, Map<Slot, Track> slots, @Nullable Withdrawn withdrawn) {
    static final UserMemory EMPTY = new UserMemory(Track.EMPTY, Map.of(), null);

    UserMemory {
      slots = Ordered.copyOf(slots);
    }

    Track slot(Slot slot) {
      return slots.getOrDefault(slot, Track.EMPTY);
    }

    UserMemory withPresence(Track changed) {
      boolean sameVisit = changed.on() && Objects.equals(index(changed), index(presence));
      return new UserMemory(changed, slots, sameVisit ? withdrawn : null);
    }

    private static @Nullable Long index(Track track) {
      Change last = track.last();
      return last == null ? null : last.index();
    }

    UserMemory withSlots(Map<Slot, Track> changed) {
      return new UserMemory(presence, changed, withdrawn);
    }

    /** One more that saw the user until then entered anew at a later time. */
    UserMemory withdrawn(long sinceMillis, long seenMillis) {
      return new UserMemory(
          presence,
          slots,
          withdrawn == null
              ? new Withdrawn(sinceMillis, seenMillis)
              : new Withdrawn(
                  Math.max(withdrawn.sinceMillis(), sinceMillis),
                  Math.max(withdrawn.seenMillis(), seenMillis)));
    }
  }

  /**
   * Clients told of a user, said goodbye, and entered anew.
   *
   * @param sinceMillis when the last of them entered; gateway's clock
   * @param seenMillis event time until which one of them vouched for the user
   */
  record Withdrawn(long sinceMillis, long seenMillis) {}

  /**
   * A relaying client.
   *
   * @param highest the highest sequence taken in
   * @param missed bit n is set when {@code highest - n} has not been taken in, as hexadecimal;
   *     empty for none, which is the rule
   * @param connectionId the open connection; null while there is none
   * @param signMillis the last sign of the connection, or when it ended; gateway's clock
   * @param leftMillis event time of the end of the last connection
   * @param lapsed true once the client has been away for longer than the grace
   * @param endedConnection the last connection that is known to have ended, so that its renewals
   *     say nothing any more
   * @param silenced true when another client of the user took over: only a new connection vouches
   *     again
   */
  record ClientMemory(
      UserId userId,
      long highest,
      @Nullable String missed,
      @Nullable String connectionId,
      long signMillis,
      long leftMillis,
      boolean lapsed,
      @Nullable String endedConnection,
      boolean silenced) {

    static ClientMemory of(UserId userId, long now) {
      return new ClientMemory(userId, 0, null, null, now, now, true, null, false);
    }

    // A gateway has fewer reports of a client under way, a batch has fewer events: what Kafka took
    // only after a retry may be that far behind.
    private static final int WINDOW = ReducerRules.MAX_REPORTS_BEHIND;

    private static final BigInteger MASK =
        BigInteger.ONE.shiftLeft(WINDOW).subtract(BigInteger.ONE);

    private BigInteger missing() {
      return missed == null ? BigInteger.ZERO : new BigInteger(missed, 16);
    }

    /** Whether that report is too old to tell. */
    boolean forgotten(long sequence) {
      return highest - sequence >= WINDOW;
    }

    /** Whether that report was taken in before; too old to tell counts as before. */
    boolean taken(long sequence) {
      if (sequence > highest) {
        return false;
      }
      long back = highest - sequence;
      return missed == null || forgotten(sequence) || !missing().testBit((int) back);
    }

    ClientMemory take(long sequence, long now) {
      if (sequence == highest + 1 && missed == null) {
        return with(sequence, null, now);
      }
      if (forgotten(sequence)) {
        return with(highest, missing(), now);
      }
      if (sequence <= highest) {
        return with(highest, missing().clearBit((int) (highest - sequence)), now);
      }
      int ahead = (int) Math.min(WINDOW, sequence - highest);
      // The reports in between have not come: all bits below, but that of this one.
      BigInteger skipped = BigInteger.ONE.shiftLeft(ahead).subtract(BigInteger.ONE).clearBit(0);
      return with(sequence, missing().shiftLeft(ahead).or(skipped).and(MASK), now);
    }

    private ClientMemory with(long sequence, @Nullable BigInteger missing, long now) {
      String text = missing == null || missing.signum() == 0 ? null : missing.toString(16);
      return new ClientMemory(
          userId, sequence, text, connectionId, now, leftMillis, lapsed, endedConnection, silenced);
    }

    ClientMemory opened(String connection, long now) {
      return new ClientMemory(
          userId, highest, missed, connection, now, leftMillis, false, endedConnection, false);
    }

    /** Nothing more was heard of the connection; should it still be there, it will speak. */
    ClientMemory closed(long now, long at) {
      return new ClientMemory(
          userId, highest, missed, null, now, at, false, endedConnection, silenced);
    }

    /** The connection is known to have ended. */
    ClientMemory ended(long now, long at, boolean forGood) {
      String ended = connectionId == null ? endedConnection : connectionId;
      return new ClientMemory(userId, highest, missed, null, now, at, false, ended, forGood);
    }

    ClientMemory lapse() {
      return new ClientMemory(
          userId, highest, missed, null, signMillis, leftMillis, true, endedConnection, silenced);
    }
  }

  /** An agent task as far as the room shows it. */
  record TaskMemory(
      @Nullable UserId agentUserId,
      @Nullable Stage stage,
      long stageMillis,
      boolean ended,
      Map<String, RoundMemory> rounds,
      List<Long> done) {
    static final TaskMemory EMPTY = new TaskMemory(null, null, 0, false, Map.of(), List.of());

    TaskMemory {
      rounds = Ordered.copyOf(rounds);
      done = List.copyOf(done);
    }
  }

  /**
   * The moments of one round so far.
   *
   * @param settleMillis when the round is told even if moments are missing; 0 while it goes on
   */
  record RoundMemory(
      @Nullable Long begin,
      @Nullable Long asr,
      @Nullable Long llm,
      @Nullable Long start,
      @Nullable Long finish,
      boolean interrupted,
      long settleMillis) {
    static final RoundMemory EMPTY = new RoundMemory(null, null, null, null, null, false, 0);
  }

  // What is left of each thing when all that is remembered would take too much room.
  private static final int FEW_CHANGES = 3;
  private static final int FEW_WORDS = 8;

  /**
   * The same room with less history, for one that takes too much room: the newest changes and words
   * alone, of observers that are still known, and of users who are there.
   */
  public RoomMemory withLessHistory() {
    Map<String, UserMemory> fewer = new LinkedHashMap<>();
    users.forEach(
        (name, user) -> {
          if (user.presence().on()) {
            Map<Slot, Track> tracks = new LinkedHashMap<>();
            user.slots().forEach((slot, track) -> tracks.put(slot, shortened(track)));
            fewer.put(name, user.withPresence(shortened(user.presence())).withSlots(tracks));
          }
        });
    return new RoomMemory(
        open, openedMillis, seenMillis, toldMillis, fewer, clients, tasks, agents);
  }

  private Track shortened(Track track) {
    return track.shortened(
        FEW_CHANGES,
        FEW_WORDS,
        observer ->
            observer.equals(Track.CLOUD)
                || clients.containsKey(observer)
                || (observer.startsWith(RoomReducer.self(""))
                    && clients.containsKey(observer.substring(RoomReducer.self("").length()))));
  }

  /** The memory as bytes for the state store. */
  public byte[] toBytes() {
    return MemoryBytes.write(this);
  }

  /**
   * Reads what {@link #toBytes} wrote.
   *
   * @throws IllegalArgumentException when the bytes are something else
   */
  public static RoomMemory ofBytes(byte @Nullable [] bytes) {
    return bytes == null ? EMPTY : MemoryBytes.read(bytes);
  }
}
