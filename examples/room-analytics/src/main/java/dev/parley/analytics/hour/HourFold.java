package dev.parley.analytics.hour;

import dev.parley.analytics.hour.RoomHour.Rounds;
import dev.parley.analytics.hour.RoomHour.Split;
import dev.parley.analytics.hour.RoomStatus.Agent;
import dev.parley.analytics.hour.RoomStatus.Signal;
import dev.parley.analytics.hour.RoomStatus.User;
import dev.parley.events.id.RoomKey;
import dev.parley.events.id.TaskId;
import dev.parley.events.id.UserId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Adds up one hour of a room. Pure: the same status, marks and end give the same figures and the
 * same status for the next hour.
 *
 * <p>A user is present from joining, or from the first sound if no joining is known, until leaving
 * or the end of the room. A microphone is open while the user is present and at least one of the
 * two signals (audio stream, microphone) says on and neither says off. An agent speaks from stage
 * SPEAKING until its next stage, the end of its task, or its leaving. Whoever is named as an agent
 * by an agent event of this or the previous hour, or was one and is still there, is an agent;
 * everybody else is a human.
 */
public final class HourFold {
  /** Figures of an hour, and how the room stands at their end. */
  public record Outcome(RoomHour figures, RoomStatus end) {}

  private static final class Person {
    boolean present;
    boolean seen;
    Signal audioStream = Signal.UNKNOWN;
    Signal microphone = Signal.UNKNOWN;
    long presentMillis;
    long openMillis;

    void enter() {
      if (!present) {
        present = true;
        seen = true;
        // What was said of an earlier stay says nothing of this one.
        audioStream = Signal.UNKNOWN;
        microphone = Signal.UNKNOWN;
      }
    }

    void audioStream(boolean on) {
      if (on) {
        enter();
      }
      audioStream = Signal.of(on);
    }

    void microphone(boolean on) {
      if (on) {
        enter();
      }
      microphone = Signal.of(on);
    }

    boolean open() {
      return present
          && audioStream != Signal.OFF
          && microphone != Signal.OFF
          && (audioStream == Signal.ON || microphone == Signal.ON);
    }
  }

  private static final class Voice {
    @Nullable TaskId taskId;
    boolean speaking;
    boolean heardOf;
    boolean tookPart;
    long speakingMillis;
  }

  private final Map<UserId, Person> people = new LinkedHashMap<>();
  private final Map<UserId, Voice> voices = new LinkedHashMap<>();
  private final ResponseTimes responseTimes = new ResponseTimes();
  private long rounds;
  private long interrupted;
  private long nowMillis;

  private HourFold(RoomStatus start, long startMillis) {
    nowMillis = startMillis;
    for (User user : start.users()) {
      Person person = person(user.userId());
      person.enter();
      person.audioStream = user.audioStream();
      person.microphone = user.microphone();
    }
    for (Agent agent : start.agents()) {
      Voice voice = voice(agent.userId());
      voice.taskId = agent.taskId();
      voice.speaking = agent.speaking();
      voice.tookPart = agent.speaking();
    }
  }

  /**
   * Adds up an hour.
   *
   * @param start how the room stood when the hour began
   * @param marks the hour's marks
   * @param untilMillis up to when to count, in the hour or its end
   */
  public static Outcome fold(
      RoomKey room, RoomStatus start, Hour hour, SortedSet<Mark> marks, long untilMillis) {
    HourFold fold = new HourFold(start, hour.startMillis());
    for (Mark mark : marks) {
      fold.passUntil(mark.atMillis());
      fold.apply(mark.change());
    }
    fold.passUntil(untilMillis);
    return new Outcome(fold.figures(room, hour), fold.end());
  }

  private void passUntil(long millis) {
    long passed = millis - nowMillis;
    nowMillis = millis;
    for (Person person : people.values()) {
      person.presentMillis += person.present ? passed : 0;
      person.openMillis += person.open() ? passed : 0;
    }
    for (Voice voice : voices.values()) {
      voice.speakingMillis += voice.speaking ? passed : 0;
    }
  }

