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
import static dev.parley.room.Rooms.sdk;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.parley.events.Observation.RelayClosed;
import dev.parley.events.Observation.RelayOpened;
import dev.parley.events.RoomEvent;
import dev.parley.events.RoomEvent.CloseReason;
import dev.parley.events.RoomEvent.Evidence;
import dev.parley.events.RoomEvent.LeaveReason;
import dev.parley.events.RoomEvent.RoomClosed;
import dev.parley.events.RoomEvent.RoomOpened;
import dev.parley.events.RoomEvent.UserJoined;
import dev.parley.events.RoomEvent.UserLeft;
import dev.parley.events.RoomState;
import dev.parley.events.id.ClientId;
import dev.parley.events.id.UserId;
import dev.parley.room.Rooms.Run;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who is there, and until when, as clients alone tell. */
class RoomReducerPresenceTest {
  private final Run run = new Run();

  @Test
  void anObserverJoinsByItsRelayAndLeavesByItsGoodbye() {
    // When
    run.see(opened("alice", T0, "c1"), T0).see(closed("alice", T0 + 9_000, "c1", true), T0 + 9_000);

    // Then
    assertThat(run.told(RoomEvent.class))
        .containsExactly(
            new RoomOpened(APP, ROOM, T0, Evidence.CLIENT),
            new UserJoined(APP, ROOM, T0, Evidence.CLIENT, ALICE),
            new UserLeft(APP, ROOM, T0 + 9_000, Evidence.CLIENT, ALICE, LeaveReason.QUIT),
            new RoomClosed(APP, ROOM, T0 + 9_000, Evidence.INFERRED, CloseReason.EMPTY));
  }

  @Test
  void aBrokenRelayThatComesBackInTimeIsNoLeave() {
    // When
    run.see(opened("alice", T0, "c1"), T0)
        .see(closed("alice", T0 + 10_000, "c1", false), T0 + 10_000)
        .passUntil(T0 + 39_999)
        .see(opened("alice", T0 + 39_999, "c2"), T0 + 39_999)
        .passUntil(T0 + 80_000);

    // Then
    assertThat(run.told(UserLeft.class)).isEmpty();
    assertThat(run.told(UserJoined.class)).hasSize(1);
  }

  @Test
  void aBrokenRelayThatStaysAwayIsAnInferredLeaveAtTheTimeItBroke() {
    // When
    run.see(opened("alice", T0, "c1"), T0)
        .see(closed("alice", T0 + 10_000, "c1", false), T0 + 10_000)
        .passUntil(T0 + 40_000);

    // Then
    assertThat(run.told(UserLeft.class))
        .containsExactly(
            new UserLeft(
                APP, ROOM, T0 + 10_000, Evidence.INFERRED, ALICE, LeaveReason.CONNECTION_LOST));
    assertThat(run.told(RoomClosed.class)).hasSize(1);
  }

  @Test
  void aRelayThatIsNeverHeardOfAgainLapses() {
    // When
    run.see(opened("alice", T0, "c1"), T0).passUntil(T0 + 179_999);
    assertThat(run.told(UserLeft.class)).isEmpty();
    run.passUntil(T0 + 180_000);

    // Then
    assertThat(run.told(UserLeft.class)).hasSize(1);
  }

  @Test
  void anEarlierConnectionThatClosesLateEndsNothing() {
    // When
    run.see(opened("alice", T0, "c1"), T0)
        .see(opened("alice", T0 + 5_000, "c2"), T0 + 5_000)
        .see(closed("alice", T0 + 6_000, "c1", false), T0 + 6_000)
        .passUntil(T0 + 60_000);

    // Then
    assertThat(run.told(UserLeft.class)).isEmpty();
  }

  @Test
  void aUserWhomOnlyAVanishedObserverSawLeavesToo() {
    // When
    run.see(opened("alice", T0, "c1"), T0)
        .see(joined("alice", 1, T0 + 1_000, "agent-1"), T0 + 1_000)
        .see(closed("alice", T0 + 10_000, "c1", false), T0 + 10_000)
        .passUntil(T0 + 40_000);

    // Then
    assertThat(run.told(UserLeft.class))
        .containsExactly(
            new UserLeft(
                APP, ROOM, T0 + 10_000, Evidence.INFERRED, ALICE, LeaveReason.CONNECTION_LOST),
            new UserLeft(APP, ROOM, T0 + 10_000, Evidence.INFERRED, AGENT, LeaveReason.UNKNOWN));
  }

