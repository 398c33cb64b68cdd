package dev.parley.analytics.hour;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.events.AgentEvent.AgentDispatched;
import dev.parley.events.AgentEvent.AgentErrorReported;
import dev.parley.events.AgentEvent.AgentFailed;
import dev.parley.events.AgentEvent.AgentRequested;
import dev.parley.events.AgentEvent.AgentRunStageReported;
import dev.parley.events.AgentEvent.AgentStageChanged;
import dev.parley.events.AgentEvent.AgentStopped;
import dev.parley.events.AgentEvent.Stage;
import dev.parley.events.AgentRound;
import dev.parley.events.Failure;
import dev.parley.events.Payload;
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
import dev.parley.events.StopReason;
import dev.parley.events.codec.Json;
import dev.parley.events.id.AppId;
import dev.parley.events.id.CommandId;
import dev.parley.events.id.RoomId;
import dev.parley.events.id.TaskId;
import dev.parley.events.id.UserId;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ChangeTest {
  private static final AppId APP = new AppId("123456781234567812345678");
  private static final RoomId ROOM = new RoomId("room-1");
  private static final UserId USER = new UserId("user-1");
  private static final UserId AGENT = new UserId("agent-1");
  private static final TaskId TASK = new TaskId("task-1");
  private static final Evidence CLOUD = Evidence.CLOUD;

  private static void means(Payload payload, Change change) {
    assertThat(Change.of(payload)).contains(change);
  }

  private static void meansNothing(Payload payload) {
    assertThat(Change.of(payload)).isEmpty();
  }

  @Test
  void roomFactsSayWhoIsThereAndWhoseMicrophoneIsOn() {
    means(new UserJoined(APP, ROOM, 1, CLOUD, USER), new Change.Entered(USER));
    means(new UserLeft(APP, ROOM, 1, CLOUD, USER, LeaveReason.QUIT), new Change.Left(USER));
    means(new RoomClosed(APP, ROOM, 1, CLOUD, CloseReason.EMPTY), new Change.Emptied());
    means(
        new StreamPublished(APP, ROOM, 1, CLOUD, USER, MediaType.AUDIO, false),
        new Change.AudioStream(USER, true));
    means(
        new StreamUnpublished(
            APP, ROOM, 1, CLOUD, USER, MediaType.AUDIO, false, UnpublishReason.UNPUBLISHED),
        new Change.AudioStream(USER, false));
    means(
        new CaptureStarted(APP, ROOM, 1, CLOUD, USER, MediaType.AUDIO),
        new Change.Microphone(USER, true));
    means(
        new CaptureStopped(APP, ROOM, 1, CLOUD, USER, MediaType.AUDIO),
        new Change.Microphone(USER, false));
  }

  @Test
  void picturesAndTheSoundOfAScreenAreNobodysVoice() {
    meansNothing(new RoomOpened(APP, ROOM, 1, CLOUD));
    meansNothing(new StreamPublished(APP, ROOM, 1, CLOUD, USER, MediaType.VIDEO, false));
    meansNothing(new StreamPublished(APP, ROOM, 1, CLOUD, USER, MediaType.AUDIO, true));
    meansNothing(
        new StreamUnpublished(
            APP, ROOM, 1, CLOUD, USER, MediaType.AUDIO, true, UnpublishReason.UNPUBLISHED));
    meansNothing(new CaptureStarted(APP, ROOM, 1, CLOUD, USER, MediaType.VIDEO));
    meansNothing(new CaptureStopped(APP, ROOM, 1, CLOUD, USER, MediaType.VIDEO));
  }

  @Test
  void agentEventsNameAgentsAndSayWhenTheySpeak() {
    means(
        new AgentRequested(
            APP, ROOM, 1, TASK, new CommandId("command-1"), "assistant", AGENT, USER, "user-1"),
        new Change.AgentNamed(AGENT, TASK));
    means(
        new AgentRunStageReported(APP, ROOM, 1, TASK, AGENT, 0, "taskStart"),
        new Change.AgentNamed(AGENT, TASK));
    meansNothing(new AgentRunStageReported(APP, ROOM, 1, TASK, null, 0, "taskStart"));
    means(
        new AgentErrorReported(APP, ROOM, 1, TASK, AGENT, 0, "llm", 1, "reason"),
        new Change.AgentNamed(AGENT, TASK));
    means(
        new AgentStageChanged(APP, ROOM, 1, null, AGENT, 0, Stage.SPEAKING),
        new Change.AgentStage(AGENT, null, true));
    for (Stage stage :
        List.of(Stage.LISTENING, Stage.THINKING, Stage.INTERRUPTED, Stage.FINISHED)) {
      means(
          new AgentStageChanged(APP, ROOM, 1, TASK, AGENT, 0, stage),
          new Change.AgentStage(AGENT, TASK, false));
    }
    means(
        new AgentStopped(APP, ROOM, 1, TASK, StopReason.REQUESTED, 1), new Change.AgentEnded(TASK));
    means(
        new AgentFailed(APP, ROOM, 1, TASK, new Failure("code", "reason", "hint", null, null)),
        new Change.AgentEnded(TASK));
    meansNothing(new AgentDispatched(APP, ROOM, 1, TASK, null));
  }

  @Test
  void responseTimeIsFromRecognizedToAnswered() {
    means(round(1_000L, 1_700L, false), new Change.RoundEnded(false, 700L));
    means(round(1_000L, 1_000L, true), new Change.RoundEnded(true, 0L));
  }

  @Test
  void roundWhoseMomentsMissOrContradictHasNoResponseTime() {
    means(round(null, 1_700L, false), new Change.RoundEnded(false, null));
    means(round(1_000L, null, true), new Change.RoundEnded(true, null));
    means(round(1_000L, 999L, false), new Change.RoundEnded(false, null));
  }

  @Test
  void changesSurviveTheStateStore() throws Exception {
    for (Change change :
        List.of(
            new Change.Entered(USER),
            new Change.Left(USER),
            new Change.Emptied(),
            new Change.AudioStream(USER, true),
            new Change.Microphone(USER, false),
            new Change.AgentNamed(AGENT, null),
            new Change.AgentStage(AGENT, TASK, true),
            new Change.AgentEnded(TASK),
            new Change.RoundEnded(true, 12L))) {
      // Given
      Mark mark = new Mark(1, 2, 3, change);

      // When
      byte[] stored = Json.mapper().writeValueAsBytes(mark);

      // Then
      assertThat(Json.mapper().readValue(stored, Mark.class)).isEqualTo(mark);
    }
  }

  private static AgentRound round(
      @Nullable Long recognized, @Nullable Long answered, boolean interrupted) {
    return new AgentRound(
        APP, ROOM, 2_000, TASK, 1, null, recognized, null, answered, 2_000L, interrupted);
  }
}
