package dev.parley.room;

import static dev.parley.room.Rooms.ALICE;
import static dev.parley.room.Rooms.APP;
import static dev.parley.room.Rooms.BOB;
import static dev.parley.room.Rooms.ROOM;
import static dev.parley.room.Rooms.T0;
import static dev.parley.room.Rooms.closed;
import static dev.parley.room.Rooms.joined;
import static dev.parley.room.Rooms.left;
import static dev.parley.room.Rooms.opened;
import static dev.parley.room.Rooms.sdk;
import static dev.parley.room.Rooms.webhook;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

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
import dev.parley.events.RoomEvent.StreamUnpublished;
import dev.parley.events.RoomEvent.UnpublishReason;
import dev.parley.events.RoomEvent.UserJoined;
import dev.parley.events.RoomEvent.UserLeft;
import dev.parley.events.RoomState;
import dev.parley.events.id.UserId;
import dev.parley.room.Rooms.Run;
import org.junit.jupiter.api.Test;

/** The order and the times of facts, where those who tell of them have different clocks. */
class RoomReducerTimeTest {
  private final Run run = new Run();

  @Test
  void twoShortVisitsAreNotThreeByAClockThatIsAhead() {
    // Given
    run.see(opened("alice", T0, "c1"), T0).see(opened("carol", T0, "c2"), T0);

    // When
    run.see(joined("alice", 1, T0 + 10_000, "bob"), T0 + 10_000)
        .see(left("alice", 2, T0 + 10_100, "bob"), T0 + 10_100)
        .see(joined("alice", 3, T0 + 10_200, "bob"), T0 + 10_200)
        .see(left("alice", 4, T0 + 10_300, "bob"), T0 + 10_300)
        .see(joined("carol", 1, T0 + 10_200, "bob"), T0 + 10_900)
        .see(left("carol", 2, T0 + 10_300, "bob"), T0 + 10_900)
        .see(joined("carol", 3, T0 + 10_400, "bob"), T0 + 10_900)
        .see(left("carol", 4, T0 + 10_500, "bob"), T0 + 10_900);

    // Then
    assertThat(run.told(RoomEvent.class).subList(3, run.told(RoomEvent.class).size()))
        .containsExactly(
            new UserJoined(APP, ROOM, T0 + 10_000, Evidence.CLIENT, BOB),
            new UserLeft(APP, ROOM, T0 + 10_100, Evidence.CLIENT, BOB, LeaveReason.QUIT),
            new UserJoined(APP, ROOM, T0 + 10_200, Evidence.CLIENT, BOB),
            new UserLeft(APP, ROOM, T0 + 10_300, Evidence.CLIENT, BOB, LeaveReason.QUIT));
  }

  @Test
  void aUserWhoIsBackAtOnceIsBackByTheCloudsWordToo() {
    // When
    run.see(webhook("e1", "UserJoinRoom", T0, "{'UserId':'bob'}"), T0)
        .see(webhook("e2", "UserLeaveRoom", T0 + 100, "{'UserId':'bob'}"), T0 + 100)
        .see(webhook("e3", "UserJoinRoom", T0 + 200, "{'UserId':'bob'}"), T0 + 200);

    // Then
    assertThat(run.told(UserJoined.class))
        .containsExactly(
            new UserJoined(APP, ROOM, T0, Evidence.CLOUD, BOB),
            new UserJoined(APP, ROOM, T0 + 200, Evidence.CLOUD, BOB));
    assertThat(run.told(UserLeft.class)).hasSize(1);
  }

  @Test
  void theCloudsLeaveCountsThoughAClientDatesTheJoinLater() {
    // When
    run.see(opened("alice", T0, "c1"), T0)
        .see(joined("alice", 1, T0 + 11_000, "bob"), T0 + 11_000)
        .see(webhook("e1", "UserJoinRoom", T0 + 10_000, "{'UserId':'bob'}"), T0 + 11_100)
        .see(webhook("e2", "UserLeaveRoom", T0 + 10_200, "{'UserId':'bob'}"), T0 + 11_200);

    // Then: nobody leaves before the time that was told of the join
    assertThat(run.told(UserLeft.class))
        .containsExactly(
            new UserLeft(APP, ROOM, T0 + 11_000, Evidence.CLOUD, BOB, LeaveReason.UNKNOWN));
  }