  @Test
  void anAgentWhomNobodySeesAfterTheGoodbyesLeavesToo() {
    // When
    run.see(opened("alice", T0, "c1"), T0)
        .see(joined("alice", 1, T0 + 1_000, "agent-1"), T0 + 1_000)
        .see(closed("alice", T0 + 10_000, "c1", true), T0 + 10_000)
        .passUntil(T0 + 39_999);
    assertThat(run.told(UserLeft.class)).hasSize(1);
    run.passUntil(T0 + 40_000);

    // Then
    assertThat(run.told(RoomEvent.class))
        .endsWith(
            new UserLeft(APP, ROOM, T0 + 10_000, Evidence.CLIENT, ALICE, LeaveReason.QUIT),
            new UserLeft(APP, ROOM, T0 + 10_000, Evidence.INFERRED, AGENT, LeaveReason.UNKNOWN),
            new RoomClosed(APP, ROOM, T0 + 10_000, Evidence.INFERRED, CloseReason.EMPTY));
  }

  @Test
  void aUserWhomAnotherObserverStillSeesStays() {
    // When
    run.see(opened("alice", T0, "c1"), T0)
        .see(opened("bob", T0, "c2"), T0)
        .see(joined("bob", 1, T0 + 100, "alice"), T0 + 100)
        .see(closed("alice", T0 + 10_000, "c1", false), T0 + 10_000)
        .passUntil(T0 + 60_000);

    // Then
    assertThat(run.told(UserLeft.class)).isEmpty();
  }

  @Test
  void aLateJoinOfAnEpisodeThatIsOverIsNotTold() {
    // When
    run.see(opened("alice", T0, "c1"), T0)
        .see(opened("bob", T0, "c2"), T0)
        .see(joined("alice", 1, T0 + 10_000, "agent-1"), T0 + 10_000)
        .see(left("alice", 2, T0 + 30_000, "agent-1"), T0 + 30_000)
        .see(joined("bob", 1, T0 + 10_020, "agent-1"), T0 + 31_000)
        .see(left("bob", 2, T0 + 30_020, "agent-1"), T0 + 31_000);

    // Then
    assertThat(run.told(UserJoined.class)).filteredOn(f -> f.userId().equals(AGENT)).hasSize(1);
    assertThat(run.told(UserLeft.class)).hasSize(1);
  }

  @Test
  void aLeaveThatComesLateAfterTheRejoinWasSeenMakesBothFacts() {
    // When
    run.see(opened("alice", T0, "c1"), T0)
        .see(opened("bob", T0, "c2"), T0)
        .see(joined("alice", 1, T0 + 1_000, "agent-1"), T0 + 1_000)
        .see(joined("alice", 2, T0 + 60_000, "agent-1"), T0 + 60_000)
        .see(left("bob", 1, T0 + 40_000, "agent-1"), T0 + 61_000);

    // Then
    assertThat(run.told(RoomEvent.class))
        .endsWith(
            new UserLeft(APP, ROOM, T0 + 40_000, Evidence.CLIENT, AGENT, LeaveReason.QUIT),
            new UserJoined(APP, ROOM, T0 + 60_000, Evidence.CLIENT, AGENT));
  }

  @Test
  void anObserverWhoseTokenExpiredHasLeft() {
    // When
    run.see(opened("alice", T0, "c1"), T0)
        .see(sdk("alice", 1, T0 + 7, "onError", "{'errorCode':'TOKEN_EXPIRED'}"), T0 + 7);

    // Then
    assertThat(run.told(UserLeft.class))
        .containsExactly(
            new UserLeft(APP, ROOM, T0 + 7, Evidence.CLIENT, ALICE, LeaveReason.TOKEN_EXPIRED));
  }

