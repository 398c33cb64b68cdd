package dev.parley.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.events.RoomEvent;
import dev.parley.events.RoomEvent.CaptureStarted;
import dev.parley.events.RoomEvent.CaptureStopped;
import dev.parley.events.RoomEvent.CloseReason;
import dev.parley.events.RoomEvent.Evidence;
import dev.parley.events.RoomEvent.LeaveReason;
import dev.parley.events.RoomEvent.MediaType;
import dev.parley.events.RoomEvent.RoomClosed;
import dev.parley.events.RoomEvent.RoomOpened;
import dev.parley.events.RoomEvent.StreamPublished;
import dev.parley.events.RoomEvent.UserJoined;
import dev.parley.events.RoomEvent.UserLeft;
import dev.parley.events.id.AppId;
import dev.parley.events.id.RoomId;
import dev.parley.events.id.UserId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class ToldFactsTest {
  private static final AppId APP = new AppId("123456781234567812345678");
  private static final RoomId ROOM = new RoomId("room-1");
  private static final UserId BOB = new UserId("bob");
  private static final long AT = 1_750_000_000_000L;

  private static final RoomEvent OPENED = new RoomOpened(APP, ROOM, AT, Evidence.CLIENT);
  private static final RoomEvent JOINED = new UserJoined(APP, ROOM, AT, Evidence.CLIENT, BOB);
  private static final RoomEvent ON =
      new CaptureStarted(APP, ROOM, AT, Evidence.CLIENT, BOB, MediaType.AUDIO);
  private static final RoomEvent OFF =
      new CaptureStopped(APP, ROOM, AT, Evidence.CLIENT, BOB, MediaType.AUDIO);
  private static final RoomEvent LEFT =
      new UserLeft(APP, ROOM, AT, Evidence.CLIENT, BOB, LeaveReason.QUIT);
  private static final RoomEvent CLOSED =
      new RoomClosed(APP, ROOM, AT, Evidence.INFERRED, CloseReason.EMPTY);

  private static final List<RoomEvent> TRUTH =
      List.of(OPENED, JOINED, ON, OFF, ON, OFF, LEFT, CLOSED);

  private record Verdict(long told, long doubled, long missing, long outOfOrder) {}

  private static Verdict verdict(List<RoomEvent> told) {
    ToldFacts facts = new ToldFacts();
    facts.happened("room-1");
    facts.happened("room-1", "bob", 2);
    told.forEach(facts::take);
    assertThat(facts.happened()).isEqualTo(8);
    return new Verdict(facts.told(), facts.doubled(), facts.missing(), facts.outOfOrder());
  }

  @Test
  void theTruthIsToldWithoutFault() {
    assertThat(verdict(TRUTH)).isEqualTo(new Verdict(8, 0, 0, 0));
  }

  @Test
  void whatIsMissingIsNotMadeUpForByWhatIsThereTwice() {
    assertThat(verdict(List.of(OPENED, JOINED, JOINED, ON, OFF, ON, OFF, CLOSED)))
        .isEqualTo(new Verdict(8, 1, 1, 1));
  }

  @Test
  void aSecondVisitIsDoubledThoughItsOrderMakesSense() {
    assertThat(verdict(List.of(OPENED, JOINED, ON, OFF, ON, OFF, LEFT, JOINED, LEFT, CLOSED)))
        .isEqualTo(new Verdict(10, 2, 0, 0));
  }

  @Test
  void aFactOfWhatNeverHappenedIsDoubled() {
    List<RoomEvent> told = new ArrayList<>(TRUTH);
    told.add(3, new StreamPublished(APP, ROOM, AT, Evidence.CLIENT, BOB, MediaType.AUDIO, false));
    assertThat(verdict(told)).isEqualTo(new Verdict(9, 1, 0, 2));
  }

  @Test
  void anotherRoomWasNotInTheTruth() {
    List<RoomEvent> told = new ArrayList<>(TRUTH);
    told.add(new RoomOpened(APP, new RoomId("room-2"), AT, Evidence.CLIENT));
    assertThat(verdict(told)).isEqualTo(new Verdict(9, 1, 0, 0));
  }

  @Test
  void aRoomThatIsNeverToldOfIsMissingAsAWhole() {
    assertThat(verdict(List.of())).isEqualTo(new Verdict(0, 0, 8, 0));
  }

  @Test
  void twoThatAreExchangedAreOutOfOrder() {
    List<RoomEvent> told = new ArrayList<>(TRUTH);
    Collections.swap(told, 0, 1);
    assertThat(verdict(told)).isEqualTo(new Verdict(8, 0, 0, 1));

    told = new ArrayList<>(TRUTH);
    Collections.swap(told, 6, 7);
    assertThat(verdict(told)).isEqualTo(new Verdict(8, 0, 0, 1));
  }

  @Test
  void aDeviceThatGoesOnBeforeItsUserIsThereIsOutOfOrder() {
    List<RoomEvent> told = new ArrayList<>(TRUTH);
    Collections.swap(told, 1, 2);
    // The device before its user, the user after a device, the device off after no "on".
    assertThat(verdict(told)).isEqualTo(new Verdict(8, 0, 0, 3));
  }
}