  @Test
  void timesGoOnWithTheOrderWhateverTheClocksOfThoseWhoTellSay() {
    // Given: alice's clock is ahead of carol's
    String audio = "{'userId':'bob','mediaType':1,'reason':0}";
    run.see(opened("alice", T0, "c1"), T0).see(opened("carol", T0, "c2"), T0);

    // When
    run.see(joined("alice", 1, T0 + 10_300, "bob"), T0 + 10_300)
        .see(sdk("carol", 1, T0 + 10_100, "onUserPublishStream", audio), T0 + 10_400)
        .see(sdk("alice", 2, T0 + 10_700, "onUserUnpublishStream", audio), T0 + 10_700)
        .see(left("carol", 2, T0 + 10_600, "bob"), T0 + 10_800)
        .see(joined("carol", 3, T0 + 10_650, "bob"), T0 + 10_900);

    // Then
    assertThat(run.told(RoomEvent.class).subList(3, run.told(RoomEvent.class).size()))
        .containsExactly(
            new UserJoined(APP, ROOM, T0 + 10_300, Evidence.CLIENT, BOB),
            new StreamPublished(
                APP, ROOM, T0 + 10_300, Evidence.CLIENT, BOB, MediaType.AUDIO, false),
            new StreamUnpublished(
                APP,
                ROOM,
                T0 + 10_700,
                Evidence.CLIENT,
                BOB,
                MediaType.AUDIO,
                false,
                UnpublishReason.UNPUBLISHED),
            new UserLeft(APP, ROOM, T0 + 10_700, Evidence.CLIENT, BOB, LeaveReason.QUIT),
            new UserJoined(APP, ROOM, T0 + 10_700, Evidence.CLIENT, BOB));
    assertThat(run.told(RoomState.class))
        .last()
        .extracting(state -> state.users().get(2).joinedTimeMillis())
        .isEqualTo(T0 + 10_700);
  }

  @Test
  void aRoomClosesWithItsLatestLeaveThoughItWasToldBefore() {
    // When: alice's relay breaks and stays away, bob says goodbye meanwhile
    run.see(opened("alice", T0, "c1"), T0)
        .see(opened("bob", T0, "c2"), T0)
        .see(closed("alice", T0 + 1_000, "c1", false), T0 + 1_000)
        .see(closed("bob", T0 + 20_000, "c2", true), T0 + 20_000)
        .passUntil(T0 + 60_000);

    // Then
    assertThat(run.told(RoomEvent.class))
        .endsWith(
            new UserLeft(APP, ROOM, T0 + 20_000, Evidence.CLIENT, BOB, LeaveReason.QUIT),
            new UserLeft(
                APP, ROOM, T0 + 1_000, Evidence.INFERRED, ALICE, LeaveReason.CONNECTION_LOST),
            new RoomClosed(APP, ROOM, T0 + 20_000, Evidence.INFERRED, CloseReason.EMPTY));
  }

  @Test
  void aRoomOpensAgainNotBeforeItClosed() {
    // When: bob's clock is half a second behind
    run.see(opened("alice", T0, "c1"), T0)
        .see(closed("alice", T0 + 10_000, "c1", true), T0 + 10_000)
        .see(opened("bob", T0 + 9_500, "c2"), T0 + 10_100);

    // Then
    assertThat(run.told(RoomEvent.class))
        .endsWith(
            new RoomClosed(APP, ROOM, T0 + 10_000, Evidence.INFERRED, CloseReason.EMPTY),
            new RoomOpened(APP, ROOM, T0 + 10_000, Evidence.CLIENT),
            new UserJoined(APP, ROOM, T0 + 10_000, Evidence.CLIENT, BOB));
  }