  @Test
  void whoIsStillConnectedAfterKafkaStoodStillIsBack() {
    // Given: five minutes without any record, and the wall clock let the lease pass
    long back = T0 + 360_000;
    run.see(opened("alice", T0, "c1"), T0)
        .see(opened("alice", T0, "c1"), T0 + 60_000)
        .passUntil(back - 1);

    // When: renewals carry the time of the hello
    run.see(opened("alice", T0, "c1"), back).see(opened("alice", T0, "c1"), back + 60_000);

    // Then
    assertThat(run.told(RoomEvent.class))
        .containsExactly(
            new RoomOpened(APP, ROOM, T0, Evidence.CLIENT),
            new UserJoined(APP, ROOM, T0, Evidence.CLIENT, ALICE),
            new UserLeft(
                APP, ROOM, T0 + 60_000, Evidence.INFERRED, ALICE, LeaveReason.CONNECTION_LOST),
            new RoomClosed(APP, ROOM, T0 + 60_000, Evidence.INFERRED, CloseReason.EMPTY),
            new RoomOpened(APP, ROOM, back, Evidence.CLIENT),
            new UserJoined(APP, ROOM, back, Evidence.CLIENT, ALICE));
    assertThat(run.told(RoomState.class))
        .last()
        .satisfies(
            room -> {
              assertThat(room.open()).isTrue();
              assertThat(room.users()).extracting(RoomState.User::userId).containsExactly(ALICE);
            });
  }

  @Test
  void whoReportsOfBeforeTheOutageAfterItIsBack() {
    // Given
    long back = T0 + 360_000;
    run.see(opened("alice", T0, "c1"), T0).see(opened("alice", T0, "c1"), T0 + 60_000);

    // When: the report waited in the client, its socket was not read
    run.see(sdk("alice", 1, T0 + 59_000, "onConnectionStateChanged", "{'state':4}"), back)
        .see(opened("alice", T0, "c1"), back + 60_000);

    // Then
    assertThat(run.told(UserLeft.class)).hasSize(1);
    assertThat(run.told(UserJoined.class))
        .extracting(UserJoined::eventTimeMillis)
        .containsExactly(T0, back);
    assertThat(run.told(RoomState.class)).last().extracting(RoomState::open).isEqualTo(true);
  }

  @Test
  void patienceIsForOpenRelaysAlone() {
    // Given: an open relay, one that broke, and reports without a relay
    RoomReducer patient = new RoomReducer(ReducerRules.defaults()).patientUntil(T0 + 600_000);
    run.see(opened("alice", T0, "c1"), T0)
        .see(opened("bob", T0, "c2"), T0)
        .see(closed("bob", T0 + 1, "c2", false), T0 + 1)
        .see(sdk("carol", 1, T0 + 2, "onConnectionStateChanged", "{'state':4}"), T0 + 2);

    // When
    Step early = patient.advance(run.memory(), KEY, T0 + 599_999);
    Step late = patient.advance(early.memory(), KEY, T0 + 600_000);

    // Then
    assertThat(early.facts())
        .extracting(Fact::data)
        .filteredOn(UserLeft.class::isInstance)
        .extracting(data -> ((UserLeft) data).userId())
        .containsExactlyInAnyOrder(BOB, new UserId("carol"));
    assertThat(patient.nextDeadline(early.memory())).isEqualTo(T0 + 600_000);
    assertThat(late.facts())
        .extracting(Fact::data)
        .filteredOn(UserLeft.class::isInstance)
        .extracting(data -> ((UserLeft) data).userId())
        .containsExactly(ALICE);
  }

  @Test
  void anAgentWhomOnlyAClientSeesIsBackWithThatClient() {
    // Given
    long back = T0 + 360_000;
    run.see(opened("alice", T0, "c1"), T0)
        .see(joined("alice", 1, T0 + 1, "agent-1"), T0 + 1)
        .passUntil(back - 1);
    assertThat(run.told(UserLeft.class)).hasSize(2);

    // When
    run.see(opened("alice", T0, "c1"), back);

    // Then
    assertThat(run.lastState().users())
        .extracting(RoomState.User::userId)
        .containsExactlyInAnyOrder(ALICE, AGENT);
  }

  @Test
  void aClientThatIsBackBringsNobodyBackOfWhoseLeaveAnotherOneTold() {
    // Given
    run.see(opened("alice", T0, "c1"), T0)
        .see(opened("carol", T0, "c2"), T0)
        .see(joined("alice", 1, T0 + 1_000, "agent-1"), T0 + 1_000)
        .see(joined("carol", 1, T0 + 1_000, "agent-1"), T0 + 1_000)
        .passUntil(T0 + 200_000);

    // When
    run.see(left("carol", 2, T0 + 150_000, "agent-1"), T0 + 201_000)
        .see(opened("alice", T0, "c1"), T0 + 202_000);

    // Then
    assertThat(run.told(UserJoined.class))
        .extracting(UserJoined::userId)
        .filteredOn(AGENT::equals)
        .hasSize(1);
  }

