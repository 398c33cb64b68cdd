package dev.parley.room;

import static dev.parley.room.Rooms.AGENT;
import static dev.parley.room.Rooms.ALICE;
import static dev.parley.room.Rooms.APP;
import static dev.parley.room.Rooms.BOB;
import static dev.parley.room.Rooms.KEY;
import static dev.parley.room.Rooms.ROOM;
import static dev.parley.room.Rooms.T0;
import static dev.parley.room.Rooms.closed;
import static dev.parley.room.Rooms.joined;
import static dev.parley.room.Rooms.left;
import static dev.parley.room.Rooms.opened;
import static dev.parley.room.Rooms.webhook;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.parley.events.RoomEvent;
import dev.parley.events.RoomEvent.CloseReason;
import dev.parley.events.RoomEvent.Evidence;
import dev.parley.events.RoomEvent.LeaveReason;
import dev.parley.events.RoomEvent.RoomClosed;
import dev.parley.events.RoomEvent.RoomOpened;
import dev.parley.events.RoomEvent.UserJoined;
import dev.parley.events.RoomEvent.UserLeft;
import dev.parley.events.RoomState;
import dev.parley.events.id.UserId;
import dev.parley.room.Rooms.Run;
import org.junit.jupiter.api.Test;

/** Who is there, and until when, where the cloud tells too. */
class RoomReducerWebhookTest {
  private final Run run = new Run();

  @Test
  void aUserWhoLeavesAndIsBackInAMomentByTheCloudsWordIsThere() {
    // When: all within the clocks' tolerance
    run.see(webhook("e1", "UserJoinRoom", T0, "{'UserId':'alice'}"), T0)
        .see(webhook("e2", "UserLeaveRoom", T0 + 1_193, "{'UserId':'alice'}"), T0 + 1_257)
        .see(webhook("e3", "UserJoinRoom", T0 + 1_212, "{'UserId':'alice'}"), T0 + 1_412);

    // Then
    assertThat(run.told(UserJoined.class))
        .extracting(UserJoined::eventTimeMillis)
        .containsExactly(T0, T0 + 1_212);
    assertThat(run.told(UserLeft.class)).hasSize(1);
    assertThat(run.told(RoomOpened.class)).hasSize(2);
  }

  @Test
  void aSecondLoginThatEndsTheFirstInTheSameMillisecondIsThere() {
    // When
    run.see(webhook("e1", "UserJoinRoom", T0, "{'UserId':'alice'}"), T0)
        .see(webhook("e2", "UserLeaveRoom", T0 + 1_000, "{'UserId':'alice'}"), T0 + 1_000)
        .see(webhook("e3", "UserJoinRoom", T0 + 1_000, "{'UserId':'alice'}"), T0 + 1_010);

    // Then
    assertThat(run.told(UserJoined.class)).hasSize(2);
    assertThat(run.told(UserLeft.class)).hasSize(1);
  }

  @Test
  void theCloudsWordHoldsLongerThanABrokenRelayButNotForEver() {
    // When
    run.see(opened("alice", T0, "c1"), T0)
        .see(webhook("e1", "UserJoinRoom", T0 + 50, "{'UserId':'alice'}"), T0 + 50)
        .see(closed("alice", T0 + 10_000, "c1", false), T0 + 10_000)
        .passUntil(T0 + 100_000);
    assertThat(run.told(UserLeft.class)).isEmpty();
    run.passUntil(T0 + 310_000);

    // Then
    assertThat(run.told(UserLeft.class))
        .containsExactly(
            new UserLeft(
                APP, ROOM, T0 + 10_000, Evidence.INFERRED, ALICE, LeaveReason.CONNECTION_LOST));
  }

  @Test
  void theCloudsWordEndsThoughItDatesTheJoinAfterTheLastSignOfTheRelay() {
    // When: the gateway dies before it renews the connection, and the leave's webhook is lost
    run.see(opened("alice", T0, "c1"), T0)
        .see(webhook("e1", "UserJoinRoom", T0 + 200, "{'UserId':'alice'}"), T0 + 500)
        .passUntil(T0 + 299_999);
    assertThat(run.told(UserLeft.class)).isEmpty();
    run.passUntil(T0 + 300_000);

    // Then
    assertThat(run.told(UserLeft.class))
        .extracting(UserLeft::userId, UserLeft::reason)
        .containsExactly(tuple(ALICE, LeaveReason.CONNECTION_LOST));
    assertThat(run.told(RoomState.class)).last().extracting(RoomState::open).isEqualTo(false);
  }