  private void apply(Change change) {
    switch (change) {
      case Change.Entered entered -> person(entered.userId()).enter();
      case Change.Left left -> leave(left.userId());
      case Change.Emptied emptied -> List.copyOf(people.keySet()).forEach(this::leave);
      case Change.AudioStream stream -> person(stream.userId()).audioStream(stream.on());
      case Change.Microphone microphone -> person(microphone.userId()).microphone(microphone.on());
      case Change.AgentNamed named -> heardOf(named.agentUserId(), named.taskId());
      case Change.AgentStage stage -> {
        Voice voice = heardOf(stage.agentUserId(), stage.taskId());
        voice.speaking = stage.speaking();
        voice.tookPart = true;
      }
      case Change.AgentEnded ended ->
          voices.values().stream()
              .filter(voice -> ended.taskId().equals(voice.taskId))
              .forEach(voice -> voice.speaking = false);
      case Change.RoundEnded round -> {
        rounds++;
        interrupted += round.interrupted() ? 1 : 0;
        if (round.responseMillis() != null) {
          responseTimes.add(round.responseMillis());
        }
      }
    }
  }

  private void leave(UserId userId) {
    person(userId).present = false;
    Voice voice = voices.get(userId);
    if (voice != null) {
      voice.speaking = false;
    }
  }

  private Voice heardOf(UserId agentUserId, @Nullable TaskId taskId) {
    Voice voice = voice(agentUserId);
    voice.heardOf = true;
    voice.taskId = taskId == null ? voice.taskId : taskId;
    return voice;
  }

  private Person person(UserId userId) {
    return people.computeIfAbsent(userId, unknown -> new Person());
  }

  private Voice voice(UserId userId) {
    return voices.computeIfAbsent(userId, unknown -> new Voice());
  }

  private RoomHour figures(RoomKey room, Hour hour) {
    Predicate<UserId> agent = voices::containsKey;
    long humansSeen =
        people.entrySet().stream()
            .filter(entry -> entry.getValue().seen && !agent.test(entry.getKey()))
            .count();
    long agentsSeen =
        voices.entrySet().stream()
            .filter(
                entry -> {
                  Person person = people.get(entry.getKey());
                  return entry.getValue().tookPart || (person != null && person.seen);
                })
            .count();
    return new RoomHour(
        room.appId(),
        room.roomId(),
        hour.startMillis(),
        0,
        false,
        nowMillis,
        new Split(humansSeen, agentsSeen),
        new Split(
            sum(agent.negate(), person -> person.presentMillis),
            sum(agent, person -> person.presentMillis)),
        new Split(
            sum(agent.negate(), person -> person.openMillis),
            voices.values().stream().mapToLong(voice -> voice.speakingMillis).sum()),
        new Rounds(rounds, interrupted),
        responseTimes.summary());
  }

  private long sum(Predicate<UserId> who, ToLongFunction<Person> what) {
    return people.entrySet().stream()
        .filter(entry -> who.test(entry.getKey()))
        .mapToLong(entry -> what.applyAsLong(entry.getValue()))
        .sum();
  }

  private RoomStatus end() {
    List<User> users = new ArrayList<>();
    people.forEach(
        (userId, person) -> {
          if (person.present) {
            users.add(new User(userId, person.audioStream, person.microphone));
          }
        });
    List<Agent> agents = new ArrayList<>();
    voices.forEach(
        (userId, voice) -> {
          Person person = people.get(userId);
          // One that is not there and was not heard of for an hour is forgotten, or a lost end of
          // speech would be counted for ever.
          if (voice.heardOf || (person != null && person.present)) {
            agents.add(new Agent(userId, voice.taskId, voice.speaking));
          }
        });
    return new RoomStatus(users, agents);
  }
}