  @Test
  void aRenewalThatWasOvertakenByTheEndOfItsConnectionBringsNobodyBack() {
    // When
    run.see(opened("alice", T0, "c1"), T0)
        .see(closed("alice", T0 + 10_000, "c1", true), T0 + 10_000)
        .see(opened("alice", T0, "c1"), T0 + 60_000)
        .passUntil(T0 + 60_000);

    // Then
    assertThat(run.told(UserJoined.class)).hasSize(1);
    assertThat(run.told(UserLeft.class)).hasSize(1);
    assertThat(run.told(RoomState.class)).last().extracting(RoomState::open).isEqualTo(false);
  }

  @Test
  void aClientWhoseUserWentOnInAnotherOneVouchesNoMore() {
    // Given: alice's phone takes over from her laptop, whose page stays open
    ClientId phone = new ClientId("phone");
    run.see(opened("alice", T0, "laptop"), T0)
        .see(new RelayOpened(APP, ROOM, T0 + 5_000, ALICE, phone, "phone-1"), T0 + 5_000)
        .see(sdk("alice", 1, T0 + 5_500, "onError", "{'errorCode':'DUPLICATE_LOGIN'}"), T0 + 5_500)
        .see(opened("alice", T0, "laptop"), T0 + 60_000);

    // When
    run.see(new RelayClosed(APP, ROOM, T0 + 70_000, ALICE, phone, "phone-1", true), T0 + 70_000)
        .see(opened("alice", T0, "laptop"), T0 + 120_000)
        .see(
            sdk("alice", 2, T0 + 121_000, "onConnectionStateChanged", "{'state':1}"), T0 + 121_000);

    // Then
    assertThat(run.told(UserLeft.class))
        .containsExactly(
            new UserLeft(APP, ROOM, T0 + 70_000, Evidence.CLIENT, ALICE, LeaveReason.QUIT));
    assertThat(run.told(UserJoined.class)).hasSize(1);
  }

  @Test
  void aConnectionAfterAnotherClientsGoodbyeIsANewVisitHoweverNear() {
    // Given
    ClientId phone = new ClientId("phone");

    // When
    run.see(opened("alice", T0, "laptop"), T0)
        .see(closed("alice", T0 + 1_500, "laptop", true), T0 + 1_600)
        .see(new RelayOpened(APP, ROOM, T0 + 4_300, ALICE, phone, "phone-1"), T0 + 4_400)
        .see(new RelayClosed(APP, ROOM, T0 + 4_900, ALICE, phone, "phone-1", true), T0 + 5_000);

    // Then
    assertThat(run.told(UserJoined.class))
        .extracting(UserJoined::eventTimeMillis)
        .containsExactly(T0, T0 + 4_300);
    assertThat(run.told(UserLeft.class))
        .extracting(UserLeft::eventTimeMillis)
        .containsExactly(T0 + 1_500, T0 + 4_900);
  }

  @Test
  void aClientThatSaidGoodbyeVouchesOnlyForThoseWhomItSeesWhenItIsBack() {
    // Given: bob's gateway dies while alice is away for ten seconds
    run.see(opened("alice", T0, "c1"), T0)
        .see(opened("bob", T0 + 1_000, "c2"), T0 + 1_000)
        .see(joined("alice", 1, T0 + 1_100, "bob"), T0 + 1_100)
        .see(opened("bob", T0 + 1_000, "c2"), T0 + 58_000)
        .see(closed("alice", T0 + 60_000, "c1", true), T0 + 60_000);

    // When
    for (int i = 0; i < 5; i++) {
      run.see(opened("alice", T0 + 70_000, "c3"), T0 + 70_000 + i * 60_000L);
    }

    // Then: until her goodbye she saw him
    assertThat(run.told(UserLeft.class))
        .containsExactly(
            new UserLeft(APP, ROOM, T0 + 60_000, Evidence.CLIENT, ALICE, LeaveReason.QUIT),
            new UserLeft(
                APP, ROOM, T0 + 60_000, Evidence.INFERRED, BOB, LeaveReason.CONNECTION_LOST));
  }

