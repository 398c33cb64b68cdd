package dev.parley.room;

import static dev.parley.room.Rooms.APP;
import static dev.parley.room.Rooms.KEY;
import static dev.parley.room.Rooms.ROOM;
import static dev.parley.room.Rooms.T0;
import static dev.parley.room.Rooms.binary;
import static dev.parley.room.Rooms.callback;
import static dev.parley.room.Rooms.closed;
import static dev.parley.room.Rooms.conv;
import static dev.parley.room.Rooms.frame;
import static dev.parley.room.Rooms.joined;
import static dev.parley.room.Rooms.left;
import static dev.parley.room.Rooms.opened;
import static dev.parley.room.Rooms.sdk;
import static dev.parley.room.Rooms.webhook;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.parley.events.AgentEvent.AgentErrorReported;
import dev.parley.events.AgentEvent.AgentRunStageReported;
import dev.parley.events.AgentEvent.AgentStageChanged;
import dev.parley.events.AgentEvent.AgentUsageReported;
import dev.parley.events.AgentEvent.Stage;
import dev.parley.events.AgentRound;
import dev.parley.events.BadRow;
import dev.parley.events.Bytes;
import dev.parley.events.Observation;
import dev.parley.events.Observation.Direction;
import dev.parley.events.Observation.FunctionCallbackReceived;
import dev.parley.events.Observation.RelayClosed;
import dev.parley.events.Observation.RelayOpened;
import dev.parley.events.Payload;
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
import dev.parley.events.RoomEvent.RoomOpened;
import dev.parley.events.RoomEvent.StreamPublished;
import dev.parley.events.RoomEvent.StreamUnpublished;
import dev.parley.events.RoomEvent.TokenExpired;
import dev.parley.events.RoomEvent.TokenExpiryAnnounced;
import dev.parley.events.RoomEvent.TokenPart;
import dev.parley.events.RoomEvent.UnpublishReason;
import dev.parley.events.RoomEvent.UserJoined;
import dev.parley.events.RoomEvent.UserLeft;
import dev.parley.events.RoomMessage;
import dev.parley.events.RoomState;
import dev.parley.events.ToolCall;
import dev.parley.events.Transcript;
import dev.parley.events.Transcript.Speaker;
import dev.parley.events.id.ClientId;
import dev.parley.events.id.TaskId;
import dev.parley.events.id.UserId;
import dev.parley.room.Rooms.Run;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RoomReducerTest {
  private static final UserId ALICE = new UserId("alice");
  private static final UserId BOB = new UserId("bob");
  private static final UserId AGENT = new UserId("agent-1");

  private final Run run = new Run();

  private List<Payload> roomEvents() {
    return run.facts().stream().map(Fact::data).filter(RoomEvent.class::isInstance).toList();
  }

  @Test
  void anObserverJoinsByItsRelayAndLeavesByItsGoodbye() {
    // When
    run.see(opened("alice", T0, "c1"), T0).see(closed("alice", T0 + 9_000, "c1", true), T0 + 9_000);

    // Then
    assertThat(roomEvents())
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
    assertThat(roomEvents())
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
  void alateJoinOfAnEpisodeThatIsOverIsNotTold() {
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
    assertThat(roomEvents())
        .endsWith(
            new UserLeft(APP, ROOM, T0 + 40_000, Evidence.CLIENT, AGENT, LeaveReason.QUIT),
            new UserJoined(APP, ROOM, T0 + 60_000, Evidence.CLIENT, AGENT));
  }

  @Test
  void webhooksThatOvertookEachOtherTellTheTrueStory() {
    // When
    run.see(webhook("e2", "UserLeaveRoom", T0 + 2_000, "{'UserId':'alice'}"), T0 + 2_000)
        .see(webhook("e1", "UserJoinRoom", T0, "{'UserId':'alice'}"), T0 + 3_000);

    // Then
    assertThat(roomEvents())
        .containsExactly(
            new RoomOpened(APP, ROOM, T0, Evidence.CLOUD),
            new UserJoined(APP, ROOM, T0, Evidence.CLOUD, ALICE),
            new UserLeft(APP, ROOM, T0 + 2_000, Evidence.CLOUD, ALICE, LeaveReason.UNKNOWN),
            new RoomClosed(APP, ROOM, T0 + 2_000, Evidence.INFERRED, CloseReason.EMPTY));
  }

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
    assertThat(roomEvents().subList(2, roomEvents().size()))
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
    assertThat(roomEvents().subList(2, 4))
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
    assertThat(roomEvents())
        .endsWith(
            new UserLeft(APP, ROOM, T0 + 10_000, Evidence.CLOUD, ALICE, LeaveReason.ROOM_CLOSED),
            new UserLeft(APP, ROOM, T0 + 10_000, Evidence.CLOUD, BOB, LeaveReason.ROOM_CLOSED),
            new RoomClosed(APP, ROOM, T0 + 10_000, Evidence.CLOUD, CloseReason.DESTROYED));
    assertThat(run.told(RoomState.class)).last().extracting(RoomState::open).isEqualTo(false);
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
    assertThat(roomEvents().subList(2, 4))
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
    assertThat(roomEvents().subList(3, roomEvents().size()))
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
    assertThat(roomEvents().subList(7, roomEvents().size()))
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
    assertThat(roomEvents().subList(3, roomEvents().size()))
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
    assertThat(roomEvents().subList(3, roomEvents().size()))
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
    assertThat(roomEvents())
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
    assertThat(roomEvents())
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
    int before = roomEvents().size();

    // When: alice's reports waited, and her clock is 300 ms ahead
    run.see(joined("alice", 1, T0 + 10_300, "bob"), T0 + 70_000)
        .see(sdk("alice", 2, T0 + 20_300, "onUserPublishStream", audio), T0 + 70_000)
        .see(sdk("alice", 3, T0 + 40_300, "onUserUnpublishStream", audio), T0 + 70_000)
        .see(sdk("alice", 4, T0 + 60_200, "onUserPublishStream", video), T0 + 70_000)
        .see(left("alice", 5, T0 + 60_300, "bob"), T0 + 70_000);

    // Then
    assertThat(roomEvents().subList(before, roomEvents().size()))
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
    assertThat(roomEvents())
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
  void oneStateSeenByManyAndByCallbackIsOneMessageAndOneStage() {
    // Given
    Bytes frame = conv(2, T0 + 1_000, 3);

    // When
    run.see(opened("alice", T0, "c1"), T0)
        .see(opened("bob", T0, "c2"), T0)
        .see(binary("alice", 1, T0 + 1_010, Direction.ROOM_RECEIVED, "agent-1", frame), T0 + 1_010)
        .see(binary("bob", 1, T0 + 1_090, Direction.ROOM_RECEIVED, "agent-1", frame), T0 + 1_090)
        .see(callback("task-1", T0 + 200_000, frame), T0 + 200_000);

    // Then
    assertThat(run.told(RoomMessage.class)).hasSize(1);
    assertThat(run.told(AgentStageChanged.class))
        .containsExactly(
            new AgentStageChanged(
                APP, ROOM, T0 + 1_000, new TaskId("task-1"), AGENT, 2, Stage.SPEAKING));
    assertThat(run.told(RoomState.class))
        .last()
        .satisfies(
            state ->
                assertThat(state.agents())
                    .containsExactly(
                        new RoomState.Agent(AGENT, new TaskId("task-1"), Stage.SPEAKING)));
  }

  @Test
  void subtitlesAreToldOnceWithTheirSpeaker() {
    // Given
    Bytes frame =
        frame(
            "subv",
            "{'type':'subtitle','data':[{'text':'hello','language':'en','userId':'alice','sequence':1,'definite':true,'paragraph':false,'roundId':1,'mode':1},"
                + "{'text':'','userId':'agent-1','sequence':9,'definite':true,'paragraph':true,'roundId':1,'mode':0}]}");

    // When
    run.see(opened("alice", T0, "c1"), T0)
        .see(binary("alice", 1, T0 + 10, Direction.ROOM_RECEIVED, "agent-1", frame), T0 + 10)
        .see(callback("task-1", T0 + 900, frame), T0 + 900);

    // Then
    assertThat(run.told(Transcript.class))
        .containsExactly(
            new Transcript(
                APP, ROOM, T0 + 10, ALICE, Speaker.USER, "hello", "en", 1L, 1, true, false),
            new Transcript(APP, ROOM, T0 + 10, AGENT, Speaker.AGENT, "", null, 1L, 9, true, true));
    assertThat(run.told(RoomMessage.class)).hasSize(1);
  }

  @Test
  void aToolCallByFrameAndByCallbackIsOne() {
    // Given
    String calls =
        "[{'id':'call_1','type':'function','function':{'name':'weather','arguments':'{}'}},"
            + "{'id':'call_2','type':'function','function':{'name':'time','arguments':'{}'}}]";

    // When
    run.see(opened("alice", T0, "c1"), T0)
        .see(
            binary(
                "alice",
                1,
                T0 + 10,
                Direction.USER_RECEIVED,
                "agent-1",
                frame("tool", "{'subscriber_user_id':'','tool_calls':" + calls + "}")),
            T0 + 10)
        .see(
            new FunctionCallbackReceived(
                APP, ROOM, T0 + 20, new TaskId("task-1"), "tool_calls", Rooms.json(calls)),
            T0 + 20);

    // Then
    assertThat(run.told(ToolCall.class))
        .containsExactly(
            new ToolCall(APP, ROOM, T0 + 10, null, AGENT, "call_1", "weather", "{}"),
            new ToolCall(APP, ROOM, T0 + 10, null, AGENT, "call_2", "time", "{}"));
  }

  @Test
  void twoInterruptionsInARowAreTwoMessages() {
    // Given
    Bytes interrupt = frame("ctrl", "{'Command':'interrupt','InterruptMode':0,'Message':''}");

    // When
    run.see(opened("alice", T0, "c1"), T0)
        .see(binary("alice", 1, T0 + 10, Direction.USER_SENT, "agent-1", interrupt), T0 + 10)
        .see(binary("alice", 2, T0 + 900, Direction.USER_SENT, "agent-1", interrupt), T0 + 900)
        .see(binary("alice", 2, T0 + 900, Direction.USER_SENT, "agent-1", interrupt), T0 + 950);

    // Then
    assertThat(run.told(RoomMessage.class))
        .extracting(RoomMessage::senderUserId, RoomMessage::receiverUserId, RoomMessage::magic)
        .containsExactly(tuple(ALICE, AGENT, "ctrl"), tuple(ALICE, AGENT, "ctrl"));
  }

  @Test
  void anUnknownMagicIsKeptRaw() {
    // When
    run.see(opened("alice", T0, "c1"), T0)
        .see(
            binary("alice", 1, T0 + 10, Direction.ROOM_RECEIVED, "agent-1", frame("zzzz", "nope")),
            T0 + 10);

    // Then
    assertThat(run.told(RoomMessage.class))
        .containsExactly(
            new RoomMessage(APP, ROOM, T0 + 10, AGENT, null, "zzzz", frame("zzzz", "nope"), null));
  }

  @Test
  void aFrameThatDoesNotDecodeIsABadRowOnce() {
    // When
    run.see(opened("alice", T0, "c1"), T0)
        .see(opened("bob", T0, "c2"), T0)
        .see(
            binary("alice", 1, T0 + 10, Direction.ROOM_RECEIVED, "agent-1", frame("subv", "nope")),
            T0 + 10)
        .see(
            binary("bob", 1, T0 + 12, Direction.ROOM_RECEIVED, "agent-1", frame("subv", "nope")),
            T0 + 12);

    // Then
    assertThat(run.told(BadRow.class))
        .extracting(BadRow::source, BadRow::code, BadRow::raw)
        .containsExactly(tuple(BadRow.Source.FRAME, "frame_body_not_json", frame("subv", "nope")));
    assertThat(run.told(RoomMessage.class)).isEmpty();
  }

  private static String stage(String stage, long at) {
    return "{'TaskId':'task-1','UserID':'agent-1','RoundID':4,'EventTime':%d,'EventType':0,'RunStage':'%s','ErrorInfo':{'Errorcode':0,'Reason':''}}"
        .formatted(at, stage);
  }

  @Test
  void aRoundIsToldWithAllItsMomentsHoweverTheyCome() {
    // When
    run.see(webhook("e5", "VoiceChat", T0 + 500, stage("answerFinish", T0 + 500)), T0 + 510)
        .see(webhook("e1", "VoiceChat", T0 + 100, stage("beginAsking", T0 + 100)), T0 + 520)
        .see(webhook("e2", "VoiceChat", T0 + 200, stage("asrFinish", T0 + 200)), T0 + 530)
        .see(webhook("e2", "VoiceChat", T0 + 200, stage("asrFinish", T0 + 200)), T0 + 530)
        .see(webhook("e4", "VoiceChat", T0 + 400, stage("answerStart", T0 + 400)), T0 + 540)
        .see(webhook("e3", "VoiceChat", T0 + 300, stage("llmOutput", T0 + 300)), T0 + 550)
        .passUntil(T0 + 60_000);

    // Then
    assertThat(run.told(AgentRound.class))
        .containsExactly(
            new AgentRound(
                APP,
                ROOM,
                T0 + 500,
                new TaskId("task-1"),
                4,
                T0 + 100,
                T0 + 200,
                T0 + 300,
                T0 + 400,
                T0 + 500,
                false));
    assertThat(run.told(AgentRunStageReported.class)).hasSize(5);
  }

  @Test
  void anInterruptedRoundIsToldAfterAWhileEvenIfMomentsAreMissing() {
    // When
    run.see(webhook("e1", "VoiceChat", T0 + 400, stage("answerStart", T0 + 400)), T0 + 400)
        .see(webhook("e2", "VoiceChat", T0 + 900, stage("interrupted", T0 + 900)), T0 + 900)
        .passUntil(T0 + 3_899);
    assertThat(run.told(AgentRound.class)).isEmpty();
    run.passUntil(T0 + 3_900);

    // Then
    assertThat(run.told(AgentRound.class))
        .containsExactly(
            new AgentRound(
                APP,
                ROOM,
                T0 + 900,
                new TaskId("task-1"),
                4,
                null,
                null,
                null,
                T0 + 400,
                T0 + 900,
                true));
  }

  @Test
  void anErrorOfTheTaskByWebhookAndByFrameIsOne() {
    // When
    run.see(
            webhook(
                "e1",
                "VoiceChat",
                T0,
                "{'TaskId':'task-1','UserID':'agent-1','RoundID':1,'EventType':1,'RunStage':'tts','ErrorInfo':{'Errorcode':1005002,'Reason':'broken'}}"),
            T0)
        .see(
            callback(
                "task-1",
                T0 + 30,
                frame(
                    "conv",
                    "{'TaskId':'task-1','UserID':'agent-1','RoundID':1,'EventTime':%d,'Stage':{'Code':0},'ErrorInfo':{'ErrorCode':1005002,'Reason':'broken'}}"
                        .formatted(T0))),
            T0 + 30);

    // Then
    assertThat(run.told(AgentErrorReported.class))
        .containsExactly(
            new AgentErrorReported(
                APP, ROOM, T0, new TaskId("task-1"), AGENT, 1, "tts", 1_005_002, "broken"));
  }

  @Test
  void theCloudsUsageIsToldOnceAsItWasSent() {
    // Given
    String usage =
        "{'TaskId':'task-1','UserID':'agent-1','RoundID':1,'EventType':0,'RunStage':'taskUsage','ExtraInfo':'{\\\"ActiveSeconds\\\":42}'}";

    // When
    run.see(webhook("e1", "VoiceChat", T0, usage), T0)
        .see(webhook("e1", "VoiceChat", T0, usage), T0 + 1_000);

    // Then
    assertThat(run.told(AgentUsageReported.class))
        .containsExactly(
            new AgentUsageReported(
                APP,
                ROOM,
                T0,
                new TaskId("task-1"),
                AGENT,
                JsonNodeFactory.instance.objectNode().put("ActiveSeconds", 42)));
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
  void whoIsStillConnectedAfterKafkaStoodStillIsBack() {
    // Given: five minutes without any record, and the wall clock let the lease pass
    long back = T0 + 360_000;
    run.see(opened("alice", T0, "c1"), T0)
        .see(opened("alice", T0, "c1"), T0 + 60_000)
        .passUntil(back - 1);

    // When: renewals carry the time of the hello
    run.see(opened("alice", T0, "c1"), back).see(opened("alice", T0, "c1"), back + 60_000);

    // Then
    assertThat(roomEvents())
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
    assertThat(run.told(RoomState.class).get(run.told(RoomState.class).size() - 1).users())
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
    assertThat(run.told(RoomState.class).get(run.told(RoomState.class).size() - 1).users())
        .extracting(RoomState.User::userId)
        .containsExactly(ALICE);
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
  void aStateThatCouldNotBeToldYetIsToldWhenItsAgentIsKnown() {
    // Given
    Bytes state =
        frame(
            "conv",
            "{'TaskId':'task-1','RoundID':1,'EventTime':%d,'Stage':{'Code':1}}".formatted(T0));
    run.see(opened("alice", T0, "c1"), T0).see(callback("task-1", T0 + 1, state), T0 + 1);
    assertThat(run.told(AgentStageChanged.class)).isEmpty();

    // When
    run.see(binary("alice", 1, T0 + 2, Direction.ROOM_RECEIVED, "agent-1", state), T0 + 2);

    // Then
    assertThat(run.told(AgentStageChanged.class))
        .singleElement()
        .extracting(AgentStageChanged::agentUserId)
        .isEqualTo(AGENT);
  }

  @Test
  void aStageOfATimeToComeDoesNotHoldUpThoseThatFollow() {
    // Given
    run.see(opened("alice", T0, "c1"), T0)
        .see(callback("task-1", T0 + 1, conv(1, T0 + 86_400_000, 1)), T0 + 1);

    // When
    run.see(callback("task-1", T0 + 20_000, conv(1, T0 + 20_000, 3)), T0 + 20_000);

    // Then
    Stage newest = run.told(AgentStageChanged.class).get(1).stage();
    assertThat(run.told(RoomState.class).get(run.told(RoomState.class).size() - 1).agents())
        .singleElement()
        .extracting(RoomState.Agent::stage)
        .isEqualTo(newest);
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