  @Test
  void aUserWithoutRelayStaysOnTheCloudsWordAlone() {
    // When
    run.see(webhook("e1", "UserJoinRoom", T0, "{'UserId':'alice'}"), T0)
        .passUntil(T0 + 3_600_000)
        .see(
            webhook(
                "e2",
                "UserLeaveRoom",
                T0 + 3_600_000,
                "{'UserId':'alice','Reason':'connectionLost'}"),
            T0 + 3_600_000);

    // Then
    assertThat(run.told(UserLeft.class))
        .containsExactly(
            new UserLeft(
                APP, ROOM, T0 + 3_600_000, Evidence.CLOUD, ALICE, LeaveReason.CONNECTION_LOST));
  }

  @Test
  void theSameJoinFromEverybodyIsOneFact() {
    // When
    run.see(opened("alice", T0, "c1"), T0)
        .see(opened("bob", T0, "c2"), T0)
        .see(webhook("e1", "UserJoinRoom", T0 + 5_000, "{'UserId':'agent-1'}"), T0 + 5_100)
        .see(webhook("e1", "UserJoinRoom", T0 + 5_000, "{'UserId':'agent-1'}"), T0 + 5_200)
        .see(joined("alice", 1, T0 + 5_040, "agent-1"), T0 + 5_300)
        .see(joined("bob", 1, T0 + 4_900, "agent-1"), T0 + 9_000)
        .see(joined("bob", 1, T0 + 4_900, "agent-1"), T0 + 9_500);

    // Then
    assertThat(run.told(UserJoined.class))
        .containsExactly(
            new UserJoined(APP, ROOM, T0, Evidence.CLIENT, ALICE),
            new UserJoined(APP, ROOM, T0, Evidence.CLIENT, BOB),
            new UserJoined(APP, ROOM, T0 + 5_000, Evidence.CLOUD, AGENT));
  }

  @Test
  void webhooksThatOvertookEachOtherTellTheTrueStory() {
    // When
    run.see(webhook("e2", "UserLeaveRoom", T0 + 2_000, "{'UserId':'alice'}"), T0 + 2_000)
        .see(webhook("e1", "UserJoinRoom", T0, "{'UserId':'alice'}"), T0 + 3_000);

    // Then
    assertThat(run.told(RoomEvent.class))
        .containsExactly(
            new RoomOpened(APP, ROOM, T0, Evidence.CLOUD),
            new UserJoined(APP, ROOM, T0, Evidence.CLOUD, ALICE),
            new UserLeft(APP, ROOM, T0 + 2_000, Evidence.CLOUD, ALICE, LeaveReason.UNKNOWN),
            new RoomClosed(APP, ROOM, T0 + 2_000, Evidence.INFERRED, CloseReason.EMPTY));
  }

  @Test
  void aUserWhomAnotherClientVouchesForWaitsForNothingAfterTheOwnRelayIsGone() {
    // Given
    RoomReducer reducer = new RoomReducer(ReducerRules.defaults());
    run.see(opened("alice", T0, "a1"), T0)
        .see(opened("bob", T0, "b1"), T0)
        .see(webhook("e1", "UserJoinRoom", T0 + 1, "{'UserId':'bob'}"), T0 + 1)
        .see(joined("alice", 1, T0 + 2, "bob"), T0 + 2)
        .see(closed("bob", T0 + 10_000, "b1", false), T0 + 10_000);
    for (long at = T0 + 60_000; at <= T0 + 360_000; at += 60_000) {
      run.see(opened("alice", T0, "a1"), at);
    }

    // When: bob's relay has been away for longer than the cloud's word holds
    Step step = reducer.advance(run.memory(), KEY, T0 + 360_000);

    // Then
    assertThat(step.facts()).isEmpty();
    assertThat(reducer.nextDeadline(step.memory())).isGreaterThan(T0 + 360_000);
  }