  @Test
  void whomNobodyTellsOfAnyMoreAfterAGoodbyeAndAReturnLeaves() {
    // Given: bob has no relay of his own
    run.see(opened("alice", T0, "c1"), T0)
        .see(joined("alice", 1, T0 + 1_000, "bob"), T0 + 1_000)
        .see(closed("alice", T0 + 60_000, "c1", true), T0 + 60_000);

    // When: alice is back, and tells of nobody
    run.see(opened("alice", T0 + 70_000, "c2"), T0 + 70_000).passUntil(T0 + 99_999);
    assertThat(run.told(UserLeft.class)).extracting(UserLeft::userId).containsExactly(ALICE);
    run.see(opened("alice", T0 + 70_000, "c2"), T0 + 130_000);

    // Then
    assertThat(run.told(UserLeft.class))
        .containsExactly(
            new UserLeft(APP, ROOM, T0 + 60_000, Evidence.CLIENT, ALICE, LeaveReason.QUIT),
            new UserLeft(APP, ROOM, T0 + 60_000, Evidence.INFERRED, BOB, LeaveReason.UNKNOWN));
    assertThat(run.lastState().users()).extracting(RoomState.User::userId).containsExactly(ALICE);
  }

  @Test
  void whomAClientTellsOfAgainAfterItsReturnStays() {
    // Given
    run.see(opened("alice", T0, "c1"), T0)
        .see(joined("alice", 1, T0 + 1_000, "bob"), T0 + 1_000)
        .see(closed("alice", T0 + 60_000, "c1", true), T0 + 60_000);

    // When
    run.see(opened("alice", T0 + 70_000, "c2"), T0 + 70_000)
        .see(joined("alice", 2, T0 + 99_000, "bob"), T0 + 99_000)
        .passUntil(T0 + 200_000);

    // Then
    assertThat(run.told(UserLeft.class)).extracting(UserLeft::userId).containsExactly(ALICE);
  }

  @Test
  void whomAnotherClientSeesStaysThoughTheFirstTellsOfHimNoMore() {
    // Given
    run.see(opened("alice", T0, "c1"), T0)
        .see(opened("carol", T0, "c2"), T0)
        .see(joined("alice", 1, T0 + 1_000, "bob"), T0 + 1_000)
        .see(joined("carol", 1, T0 + 1_000, "bob"), T0 + 1_000)
        .see(closed("alice", T0 + 60_000, "c1", true), T0 + 60_000)
        .see(opened("alice", T0 + 70_000, "c3"), T0 + 70_000);

    // When
    run.passUntil(T0 + 150_000).see(closed("carol", T0 + 150_000, "c2", false), T0 + 150_000);
    assertThat(run.told(UserLeft.class)).extracting(UserLeft::userId).containsExactly(ALICE);
    run.passUntil(T0 + 180_000);

    // Then: the last who saw him was carol
    assertThat(run.told(UserLeft.class))
        .last()
        .isEqualTo(
            new UserLeft(APP, ROOM, T0 + 150_000, Evidence.INFERRED, BOB, LeaveReason.UNKNOWN));
  }

  @Test
  void whoWasSeenLongAfterTheOwnRelayBrokeLeftWhenHeWasSeenLast() {
    // Given: bob's relay breaks, alice sees him for eight hours more
    long last = T0 + 8 * 3_600_000;
    run.see(opened("alice", T0, "c1"), T0)
        .see(opened("bob", T0, "b1"), T0)
        .see(joined("alice", 1, T0 + 1_000, "bob"), T0 + 1_000)
        .see(closed("bob", T0 + 10_000, "b1", false), T0 + 10_000);
    for (long at = T0 + 60_000; at < last; at += 60_000) {
      run.see(opened("alice", T0, "c1"), at);
    }

    // When: she says goodbye, comes back, and does not tell of him
    run.see(closed("alice", last, "c1", true), last)
        .see(opened("alice", last + 10_000, "c2"), last + 10_000)
        .passUntil(last + 40_000);

    // Then
    assertThat(run.told(UserLeft.class))
        .containsExactly(
            new UserLeft(APP, ROOM, last, Evidence.CLIENT, ALICE, LeaveReason.QUIT),
            new UserLeft(APP, ROOM, last, Evidence.INFERRED, BOB, LeaveReason.CONNECTION_LOST));
  }