  @Test
  void whatIsToldLateKeepsItsOwnTimeWithinItsVisit() {
    // Given: the webhooks have told of the whole visit
    String audio = "{'userId':'bob','mediaType':1,'reason':0}";
    String video = "{'userId':'bob','mediaType':2,'reason':0}";
    run.see(opened("alice", T0, "c1"), T0)
        .see(webhook("e1", "UserJoinRoom", T0 + 10_000, "{'UserId':'bob'}"), T0 + 10_100)
        .see(webhook("e2", "UserLeaveRoom", T0 + 60_000, "{'UserId':'bob'}"), T0 + 60_100);
    int before = run.told(RoomEvent.class).size();

    // When: alice's reports waited, and her clock is 300 ms ahead
    run.see(joined("alice", 1, T0 + 10_300, "bob"), T0 + 70_000)
        .see(sdk("alice", 2, T0 + 20_300, "onUserPublishStream", audio), T0 + 70_000)
        .see(sdk("alice", 3, T0 + 40_300, "onUserUnpublishStream", audio), T0 + 70_000)
        .see(sdk("alice", 4, T0 + 60_200, "onUserPublishStream", video), T0 + 70_000)
        .see(left("alice", 5, T0 + 60_300, "bob"), T0 + 70_000);

    // Then
    assertThat(run.told(RoomEvent.class).subList(before, run.told(RoomEvent.class).size()))
        .containsExactly(
            new StreamPublished(
                APP, ROOM, T0 + 20_300, Evidence.CLIENT, BOB, MediaType.AUDIO, false),
            new StreamUnpublished(
                APP,
                ROOM,
                T0 + 40_300,
                Evidence.CLIENT,
                BOB,
                MediaType.AUDIO,
                false,
                UnpublishReason.UNPUBLISHED),
            new StreamPublished(
                APP, ROOM, T0 + 59_999, Evidence.CLIENT, BOB, MediaType.VIDEO, false),
            new StreamUnpublished(
                APP,
                ROOM,
                T0 + 59_999,
                Evidence.INFERRED,
                BOB,
                MediaType.VIDEO,
                false,
                UnpublishReason.USER_LEFT));
  }

  @Test
  void aVisitThatIsToldLongAfterTheRoomClosedKeepsItsOwnTimes() {
    // Given
    run.see(opened("alice", T0, "c1"), T0)
        .see(closed("alice", T0 + 90_000, "c1", true), T0 + 90_000);

    // When: nobody else saw bob
    run.see(opened("carol", T0 + 200_000, "c2"), T0 + 200_000)
        .see(joined("carol", 1, T0 + 30_000, "bob"), T0 + 200_100)
        .see(left("carol", 2, T0 + 50_000, "bob"), T0 + 200_100);

    // Then
    assertThat(run.told(RoomEvent.class))
        .endsWith(
            new RoomOpened(APP, ROOM, T0 + 200_000, Evidence.CLIENT),
            new UserJoined(APP, ROOM, T0 + 200_000, Evidence.CLIENT, new UserId("carol")),
            new UserJoined(APP, ROOM, T0 + 30_000, Evidence.CLIENT, BOB),
            new UserLeft(APP, ROOM, T0 + 50_000, Evidence.CLIENT, BOB, LeaveReason.QUIT));
  }

  @Test
  void aStreamThatIsToldLateEndsWithItsVisitWhateverTheClocksSay() {
    // When
    run.see(opened("alice", T0, "c1"), T0)
        .see(webhook("e1", "UserJoinRoom", T0 + 10_000, "{'UserId':'bob'}"), T0 + 10_100)
        .see(webhook("e2", "UserLeaveRoom", T0 + 10_200, "{'UserId':'bob'}"), T0 + 10_300)
        .see(joined("alice", 1, T0 + 11_000, "bob"), T0 + 11_300)
        .see(
            sdk("alice", 2, T0 + 11_100, "onUserPublishStream", "{'userId':'bob','mediaType':1}"),
            T0 + 11_300)
        .see(left("alice", 3, T0 + 11_200, "bob"), T0 + 11_300);

    // Then
    assertThat(run.told(UserLeft.class)).hasSize(1);
    assertThat(run.told(StreamPublished.class)).hasSize(1);
    assertThat(run.told(StreamUnpublished.class))
        .extracting(StreamUnpublished::userId, StreamUnpublished::reason)
        .containsExactly(tuple(BOB, UnpublishReason.USER_LEFT));
  }