  @Test
  void theCloudsWordOfAVisitThatEndedDoesNotHoldTheNextOne() {
    // Given: alice's relay vanishes, and so does the webhook of her leave
    run.see(opened("alice", T0, "a1"), T0)
        .see(webhook("e1", "UserJoinRoom", T0 + 50, "{'UserId':'alice'}"), T0 + 50)
        .see(closed("alice", T0 + 10_000, "a1", false), T0 + 10_000)
        .passUntil(T0 + 310_000);
    assertThat(run.told(UserLeft.class)).hasSize(1);

    // When: bob alone sees her come back, and vanishes
    run.see(opened("bob", T0 + 400_000, "b1"), T0 + 400_000)
        .see(joined("bob", 1, T0 + 401_000, "alice"), T0 + 401_000)
        .see(closed("bob", T0 + 500_000, "b1", false), T0 + 500_000)
        .passUntil(T0 + 530_000);

    // Then
    assertThat(run.told(UserLeft.class).subList(1, 3))
        .containsExactlyInAnyOrder(
            new UserLeft(
                APP, ROOM, T0 + 500_000, Evidence.INFERRED, BOB, LeaveReason.CONNECTION_LOST),
            new UserLeft(
                APP, ROOM, T0 + 500_000, Evidence.INFERRED, ALICE, LeaveReason.CONNECTION_LOST));
  }

  @Test
  void theCloudsWordEndsWithALeaveOfWhichAClientTold() {
    // Given: the webhooks of the leave and of the next join are lost
    run.see(opened("alice", T0, "a1"), T0)
        .see(webhook("e1", "UserJoinRoom", T0 + 50, "{'UserId':'alice'}"), T0 + 50)
        .see(closed("alice", T0 + 10_000, "a1", true), T0 + 10_000)
        .see(opened("alice", T0 + 400_000, "a2"), T0 + 400_000);

    // When
    run.see(closed("alice", T0 + 500_000, "a2", false), T0 + 500_000).passUntil(T0 + 530_000);

    // Then: nothing but the relay's grace holds her
    assertThat(run.told(UserLeft.class))
        .containsExactly(
            new UserLeft(APP, ROOM, T0 + 10_000, Evidence.CLIENT, ALICE, LeaveReason.QUIT),
            new UserLeft(
                APP, ROOM, T0 + 500_000, Evidence.INFERRED, ALICE, LeaveReason.CONNECTION_LOST));
  }

  @Test
  void theCloudsWordOutlivesALeaveThatWasInferredInError() {
    // Given: nothing was heard of an open relay for a while
    run.see(opened("alice", T0, "a1"), T0)
        .see(webhook("e1", "UserJoinRoom", T0 + 50, "{'UserId':'alice'}"), T0 + 50)
        .passUntil(T0 + 300_000)
        .see(opened("alice", T0, "a1"), T0 + 360_000);
    assertThat(run.told(UserJoined.class)).hasSize(2);

    // When
    run.see(closed("alice", T0 + 420_000, "a1", false), T0 + 420_000).passUntil(T0 + 719_999);
    assertThat(run.told(UserLeft.class)).hasSize(1);
    run.passUntil(T0 + 720_000);

    // Then
    assertThat(run.told(UserLeft.class)).hasSize(2);
  }

  @Test
  void aLeaveWebhookThatTheNextJoinsOvertookIsNotTheCloudsLastWord() {
    // Given
    run.see(opened("bob", T0, "b1"), T0)
        .see(webhook("e1", "UserJoinRoom", T0 + 1_000, "{'UserId':'alice'}"), T0 + 1_100)
        .see(webhook("e3", "UserJoinRoom", T0 + 30_000, "{'UserId':'alice'}"), T0 + 30_100)
        .see(webhook("e2", "UserLeaveRoom", T0 + 20_000, "{'UserId':'alice'}"), T0 + 31_000);
    assertThat(run.told(UserLeft.class)).hasSize(1);

    // When: time goes on because of another
    run.see(closed("bob", T0 + 60_000, "b1", false), T0 + 60_000).passUntil(T0 + 3_600_000);

    // Then
    assertThat(run.told(UserLeft.class))
        .extracting(UserLeft::userId, UserLeft::eventTimeMillis)
        .containsExactly(tuple(ALICE, T0 + 20_000), tuple(BOB, T0 + 60_000));
  }