  @Test
  void whoReportsInBatchesAfterTheGoodbyeIsBackAndVouchesForThoseAloneOfWhomItThenTells() {
    // Given
    String state = "{'state':4}";
    run.see(opened("alice", T0, "c1"), T0)
        .see(joined("alice", 1, T0 + 1_000, "bob"), T0 + 1_000)
        .see(joined("alice", 2, T0 + 1_000, "carol"), T0 + 1_000)
        .see(closed("alice", T0 + 60_000, "c1", true), T0 + 60_000);

    // When: always sooner than the grace
    run.see(joined("alice", 3, T0 + 70_000, "carol"), T0 + 70_000);
    for (int i = 1; i < 10; i++) {
      long at = T0 + 70_000 + i * 20_000L;
      run.see(sdk("alice", 3 + i, at, "onConnectionStateChanged", state), at);
    }

    // Then
    assertThat(run.told(UserJoined.class))
        .extracting(UserJoined::userId, UserJoined::eventTimeMillis)
        .containsExactly(
            tuple(ALICE, T0),
            tuple(BOB, T0 + 1_000),
            tuple(new UserId("carol"), T0 + 1_000),
            tuple(ALICE, T0 + 70_000));
    assertThat(run.told(UserLeft.class))
        .containsExactly(
            new UserLeft(APP, ROOM, T0 + 60_000, Evidence.CLIENT, ALICE, LeaveReason.QUIT),
            new UserLeft(APP, ROOM, T0 + 60_000, Evidence.INFERRED, BOB, LeaveReason.UNKNOWN));
  }

  @Test
  void whoReportsInBatchesLongAfterTheGoodbyeVouchesForThoseAloneOfWhomItThenTells() {
    // Given: bob's own relay is open, and breaks off when alice has been back for a while
    String state = "{'state':4}";
    run.see(opened("alice", T0, "c1"), T0)
        .see(opened("bob", T0, "b1"), T0)
        .see(joined("alice", 1, T0 + 1_000, "bob"), T0 + 1_000)
        .see(closed("alice", T0 + 60_000, "c1", true), T0 + 60_000)
        .see(opened("bob", T0, "b1"), T0 + 90_000)
        .see(sdk("alice", 2, T0 + 100_000, "onConnectionStateChanged", state), T0 + 100_000);

    // When
    run.see(closed("bob", T0 + 110_000, "b1", false), T0 + 110_000).passUntil(T0 + 140_000);

    // Then
    assertThat(run.told(UserLeft.class))
        .last()
        .isEqualTo(
            new UserLeft(
                APP, ROOM, T0 + 110_000, Evidence.INFERRED, BOB, LeaveReason.CONNECTION_LOST));
  }

  @Test
  void aReportOfBeforeTheGoodbyeThatComesAfterItBringsNobodyBack() {
    // When
    run.see(opened("alice", T0, "c1"), T0)
        .see(closed("alice", T0 + 60_000, "c1", true), T0 + 60_000)
        .see(sdk("alice", 1, T0 + 59_000, "onConnectionStateChanged", "{'state':4}"), T0 + 60_100);

    // Then
    assertThat(run.told(UserJoined.class)).hasSize(1);
    assertThat(run.told(RoomState.class)).last().extracting(RoomState::open).isEqualTo(false);
  }

  @Test
  void statesAfterLapsesOfTheSameMomentAreTwo() {
    // Given: both relays end at the same time, of which the gateway hears one after the other
    run.see(opened("alice", T0, "c1"), T0)
        .see(opened("bob", T0, "c2"), T0)
        .see(opened("carol", T0, "c3"), T0)
        .see(closed("alice", T0 + 10_000, "c1", false), T0 + 10_000)
        .see(closed("bob", T0 + 10_000, "c2", false), T0 + 10_001);

    // When
    run.passUntil(T0 + 40_001);

    // Then
    List<Fact> states =
        run.facts().stream().filter(fact -> fact.data() instanceof RoomState).toList();
    assertThat(states)
        .extracting(fact -> ((RoomState) fact.data()).users().size())
        .containsExactly(1, 2, 3, 2, 1);
    assertThat(states).extracting(Fact::id).doesNotHaveDuplicates();
  }

