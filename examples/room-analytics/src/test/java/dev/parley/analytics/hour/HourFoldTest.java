package dev.parley.analytics.hour;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.analytics.hour.RoomHour.Rounds;
import dev.parley.analytics.hour.RoomHour.Split;
import dev.parley.analytics.hour.RoomStatus.Agent;
import dev.parley.analytics.hour.RoomStatus.Signal;
import dev.parley.analytics.hour.RoomStatus.User;
import dev.parley.events.id.RoomKey;
import dev.parley.events.id.TaskId;
import dev.parley.events.id.UserId;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class HourFoldTest {
  private static final RoomKey ROOM = RoomKey.parse("123456781234567812345678:room-1");
  private static final Hour NINE = new Hour(9 * 3_600_000L);
  private static final Hour TEN = NINE.next();
  private static final UserId ANN = new UserId("ann");
  private static final UserId BOB = new UserId("bob");
  private static final UserId AGENT = new UserId("agent-1");
  private static final TaskId TASK = new TaskId("task-1");

  private final TreeSet<Mark> marks = new TreeSet<>();
  private long offset;

  /** At a second of the hour from nine to ten. */
  private HourFoldTest at(long second, Change change) {
    marks.add(new Mark(NINE.startMillis() + second * 1_000, 0, offset++, change));
    return this;
  }

  private RoomHour figures() {
    return HourFold.fold(ROOM, RoomStatus.EMPTY, NINE, marks, NINE.endMillis()).figures();
  }

  private RoomStatus end() {
    return HourFold.fold(ROOM, RoomStatus.EMPTY, NINE, marks, NINE.endMillis()).end();
  }

  private static RoomHour figuresFrom(RoomStatus start) {
    return HourFold.fold(ROOM, start, TEN, new TreeSet<>(), TEN.endMillis()).figures();
  }

  @Test
  void presenceIsAddedUpOverUsersAndEachCountsOnce() {
    // Given
    at(0, new Change.Entered(ANN)).at(100, new Change.Left(ANN));
    at(200, new Change.Entered(ANN)).at(250, new Change.Left(ANN));
    at(50, new Change.Entered(BOB)).at(110, new Change.Left(BOB));

    // Then
    assertThat(figures().participants()).isEqualTo(new Split(2, 0));
    assertThat(figures().presentMillis()).isEqualTo(new Split(210_000, 0));
  }

  @Test
  void stayAcrossTheHourIsSplitAtTheHour() {
    // Given
    at(3_000, new Change.Entered(ANN));

    // When
    RoomHour first = figures();
    RoomHour second = figuresFrom(end());

    // Then
    assertThat(first.presentMillis()).isEqualTo(new Split(600_000, 0));
    assertThat(second.presentMillis()).isEqualTo(new Split(3_600_000, 0));
    assertThat(second.participants()).isEqualTo(new Split(1, 0));
  }

  @Test
  void openSpansCountUpToWhereTheCountStands() {
    // Given
    at(10, new Change.Entered(ANN));

    // When
    RoomHour sofar =
        HourFold.fold(ROOM, RoomStatus.EMPTY, NINE, marks, NINE.startMillis() + 25_000).figures();

    // Then
    assertThat(sofar.presentMillis()).isEqualTo(new Split(15_000, 0));
    assertThat(sofar.asOfTimeMillis()).isEqualTo(NINE.startMillis() + 25_000);
  }

  @Test
  void leavingOfSomebodyNeverSeenCountsForNothing() {
    // Given
    at(10, new Change.Left(ANN));

    // Then
    assertThat(figures().isBlank()).isTrue();
  }

  @Test
  void endOfTheRoomEndsEverything() {
    // Given
    at(0, new Change.Entered(ANN)).at(0, new Change.AudioStream(ANN, true));
    at(0, new Change.AgentStage(AGENT, TASK, true)).at(0, new Change.Entered(AGENT));
    at(20, new Change.Emptied());

    // Then
    assertThat(figures().presentMillis()).isEqualTo(new Split(20_000, 20_000));
    assertThat(figures().talkMillis()).isEqualTo(new Split(20_000, 20_000));
    assertThat(end().users()).isEmpty();
  }

  @Test
  void microphoneIsOpenWhileOneSignalSaysOnAndNoneSaysOff() {
    // Given
    at(0, new Change.Entered(ANN));
    at(10, new Change.Microphone(ANN, true));
    at(20, new Change.AudioStream(ANN, true));
    at(30, new Change.Microphone(ANN, false));
    at(40, new Change.Microphone(ANN, true));
    at(50, new Change.AudioStream(ANN, false));
    at(60, new Change.Left(ANN));

    // Then
    assertThat(figures().talkMillis()).isEqualTo(new Split(30_000, 0));
  }

  @Test
  void signalsOfAnEarlierStaySayNothingOfTheNext() {
    // Given
    at(0, new Change.Entered(ANN)).at(0, new Change.Microphone(ANN, false));
    at(10, new Change.Left(ANN));
    at(20, new Change.Entered(ANN)).at(20, new Change.AudioStream(ANN, true));
    at(25, new Change.Left(ANN));

    // Then
    assertThat(figures().talkMillis()).isEqualTo(new Split(5_000, 0));
  }

  @Test
  void whoSendsSoundIsThereEvenIfNobodySaidSo() {
    // Given
    at(0, new Change.AudioStream(ANN, true)).at(30, new Change.Left(ANN));

    // Then
    assertThat(figures().participants()).isEqualTo(new Split(1, 0));
    assertThat(figures().presentMillis()).isEqualTo(new Split(30_000, 0));
  }

  @Test
  void openMicrophoneGoesOnInTheNextHour() {
    // Given
    at(3_590, new Change.Entered(ANN)).at(3_595, new Change.Microphone(ANN, true));

    // Then
    assertThat(figures().talkMillis()).isEqualTo(new Split(5_000, 0));
    assertThat(end())
        .isEqualTo(new RoomStatus(List.of(new User(ANN, Signal.UNKNOWN, Signal.ON)), List.of()));
    assertThat(figuresFrom(end()).talkMillis()).isEqualTo(new Split(3_600_000, 0));
  }

  @Test
  void agentSpeaksFromSpeakingToItsNextStage() {
    // Given
    at(0, new Change.Entered(AGENT)).at(0, new Change.AudioStream(AGENT, true));
    at(10, new Change.AgentStage(AGENT, TASK, true));
    at(14, new Change.AgentStage(AGENT, TASK, false));
    at(20, new Change.AgentStage(AGENT, TASK, true));
    at(21, new Change.AgentEnded(TASK));
    at(30, new Change.AgentStage(AGENT, TASK, true));
    at(32, new Change.Left(AGENT));

    // Then
    assertThat(figures().participants()).isEqualTo(new Split(0, 1));
    assertThat(figures().presentMillis()).isEqualTo(new Split(0, 32_000));
    assertThat(figures().talkMillis()).isEqualTo(new Split(0, 7_000));
  }

  @Test
  void endOfAnotherTaskDoesNotSilenceTheAgent() {
    // Given
    at(10, new Change.AgentStage(AGENT, TASK, true));
    at(11, new Change.AgentEnded(new TaskId("task-0")));
    at(14, new Change.AgentStage(AGENT, TASK, false));

    // Then
    assertThat(figures().talkMillis()).isEqualTo(new Split(0, 4_000));
  }

  @Test
  void whoTurnsOutToBeAnAgentIsOneForTheWholeHour() {
    // Given
    at(0, new Change.Entered(AGENT)).at(5, new Change.AgentNamed(AGENT, TASK));
    at(10, new Change.Left(AGENT));

    // Then
    assertThat(figures().participants()).isEqualTo(new Split(0, 1));
    assertThat(figures().presentMillis()).isEqualTo(new Split(0, 10_000));
  }

  @Test
  void agentThatWasOnlyAskedForDidNotTakePart() {
    // Given
    at(0, new Change.AgentNamed(AGENT, TASK));

    // Then
    assertThat(figures().isBlank()).isTrue();
    assertThat(end().agents()).containsExactly(new Agent(AGENT, TASK, false));
  }

  @Test
  void speechAcrossTheHourIsSplitAtTheHour() {
    // Given
    at(3_000, new Change.Entered(AGENT)).at(3_598, new Change.AgentStage(AGENT, TASK, true));

    // When
    TreeSet<Mark> next = new TreeSet<>();
    next.add(new Mark(TEN.startMillis() + 3_000, 0, 9, new Change.AgentStage(AGENT, TASK, false)));

    // Then
    assertThat(figures().talkMillis()).isEqualTo(new Split(0, 2_000));
    assertThat(HourFold.fold(ROOM, end(), TEN, next, TEN.endMillis()).figures().talkMillis())
        .isEqualTo(new Split(0, 3_000));
  }

  @Test
  void lostEndOfSpeechIsNotCountedForEver() {
    // Given
    at(3_598, new Change.AgentStage(AGENT, TASK, true));

    // When
    HourFold.Outcome next = HourFold.fold(ROOM, end(), TEN, new TreeSet<>(), TEN.endMillis());

    // Then
    assertThat(next.end()).isEqualTo(RoomStatus.EMPTY);
  }

  @Test
  void roundsInterruptionsAndResponseTimes() {
    // Given
    at(1, new Change.RoundEnded(false, 300L)).at(2, new Change.RoundEnded(true, 500L));
    at(3, new Change.RoundEnded(true, null));

    // Then
    assertThat(figures().rounds()).isEqualTo(new Rounds(3, 2));
    assertThat(figures().response().measured()).isEqualTo(2);
    assertThat(figures().response().p50Millis()).isEqualTo(300);
    assertThat(figures().response().p99Millis()).isEqualTo(500);
  }

  @Test
  void atTheSameMomentTheOrderOfTheTopicDecides() {
    // Given
    at(10, new Change.Entered(ANN)).at(20, new Change.Left(ANN)).at(20, new Change.Entered(ANN));
    at(30, new Change.Left(ANN));

    // Then
    assertThat(figures().presentMillis()).isEqualTo(new Split(20_000, 0));
  }
}