  @Test
  void aStreamOfTheNextVisitIsNotTakenForOneThatEnded() {
    // When
    run.see(opened("alice", T0, "c1"), T0)
        .see(opened("carol", T0, "c2"), T0)
        .see(joined("alice", 1, T0 + 10_000, "bob"), T0 + 10_000)
        .see(
            sdk("alice", 2, T0 + 10_400, "onUserPublishStream", "{'userId':'bob','mediaType':1}"),
            T0 + 10_400)
        .see(joined("carol", 1, T0 + 10_000, "bob"), T0 + 10_500)
        .see(left("carol", 2, T0 + 10_200, "bob"), T0 + 10_500)
        .see(joined("carol", 3, T0 + 10_300, "bob"), T0 + 10_500)
        .see(
            sdk("carol", 4, T0 + 10_400, "onUserPublishStream", "{'userId':'bob','mediaType':1}"),
            T0 + 10_500);

    // Then
    assertThat(run.told(RoomState.class))
        .last()
        .satisfies(
            state ->
                assertThat(state.users().get(2).streams())
                    .containsExactly(new RoomState.Stream(MediaType.AUDIO, false)));
  }

  @Test
  void aDeviceOfThisVisitIsNotOfTheOneBeforeThoughAClientsClockIsBehind() {
    // When
    run.see(opened("alice", T0, "c1"), T0)
        .see(webhook("e1", "UserJoinRoom", T0 + 10_000, "{'UserId':'bob'}"), T0 + 10_010)
        .see(webhook("e2", "UserLeaveRoom", T0 + 10_700, "{'UserId':'bob'}"), T0 + 10_710)
        .see(webhook("e3", "UserJoinRoom", T0 + 11_100, "{'UserId':'bob'}"), T0 + 11_110)
        .see(joined("alice", 1, T0 + 9_000, "bob"), T0 + 12_000)
        .see(left("alice", 2, T0 + 9_700, "bob"), T0 + 12_000)
        .see(joined("alice", 3, T0 + 10_100, "bob"), T0 + 12_000)
        .see(
            sdk("alice", 4, T0 + 10_600, "onUserStartAudioCapture", "{'userId':'bob'}"),
            T0 + 12_000)
        .see(
            sdk("alice", 5, T0 + 99_000, "onUserStopAudioCapture", "{'userId':'bob'}"),
            T0 + 100_000);

    // Then
    assertThat(run.told(CaptureStopped.class))
        .containsExactly(
            new CaptureStopped(APP, ROOM, T0 + 99_000, Evidence.CLIENT, BOB, MediaType.AUDIO));
  }

  @Test
  void theLeaveBeforeDoesNotEndWhatBeganInThisVisit() {
    // When
    run.see(opened("alice", T0, "c1"), T0)
        .see(opened("carol", T0, "c2"), T0)
        .see(joined("alice", 1, T0 + 9_200, "bob"), T0 + 10_100)
        .see(webhook("e1", "UserLeaveRoom", T0 + 10_700, "{'UserId':'bob'}"), T0 + 10_710)
        .see(left("alice", 2, T0 + 9_900, "bob"), T0 + 11_400)
        .see(joined("alice", 3, T0 + 10_100, "bob"), T0 + 11_400)
        .see(
            sdk("alice", 4, T0 + 10_500, "onUserStartAudioCapture", "{'userId':'bob'}"),
            T0 + 11_400)
        .see(joined("carol", 1, T0 + 11_000, "bob"), T0 + 12_000)
        .see(left("carol", 2, T0 + 11_600, "bob"), T0 + 12_000);

    // Then
    assertThat(run.told(CaptureStarted.class)).hasSize(1);
    assertThat(run.told(CaptureStopped.class)).isEmpty();
  }