  @Test
  void anAgentWhomOnlyAClientSeesIsBackWithThatClientOverANewConnectionToo() {
    // Given
    run.see(opened("alice", T0, "c1"), T0)
        .see(joined("alice", 1, T0 + 1, "agent-1"), T0 + 1)
        .see(closed("alice", T0 + 10_000, "c1", false), T0 + 10_000)
        .passUntil(T0 + 40_000);
    assertThat(run.told(UserLeft.class)).hasSize(2);

    // When: the same instance of the client
    run.see(opened("alice", T0 + 100_000, "c2"), T0 + 100_000);

    // Then
    assertThat(run.told(UserJoined.class))
        .last()
        .isEqualTo(new UserJoined(APP, ROOM, T0 + 100_000, Evidence.INFERRED, AGENT));
    assertThat(run.lastState().users())
        .extracting(RoomState.User::userId)
        .containsExactlyInAnyOrder(ALICE, AGENT);
  }

  @Test
  void anAgentWhomOnlyAClientSeesIsBackWithTheBatchesOfThatClient() {
    // Given: a client that has nothing to report for longer than the lease
    run.see(joined("alice", 1, T0, "agent-1"), T0).passUntil(T0 + 180_000);
    assertThat(run.told(UserLeft.class)).hasSize(2);

    // When
    run.see(sdk("alice", 2, T0 + 200_000, "onConnectionStateChanged", "{'state':4}"), T0 + 200_000);

    // Then
    assertThat(run.lastState().users())
        .extracting(RoomState.User::userId)
        .containsExactlyInAnyOrder(ALICE, AGENT);
  }

  @Test
  void aNewInstanceOfAClientSeesWhomItTellsOfAlone() {
    // Given
    run.see(opened("alice", T0, "c1"), T0)
        .see(joined("alice", 1, T0 + 1, "agent-1"), T0 + 1)
        .see(closed("alice", T0 + 10_000, "c1", false), T0 + 10_000)
        .passUntil(T0 + 40_000);

    // When: her page was loaded anew
    run.see(
        new RelayOpened(APP, ROOM, T0 + 100_000, ALICE, new ClientId("web-2"), "c2"), T0 + 100_000);

    // Then
    assertThat(run.lastState().users()).extracting(RoomState.User::userId).containsExactly(ALICE);
  }

  @Test
  void aClientThatTakesItsUserBackFromAnotherOneSeesWhomItTellsOfAlone() {
    // Given: alice's phone takes over from her laptop, which saw the agent
    ClientId phone = new ClientId("phone");
    run.see(opened("alice", T0, "laptop-1"), T0)
        .see(joined("alice", 1, T0 + 1_000, "agent-1"), T0 + 1_000)
        .see(new RelayOpened(APP, ROOM, T0 + 5_000, ALICE, phone, "phone-1"), T0 + 5_000)
        .see(sdk("alice", 2, T0 + 5_500, "onError", "{'errorCode':'DUPLICATE_LOGIN'}"), T0 + 5_500);

    // When: the laptop takes her back, and tells of nobody
    run.see(opened("alice", T0 + 20_000, "laptop-2"), T0 + 20_000)
        .see(new RelayClosed(APP, ROOM, T0 + 20_100, ALICE, phone, "phone-1", true), T0 + 20_100)
        .passUntil(T0 + 50_000);

    // Then: until the phone came the laptop saw it
    assertThat(run.told(UserLeft.class))
        .containsExactly(
            new UserLeft(APP, ROOM, T0 + 5_500, Evidence.INFERRED, AGENT, LeaveReason.UNKNOWN));
  }

  @Test
  void aClientThatIsBackWithTheNewsThatAnotherOneLeftDoesNotBringThatOneBack() {
    // Given
    run.see(opened("alice", T0, "c1"), T0)
        .see(joined("alice", 1, T0 + 1, "agent-1"), T0 + 1)
        .passUntil(T0 + 180_000);

    // When
    run.see(left("alice", 2, T0 + 150_000, "agent-1"), T0 + 200_000);

    // Then
    assertThat(run.told(UserJoined.class))
        .extracting(UserJoined::userId)
        .containsExactly(ALICE, AGENT, ALICE);
  }
}