  @Test
  void aLeaveWebhookThatTheNextJoinsOvertookIsNotItAlsoWhereAClientConfirmedTheJoin() {
    // Given
    run.see(opened("carol", T0, "c1"), T0)
        .see(webhook("e1", "UserJoinRoom", T0 + 1_000, "{'UserId':'alice'}"), T0 + 1_100)
        .see(webhook("e3", "UserJoinRoom", T0 + 30_000, "{'UserId':'alice'}"), T0 + 32_100)
        .see(joined("carol", 1, T0 + 32_500, "alice"), T0 + 32_600)
        .see(webhook("e2", "UserLeaveRoom", T0 + 20_000, "{'UserId':'alice'}"), T0 + 33_000);

    // When
    run.see(closed("carol", T0 + 60_000, "c1", false), T0 + 60_000).passUntil(T0 + 3_600_000);

    // Then
    assertThat(run.told(UserJoined.class))
        .extracting(UserJoined::userId, UserJoined::eventTimeMillis)
        .contains(tuple(ALICE, T0 + 1_000), tuple(ALICE, T0 + 30_000));
    assertThat(run.told(UserLeft.class))
        .extracting(UserLeft::userId)
        .containsExactly(ALICE, new UserId("carol"));
  }

  @Test
  void aLeaveWebhookThatComesAfterTheNextJoinsIsNotTheLastWordWhereAClientToldOfBoth() {
    // Given
    run.see(opened("bob", T0, "b1"), T0)
        .see(joined("bob", 1, T0 + 1_000, "alice"), T0 + 1_000)
        .see(webhook("e1", "UserJoinRoom", T0 + 1_000, "{'UserId':'alice'}"), T0 + 1_100)
        .see(left("bob", 2, T0 + 20_000, "alice"), T0 + 20_000)
        .see(joined("bob", 3, T0 + 30_000, "alice"), T0 + 30_000)
        .see(webhook("e3", "UserJoinRoom", T0 + 30_000, "{'UserId':'alice'}"), T0 + 30_100)
        .see(webhook("e2", "UserLeaveRoom", T0 + 20_000, "{'UserId':'alice'}"), T0 + 31_000);

    // When
    run.see(closed("bob", T0 + 60_000, "b1", false), T0 + 60_000).passUntil(T0 + 3_600_000);

    // Then
    assertThat(run.told(UserLeft.class))
        .extracting(UserLeft::userId, UserLeft::eventTimeMillis)
        .containsExactly(tuple(ALICE, T0 + 20_000), tuple(BOB, T0 + 60_000));
  }

  @Test
  void aLeaveThatAClientTellsLateDoesNotEndTheWordOfTheJoinAfterIt() {
    // Given
    run.see(opened("bob", T0, "b1"), T0)
        .see(webhook("e1", "UserJoinRoom", T0 + 1_000, "{'UserId':'alice'}"), T0 + 1_100)
        .see(webhook("e3", "UserJoinRoom", T0 + 30_000, "{'UserId':'alice'}"), T0 + 30_100)
        .see(left("bob", 1, T0 + 20_000, "alice"), T0 + 31_000);

    // When
    run.see(closed("bob", T0 + 60_000, "b1", false), T0 + 60_000).passUntil(T0 + 3_600_000);

    // Then
    assertThat(run.told(UserLeft.class))
        .extracting(UserLeft::userId, UserLeft::eventTimeMillis)
        .containsExactly(tuple(ALICE, T0 + 20_000), tuple(BOB, T0 + 60_000));
  }