  @Test
  void aStreamConfirmedByAClientThatHasNotSeenTheLeaveIsNotANewOne() {
    // Given
    String audio = "{'userId':'bob','mediaType':1}";
    run.see(opened("alice", T0, "c1"), T0).see(opened("carol", T0, "c2"), T0);

    // When
    run.see(joined("alice", 1, T0 + 10_000, "bob"), T0 + 10_100)
        .see(joined("carol", 1, T0 + 10_000, "bob"), T0 + 10_100)
        .see(sdk("carol", 2, T0 + 12_000, "onUserPublishStream", audio), T0 + 12_900)
        .see(sdk("alice", 2, T0 + 12_000, "onUserPublishStream", audio), T0 + 13_000)
        .see(sdk("alice", 3, T0 + 12_300, "onUserPublishStream", audio), T0 + 13_000)
        .see(left("alice", 4, T0 + 12_500, "bob"), T0 + 13_000)
        .see(sdk("carol", 3, T0 + 12_600, "onUserPublishStream", audio), T0 + 13_100)
        .see(left("carol", 4, T0 + 12_800, "bob"), T0 + 13_100);

    // Then
    assertThat(run.told(StreamPublished.class)).hasSize(1);
    assertThat(run.told(StreamUnpublished.class)).hasSize(1);
  }

  @Test
  void aStreamIsOfThisVisitThoughItsClientMissedTheJoin() {
    // When
    run.see(opened("alice", T0, "c1"), T0)
        .see(opened("carol", T0, "c2"), T0)
        .see(joined("alice", 1, T0 + 10_000, "bob"), T0 + 10_000)
        .see(left("carol", 1, T0 + 80_000, "bob"), T0 + 80_000)
        .see(joined("carol", 2, T0 + 80_100, "bob"), T0 + 80_100)
        .see(
            sdk("alice", 2, T0 + 150_000, "onUserPublishStream", "{'userId':'bob','mediaType':1}"),
            T0 + 150_000);

    // Then
    assertThat(run.told(RoomState.class))
        .last()
        .satisfies(
            state ->
                assertThat(state.users().get(2).streams())
                    .containsExactly(new RoomState.Stream(MediaType.AUDIO, false)));
  }

  @Test
  void aStreamIsOfTheVisitThatJustEndedThoughItsClientMissedTheJoin() {
    // Given
    String video = "{'userId':'bob','mediaType':2}";
    run.see(opened("alice", T0, "c1"), T0)
        .see(webhook("e1", "UserJoinRoom", T0 + 10_000, "{'UserId':'bob'}"), T0 + 10_010);

    // When: the webhooks are ahead, and each of the two visits has a stream
    run.see(webhook("e2", "UserLeaveRoom", T0 + 80_200, "{'UserId':'bob'}"), T0 + 80_210)
        .see(webhook("e3", "UserJoinRoom", T0 + 80_600, "{'UserId':'bob'}"), T0 + 80_610)
        .see(sdk("alice", 1, T0 + 80_300, "onUserPublishStream", video), T0 + 81_000)
        .see(webhook("e4", "UserLeaveRoom", T0 + 81_300, "{'UserId':'bob'}"), T0 + 81_310)
        .see(left("alice", 2, T0 + 80_700, "bob"), T0 + 82_000)
        .see(joined("alice", 3, T0 + 81_100, "bob"), T0 + 82_000)
        .see(sdk("alice", 4, T0 + 81_500, "onUserPublishStream", video), T0 + 82_000)
        .see(left("alice", 5, T0 + 81_800, "bob"), T0 + 82_000);

    // Then
    assertThat(run.told(StreamPublished.class))
        .extracting(StreamPublished::eventTimeMillis)
        .containsExactly(T0 + 80_199, T0 + 81_299);
    assertThat(run.told(StreamUnpublished.class))
        .extracting(StreamUnpublished::eventTimeMillis)
        .containsExactly(T0 + 80_199, T0 + 81_299);
  }
}
