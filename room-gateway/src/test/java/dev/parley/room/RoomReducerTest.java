package dev.parley.room;

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
import static dev.parley.room.Rooms.webhook;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.parley.events.Observation;
import dev.parley.events.RoomEvent;
import dev.parley.events.RoomEvent.CaptureStarted;
import dev.parley.events.RoomEvent.CaptureStopped;
import dev.parley.events.RoomEvent.CloseReason;
import dev.parley.events.RoomEvent.ConnectionChanged;
import dev.parley.events.RoomEvent.ConnectionState;
import dev.parley.events.RoomEvent.ErrorReported;
import dev.parley.events.RoomEvent.Evidence;
import dev.parley.events.RoomEvent.LeaveReason;
import dev.parley.events.RoomEvent.MediaType;
import dev.parley.events.RoomEvent.RoomClosed;
import dev.parley.events.RoomEvent.StreamPublished;
import dev.parley.events.RoomEvent.StreamUnpublished;
import dev.parley.events.RoomEvent.TokenExpired;
import dev.parley.events.RoomEvent.TokenExpiryAnnounced;
import dev.parley.events.RoomEvent.TokenPart;
import dev.parley.events.RoomEvent.UnpublishReason;
import dev.parley.events.RoomEvent.UserJoined;
import dev.parley.events.RoomEvent.UserLeft;
import dev.parley.events.RoomState;
import dev.parley.room.Rooms.Run;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RoomReducerTest {
  private final Run run = new Run();

  @Test
  void streamsAndCapturesEndBeforeTheirUserLeaves() {
    // When
    run.see(opened("alice", T0, "c1"), T0)
        .see(joined("alice", 1, T0 + 1, "bob"), T0 + 1)
        .see(
            sdk("alice", 2, T0 + 2, "onUserPublishStream", "{'userId':'bob','mediaType':3}"),
            T0 + 2)
        .see(sdk("alice", 3, T0 + 3, "onUserStartAudioCapture", "{'userId':'bob'}"), T0 + 3)
        .see(
            sdk(
                "alice",
                4,
                T0 + 4,
                "onUserUnpublishStream",
                "{'userId':'bob','mediaType':2,'reason':0}"),
            T0 + 4)
        .see(left("alice", 5, T0 + 5, "bob"), T0 + 5)
        .see(
            sdk(
                "alice",
                6,
                T0 + 6,
                "onUserUnpublishStream",
                "{'userId':'bob','mediaType':1,'reason':3}"),
            T0 + 6);

    // Then
    assertThat(run.told(RoomEvent.class).subList(2, run.told(RoomEvent.class).size()))
        .containsExactly(
            new UserJoined(APP, ROOM, T0 + 1, Evidence.CLIENT, BOB),
            new StreamPublished(APP, ROOM, T0 + 2, Evidence.CLIENT, BOB, MediaType.AUDIO, false),
            new StreamPublished(APP, ROOM, T0 + 2, Evidence.CLIENT, BOB, MediaType.VIDEO, false),
            new CaptureStarted(APP, ROOM, T0 + 3, Evidence.CLIENT, BOB, MediaType.AUDIO),
            new StreamUnpublished(
                APP,
                ROOM,
                T0 + 4,
                Evidence.CLIENT,
                BOB,
                MediaType.VIDEO,
                false,
                UnpublishReason.UNPUBLISHED),
            new StreamUnpublished(
                APP,
                ROOM,
                T0 + 5,
                Evidence.INFERRED,
                BOB,
                MediaType.AUDIO,
                false,
                UnpublishReason.USER_LEFT),
            new CaptureStopped(APP, ROOM, T0 + 5, Evidence.INFERRED, BOB, MediaType.AUDIO),
            new UserLeft(APP, ROOM, T0 + 5, Evidence.CLIENT, BOB, LeaveReason.QUIT));
  }

  @Test
  void aStreamOfSomebodyUnknownImpliesThatTheyAreThere() {
    // When
    run.see(opened("alice", T0, "c1"), T0)
        .see(
            sdk("alice", 1, T0 + 9, "onUserPublishScreen", "{'userId':'bob','mediaType':2}"),
            T0 + 9);

    // Then
    assertThat(run.told(RoomEvent.class).subList(2, 4))
        .containsExactly(
            new UserJoined(APP, ROOM, T0 + 9, Evidence.INFERRED, BOB),
            new StreamPublished(APP, ROOM, T0 + 9, Evidence.CLIENT, BOB, MediaType.VIDEO, true));
  }

  @Test
  void aNewcomerLearnsOfStreamsThatBeganBefore() {
    // When
    run.see(opened("alice", T0, "c1"), T0)
        .see(
            sdk(
                "alice",
                1,
                T0 + 9,
                "onUserJoined",
                "{'userInfo':{'userId':'bob'},'publishState':{'audio':true,'video':false,'screenAudio':false,'screenVideo':true}}"),
            T0 + 9);

    // Then
    assertThat(run.told(StreamPublished.class))
        .containsExactly(
            new StreamPublished(APP, ROOM, T0 + 9, Evidence.CLIENT, BOB, MediaType.AUDIO, false),
            new StreamPublished(APP, ROOM, T0 + 9, Evidence.CLIENT, BOB, MediaType.VIDEO, true));
  }

  @Test
  void aDestroyedRoomSendsEverybodyHome() {
    // When
    run.see(opened("alice", T0, "c1"), T0)
        .see(joined("alice", 1, T0 + 1, "bob"), T0 + 1)
        .see(webhook("e1", "RoomDestroy", T0 + 10_000, "{}"), T0 + 10_000);

    // Then
    assertThat(run.told(RoomEvent.class))
        .endsWith(
            new UserLeft(APP, ROOM, T0 + 10_000, Evidence.CLOUD, ALICE, LeaveReason.ROOM_CLOSED),
            new UserLeft(APP, ROOM, T0 + 10_000, Evidence.CLOUD, BOB, LeaveReason.ROOM_CLOSED),
            new RoomClosed(APP, ROOM, T0 + 10_000, Evidence.CLOUD, CloseReason.DESTROYED));
    assertThat(run.told(RoomState.class)).last().extracting(RoomState::open).isEqualTo(false);
  }

  @Test
  void aClientsConnectionIsToldOnceForEachReport() {
    // When
    run.see(opened("alice", T0, "c1"), T0)
        .see(
            sdk("alice", 1, T0 + 1, "onConnectionStateChanged", "{'state':4,'reason':'iceFailed'}"),
            T0 + 1)
        .see(sdk("alice", 2, T0 + 2, "onConnectionStateChanged", "{'state':5}"), T0 + 2)
        .see(
            sdk("alice", 1, T0 + 1, "onConnectionStateChanged", "{'state':4,'reason':'iceFailed'}"),
            T0 + 3)
        .see(sdk("alice", 3, T0 + 4, "onConnectionStateChanged", "{'state':99}"), T0 + 4);

    // Then
    assertThat(run.told(ConnectionChanged.class))
        .containsExactly(
            new ConnectionChanged(
                APP,
                ROOM,
                T0 + 1,
                Evidence.CLIENT,
                ALICE,
                Rooms.client("alice"),
                1,
                ConnectionState.RECONNECTING,
                "iceFailed"),
            new ConnectionChanged(
                APP,
                ROOM,
                T0 + 2,
                Evidence.CLIENT,
                ALICE,
                Rooms.client("alice"),
                2,
                ConnectionState.RECONNECTED,
                null));
  }

  @Test
  void theSameNewsOfTwoClientsAreTwoFacts() {
    // When
    run.see(opened("alice", T0, "c1"), T0)
        .see(opened("bob", T0, "c2"), T0)
        .see(sdk("alice", 1, T0 + 1, "onTokenWillExpire", ""), T0 + 1)
        .see(sdk("bob", 1, T0 + 1, "onTokenWillExpire", ""), T0 + 1);

    // Then
    assertThat(run.told(TokenExpiryAnnounced.class))
        .extracting(TokenExpiryAnnounced::userId, TokenExpiryAnnounced::part)
        .containsExactly(tuple(ALICE, TokenPart.TOKEN), tuple(BOB, TokenPart.TOKEN));
    assertThat(run.facts()).extracting(Fact::id).doesNotHaveDuplicates();
  }

  @Test
  void privilegesExpireOneByOneAndTheTokenAsAWhole() {
    // When
    run.see(opened("alice", T0, "c1"), T0)
        .see(sdk("alice", 1, T0 + 1, "onTokenPublishPrivilegeWillExpire", ""), T0 + 1)
        .see(sdk("alice", 2, T0 + 2, "onTokenSubscribePrivilegeWillExpire", ""), T0 + 2)
        .see(sdk("alice", 3, T0 + 3, "onTokenPublishPrivilegeDidExpired", "{}"), T0 + 3)
        .see(sdk("alice", 4, T0 + 4, "onTokenSubscribePrivilegeDidExpired", ""), T0 + 4)
        .see(sdk("alice", 5, T0 + 5, "onError", "{'errorCode':'TOKEN_EXPIRED'}"), T0 + 5);

    // Then
    assertThat(run.told(TokenExpiryAnnounced.class))
        .extracting(TokenExpiryAnnounced::sequence, TokenExpiryAnnounced::part)
        .containsExactly(
            tuple(1L, TokenPart.PUBLISH_PRIVILEGE), tuple(2L, TokenPart.SUBSCRIBE_PRIVILEGE));
    assertThat(run.told(TokenExpired.class))
        .extracting(TokenExpired::sequence, TokenExpired::part)
        .containsExactly(
            tuple(3L, TokenPart.PUBLISH_PRIVILEGE),
            tuple(4L, TokenPart.SUBSCRIBE_PRIVILEGE),
            tuple(5L, TokenPart.TOKEN));
  }

  @Test
  void aClientsErrorIsToldBeforeWhatFollowsFromIt() {
    // When
    run.see(opened("alice", T0, "c1"), T0)
        .see(
            sdk("alice", 1, T0 + 7, "onError", "{'errorCode':'KICKED_OUT','forbiddenTime':60}"),
            T0 + 7);

    // Then
    assertThat(run.told(RoomEvent.class).subList(2, 4))
        .containsExactly(
            new ErrorReported(
                APP, ROOM, T0 + 7, Evidence.CLIENT, ALICE, Rooms.client("alice"), 1, "KICKED_OUT"),
            new UserLeft(APP, ROOM, T0 + 7, Evidence.CLIENT, ALICE, LeaveReason.KICKED));
  }

  @Test
  void aCameraAndAScreenAreToldAsAMicrophoneAndAStreamAre() {
    // When
    run.see(opened("alice", T0, "c1"), T0)
        .see(joined("alice", 1, T0 + 1, "bob"), T0 + 1)
        .see(sdk("alice", 2, T0 + 2, "onUserStartVideoCapture", "{'userId':'bob'}"), T0 + 2)
        .see(
            sdk("alice", 3, T0 + 3, "onUserPublishScreen", "{'userId':'bob','mediaType':3}"),
            T0 + 3)
        .see(
            sdk(
                "alice",
                4,
                T0 + 4,
                "onUserUnpublishScreen",
                "{'userId':'bob','mediaType':1,'reason':0}"),
            T0 + 4)
        .see(sdk("alice", 5, T0 + 5, "onUserStopVideoCapture", "{'userId':'bob'}"), T0 + 5);

    // Then
    assertThat(run.told(RoomEvent.class).subList(3, run.told(RoomEvent.class).size()))
        .containsExactly(
            new CaptureStarted(APP, ROOM, T0 + 2, Evidence.CLIENT, BOB, MediaType.VIDEO),
            new StreamPublished(APP, ROOM, T0 + 3, Evidence.CLIENT, BOB, MediaType.AUDIO, true),
            new StreamPublished(APP, ROOM, T0 + 3, Evidence.CLIENT, BOB, MediaType.VIDEO, true),
            new StreamUnpublished(
                APP,
                ROOM,
                T0 + 4,
                Evidence.CLIENT,
                BOB,
                MediaType.AUDIO,
                true,
                UnpublishReason.UNPUBLISHED),
            new CaptureStopped(APP, ROOM, T0 + 5, Evidence.CLIENT, BOB, MediaType.VIDEO));
  }

  @Test
  void aStreamThatIsPublishedAnewLeavesItsSiblingsAlone() {
    // When
    run.see(opened("alice", T0, "c1"), T0)
        .see(joined("alice", 1, T0 + 1, "bob"), T0 + 1)
        .see(
            sdk("alice", 2, T0 + 2, "onUserPublishStream", "{'userId':'bob','mediaType':3}"),
            T0 + 2)
        .see(
            sdk("alice", 3, T0 + 3, "onUserPublishScreen", "{'userId':'bob','mediaType':2}"),
            T0 + 3)
        .see(sdk("alice", 4, T0 + 4, "onUserStartAudioCapture", "{'userId':'bob'}"), T0 + 4)
        .see(
            sdk(
                "alice",
                5,
                T0 + 60_000,
                "onUserUnpublishStream",
                "{'userId':'bob','mediaType':2,'reason':4}"),
            T0 + 60_000)
        .see(
            sdk("alice", 6, T0 + 60_100, "onUserPublishStream", "{'userId':'bob','mediaType':2}"),
            T0 + 60_100);

    // Then
    assertThat(run.told(RoomEvent.class).subList(7, run.told(RoomEvent.class).size()))
        .containsExactly(
            new StreamUnpublished(
                APP,
                ROOM,
                T0 + 60_000,
                Evidence.CLIENT,
                BOB,
                MediaType.VIDEO,
                false,
                UnpublishReason.REPUBLISHED),
            new StreamPublished(
                APP, ROOM, T0 + 60_100, Evidence.CLIENT, BOB, MediaType.VIDEO, false));
    assertThat(run.told(RoomState.class))
        .last()
        .satisfies(
            state ->
                assertThat(state.users().get(1))
                    .isEqualTo(
                        new RoomState.User(
                            BOB,
                            T0 + 1,
                            List.of(
                                new RoomState.Stream(MediaType.AUDIO, false),
                                new RoomState.Stream(MediaType.VIDEO, false),
                                new RoomState.Stream(MediaType.VIDEO, true)),
                            true,
                            false)));
  }

  @Test
  void aRoomThatFellSilentIsOverAndThenForgotten() {
    // When
    run.see(webhook("e1", "UserJoinRoom", T0, "{'UserId':'alice'}"), T0)
        .passUntil(T0 + 86_400_000L);

    // Then
    assertThat(run.told(RoomClosed.class)).hasSize(1);
    assertThat(run.memory()).isEqualTo(RoomMemory.EMPTY);
  }

  @Test
  void reducingAgainGivesTheSameIds() {
    // Given
    Run again = new Run();

    // When
    for (Run each : List.of(run, again)) {
      each.see(opened("alice", T0, "c1"), T0)
          .see(joined("alice", 1, T0 + 1, "bob"), T0 + 1)
          .see(closed("alice", T0 + 10_000, "c1", false), T0 + 10_000);
    }
    run.passUntil(T0 + 40_000);
    // Later, and all at once.
    again.passUntil(T0 + 86_000_000L);

    // Then
    assertThat(again.facts()).isEqualTo(run.facts());
    assertThat(run.facts()).extracting(Fact::id).doesNotHaveDuplicates();
  }

  @Test
  void aRoomThatNobodyEnteredIsOverAndForgotten() {
    // Given
    RoomReducer reducer = new RoomReducer(ReducerRules.defaults());
    long silent = T0 + 24 * 3_600_000;
    run.see(webhook("e1", "RoomCreate", T0, "{}"), T0);

    // When
    Step over = reducer.advance(run.memory(), KEY, silent);
    Step forgotten = reducer.advance(over.memory(), KEY, silent);

    // Then
    assertThat(over.facts())
        .extracting(Fact::data)
        .contains(new RoomClosed(APP, ROOM, silent, Evidence.INFERRED, CloseReason.EMPTY));
    assertThat(forgotten.memory()).isEqualTo(RoomMemory.EMPTY);
    assertThat(reducer.nextDeadline(forgotten.memory())).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void aRoomOfFiftyWhoAllTellOfEachOtherTakesLittleSpace() {
    // Given
    RoomReducer reducer = new RoomReducer(ReducerRules.defaults());
    List<String> names =
        IntStream.range(0, 50).mapToObj(i -> new UUID(i, 50L + i).toString()).toList();
    List<Observation> reports = new ArrayList<>();
    names.forEach(name -> reports.add(opened(name, T0, "c-" + name)));
    for (String observer : names) {
      long sequence = 0;
      for (String user : names) {
        reports.add(joined(observer, ++sequence, T0 + 1, user));
        for (String event :
            List.of("onUserPublishStream", "onUserStartAudioCapture", "onUserStartVideoCapture")) {
          String arguments = "{'userId':'" + user + "','mediaType':3}";
          reports.add(sdk(observer, ++sequence, T0 + 2, event, arguments));
        }
      }
    }

    // When
    RoomMemory memory = RoomMemory.EMPTY;
    List<Fact> facts = new ArrayList<>();
    for (Observation report : reports) {
      Step step =
          reducer.reduce(memory, Rooms.envelope(report, T0 + 2), (identity, at, within) -> true);
      memory = step.memory();
      facts.addAll(step.facts());
    }

    // Then
    assertThat(memory.toBytes().length).isLessThan(200 * 1024);
    assertThat(facts).filteredOn(fact -> fact.data() instanceof UserJoined).hasSize(50);
  }
}