  @Test
  void aJoinWebhookThatItsLeavesOvertookSaysNothingOfTheNextVisit() {
    // Given
    run.see(opened("bob", T0, "b1"), T0)
        .see(joined("bob", 1, T0 + 1_000, "alice"), T0 + 1_000)
        .see(left("bob", 2, T0 + 20_000, "alice"), T0 + 20_000)
        .see(webhook("e2", "UserLeaveRoom", T0 + 20_000, "{'UserId':'alice'}"), T0 + 20_100)
        .see(webhook("e1", "UserJoinRoom", T0 + 1_000, "{'UserId':'alice'}"), T0 + 21_000);

    // When: bob alone sees her come back, and vanishes
    run.see(joined("bob", 3, T0 + 40_000, "alice"), T0 + 40_000)
        .see(closed("bob", T0 + 60_000, "b1", false), T0 + 60_000)
        .passUntil(T0 + 90_000);

    // Then
    assertThat(run.told(UserLeft.class))
        .extracting(UserLeft::userId, UserLeft::eventTimeMillis)
        .containsExactlyInAnyOrder(
            tuple(ALICE, T0 + 20_000), tuple(ALICE, T0 + 60_000), tuple(BOB, T0 + 60_000));
  }

  @Test
  void theCloudsWordIsOfThisVisitThoughTheRelayOpenedLongAfterIt() {
    // Given: the webhook comes after the relay has opened
    run.see(opened("alice", T0 + 20_000, "a1"), T0 + 20_000)
        .see(webhook("e1", "UserJoinRoom", T0, "{'UserId':'alice'}"), T0 + 20_100);

    // When
    run.see(closed("alice", T0 + 30_000, "a1", false), T0 + 30_000).passUntil(T0 + 329_999);
    assertThat(run.told(UserLeft.class)).isEmpty();
    run.passUntil(T0 + 330_000);

    // Then
    assertThat(run.told(UserLeft.class)).hasSize(1);
  }

  @Test
  void aSecondLoginsJoinThatCameBeforeTheLeaveOfTheSameMillisecondIsThere() {
    // When
    run.see(webhook("e1", "UserJoinRoom", T0, "{'UserId':'alice'}"), T0)
        .see(webhook("e3", "UserJoinRoom", T0 + 1_000, "{'UserId':'alice'}"), T0 + 1_010)
        .see(webhook("e2", "UserLeaveRoom", T0 + 1_000, "{'UserId':'alice'}"), T0 + 1_020);

    // Then
    assertThat(run.told(UserJoined.class))
        .extracting(UserJoined::eventTimeMillis)
        .containsExactly(T0, T0 + 1_000);
    assertThat(run.told(UserLeft.class)).hasSize(1);
  }

  @Test
  void aConnectionThatOpenedAfterALeaveThatWasToldLateBringsItsUserBackWhenItIsRenewed() {
    // Given: the leave's webhook comes when the user is back, the next join's never does
    run.see(opened("alice", T0, "a1"), T0)
        .see(webhook("e1", "UserJoinRoom", T0 + 50, "{'UserId':'alice'}"), T0 + 50)
        .see(closed("alice", T0 + 10_000, "a1", false), T0 + 10_000)
        .see(opened("alice", T0 + 12_000, "a2"), T0 + 12_000)
        .see(webhook("e2", "UserLeaveRoom", T0 + 10_100, "{'UserId':'alice'}"), T0 + 13_000);

    // When
    run.see(opened("alice", T0 + 12_000, "a2"), T0 + 72_000);

    // Then
    assertThat(run.told(UserLeft.class))
        .extracting(UserLeft::eventTimeMillis)
        .containsExactly(T0 + 10_100);
    assertThat(run.told(UserJoined.class))
        .extracting(UserJoined::eventTimeMillis)
        .containsExactly(T0, T0 + 12_000);
  }

  @Test
  void aConnectionFromBeforeALeaveBringsNobodyBackWhenItIsRenewed() {
    // Given: alice was removed from the room, and her page stays open
    run.see(opened("alice", T0, "a1"), T0)
        .see(
            webhook(
                "e1", "UserLeaveRoom", T0 + 100_000, "{'UserId':'alice','Reason':'kickedByAdmin'}"),
            T0 + 100_100);

    // When
    run.see(opened("alice", T0, "a1"), T0 + 120_000);

    // Then
    assertThat(run.told(UserJoined.class)).hasSize(1);
    assertThat(run.told(RoomState.class)).last().extracting(RoomState::open).isEqualTo(false);
  }
}
