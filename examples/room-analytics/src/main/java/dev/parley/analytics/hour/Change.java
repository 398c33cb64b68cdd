package dev.parley.analytics.hour;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.parley.events.AgentEvent;
import dev.parley.events.AgentEvent.AgentErrorReported;
import dev.parley.events.AgentEvent.AgentFailed;
import dev.parley.events.AgentEvent.AgentRequested;
import dev.parley.events.AgentEvent.AgentRunStageReported;
import dev.parley.events.AgentEvent.AgentStageChanged;
import dev.parley.events.AgentEvent.AgentStopped;
import dev.parley.events.AgentEvent.Stage;
import dev.parley.events.AgentRound;
import dev.parley.events.Payload;
import dev.parley.events.RoomEvent;
import dev.parley.events.RoomEvent.CaptureStarted;
import dev.parley.events.RoomEvent.CaptureStopped;
import dev.parley.events.RoomEvent.MediaType;
import dev.parley.events.RoomEvent.RoomOpened;
import dev.parley.events.RoomEvent.StreamPublished;
import dev.parley.events.RoomEvent.StreamUnpublished;
import dev.parley.events.RoomEvent.UserJoined;
import dev.parley.events.RoomEvent.UserLeft;
import dev.parley.events.id.TaskId;
import dev.parley.events.id.UserId;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What an event means for the figures of an hour; events that mean nothing have none. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "is")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Change.Entered.class, name = "entered"),
  @JsonSubTypes.Type(value = Change.Left.class, name = "left"),
  @JsonSubTypes.Type(value = Change.Emptied.class, name = "emptied"),
  @JsonSubTypes.Type(value = Change.AudioStream.class, name = "audio-stream"),
  @JsonSubTypes.Type(value = Change.Microphone.class, name = "microphone"),
  @JsonSubTypes.Type(value = Change.AgentNamed.class, name = "agent-named"),
  @JsonSubTypes.Type(value = Change.AgentStage.class, name = "agent-stage"),
  @JsonSubTypes.Type(value = Change.AgentEnded.class, name = "agent-ended"),
  @JsonSubTypes.Type(value = Change.RoundEnded.class, name = "round-ended")
})
public sealed interface Change {

  /** A user, human or agent, is in the room. */
  record Entered(UserId userId) implements Change {}

  /** A user is gone, and with the user whatever they sent. */
  record Left(UserId userId) implements Change {}

  /** The room is over: nobody is there any more. */
  record Emptied() implements Change {}

  /** A user's audio stream began or ended. */
  record AudioStream(UserId userId, boolean on) implements Change {}

  /** A user's microphone was switched on or off. */
  record Microphone(UserId userId, boolean on) implements Change {}

  /** A user id is an agent's. */
  record AgentNamed(UserId agentUserId, @Nullable TaskId taskId) implements Change {}

  /** An agent began or ceased to speak. */
  record AgentStage(UserId agentUserId, @Nullable TaskId taskId, boolean speaking)
      implements Change {}

  /** An agent task is over. */
  record AgentEnded(TaskId taskId) implements Change {}

  /**
   * A conversation round is over.
   *
   * @param responseMillis from the end of recognition to the start of the answer; null where one of
   *     the two is not known or they contradict each other
   */
  record RoundEnded(boolean interrupted, @Nullable Long responseMillis) implements Change {}

  /** What a payload means for the figures. */
  static Optional<Change> of(Payload payload) {
    return Optional.ofNullable(
        switch (payload) {
          case RoomEvent event -> ofRoom(event);
          case AgentEvent event -> ofAgent(event);
          case AgentRound round -> new RoundEnded(round.interrupted(), responseMillis(round));
          case Payload other -> null;
        });
  }

  private static @Nullable Change ofRoom(RoomEvent event) {
    return switch (event) {
      case UserJoined joined -> new Entered(joined.userId());
      case UserLeft left -> new Left(left.userId());
      case RoomEvent.RoomClosed closed -> new Emptied();
      case RoomOpened opened -> null;
      case StreamPublished published ->
          voice(published.mediaType(), published.screen())
              ? new AudioStream(published.userId(), true)
              : null;
      case StreamUnpublished unpublished ->
          voice(unpublished.mediaType(), unpublished.screen())
              ? new AudioStream(unpublished.userId(), false)
              : null;
      case CaptureStarted started ->
          voice(started.mediaType(), false) ? new Microphone(started.userId(), true) : null;
      case CaptureStopped stopped ->
          voice(stopped.mediaType(), false) ? new Microphone(stopped.userId(), false) : null;
      case RoomEvent.ConnectionChanged changed -> null;
      case RoomEvent.TokenExpiryAnnounced announced -> null;
      case RoomEvent.TokenExpired expired -> null;
      case RoomEvent.ErrorReported reported -> null;
    };
  }

  private static @Nullable Change ofAgent(AgentEvent event) {
    return switch (event) {
      case AgentRequested requested -> new AgentNamed(requested.agentUserId(), requested.taskId());
      case AgentStageChanged changed ->
          new AgentStage(
              changed.agentUserId(), changed.taskId(), changed.stage() == Stage.SPEAKING);
      case AgentRunStageReported reported -> named(reported.agentUserId(), reported.taskId());
      case AgentErrorReported reported -> named(reported.agentUserId(), reported.taskId());
      case AgentStopped stopped -> new AgentEnded(stopped.taskId());
      case AgentFailed failed -> new AgentEnded(failed.taskId());
      case AgentEvent.AgentDispatched dispatched -> null;
      case AgentEvent.AgentRunning running -> null;
      case AgentEvent.AgentStopping stopping -> null;
      case AgentEvent.AgentCommandCompleted completed -> null;
      case AgentEvent.AgentUsageMeasured measured -> null;
      case AgentEvent.AgentUsageReported reported -> null;
      case AgentEvent.AgentToolCallExpired expired -> null;
      case AgentEvent.AgentToolAnsweredLate late -> null;
      case AgentEvent.AgentCommandRefused refused -> null;
    };
  }

  // The sound of a shared screen is nobody's voice.
  private static boolean voice(MediaType mediaType, boolean screen) {
    return mediaType == MediaType.AUDIO && !screen;
  }

  private static @Nullable Change named(@Nullable UserId agentUserId, TaskId taskId) {
    return agentUserId == null ? null : new AgentNamed(agentUserId, taskId);
  }

  private static @Nullable Long responseMillis(AgentRound round) {
    if (round.asrFinishTimeMillis() == null || round.answerStartTimeMillis() == null) {
      return null;
    }
    long millis = round.answerStartTimeMillis() - round.asrFinishTimeMillis();
    return millis < 0 ? null : millis;
  }
}
