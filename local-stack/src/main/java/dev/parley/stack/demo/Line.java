package dev.parley.stack.demo;

import dev.parley.events.AgentCommand;
import dev.parley.events.AgentEvent;
import dev.parley.events.AgentRound;
import dev.parley.events.AgentTask;
import dev.parley.events.BadRow;
import dev.parley.events.Observation;
import dev.parley.events.Payload;
import dev.parley.events.RoomEvent;
import dev.parley.events.RoomMessage;
import dev.parley.events.RoomState;
import dev.parley.events.Telemetry;
import dev.parley.events.TokenEvent;
import dev.parley.events.ToolCall;
import dev.parley.events.ToolResult;
import dev.parley.events.Transcript;
import java.util.Locale;
import java.util.Optional;

/** One line of the timeline: who did what, in words. */
record Line(String who, String what) {

  private static Optional<Line> of(Object who, String what) {
    return Optional.of(new Line(String.valueOf(who), what));
  }

  /** The words for an event; empty for what only repeats or prepares others. */
  static Optional<Line> describing(Payload payload) {
    return switch (payload) {
      case RoomEvent event -> room(event);
      case AgentEvent event -> agent(event);
      case AgentCommand command -> command(command);
      case TokenEvent event -> token(event);
      // Said by the timeline, which puts the items together.
      case Transcript ignored -> Optional.empty();
      case ToolCall call ->
          of(
              call.agentUserId() == null ? "agent" : call.agentUserId(),
              "calls " + call.name() + " " + call.arguments());
      case ToolResult result -> of("tool worker", "answers \"" + result.content() + "\"");
      case AgentRound round ->
          of(
              "round " + round.roundId(),
              latencies(round) + (round.interrupted() ? ", cut short" : ""));
      case BadRow bad -> of("bad row", bad.code() + ": " + bad.reason());
      case Observation ignored -> Optional.empty();
      case RoomMessage ignored -> Optional.empty();
      case RoomState ignored -> Optional.empty();
      case AgentTask ignored -> Optional.empty();
      case Telemetry ignored -> Optional.empty();
    };
  }

  private static Optional<Line> room(RoomEvent event) {
    String seen = event.evidence() == RoomEvent.Evidence.INFERRED ? " (inferred)" : "";
    return switch (event) {
      case RoomEvent.RoomOpened opened -> of("room", "opens" + seen);
      case RoomEvent.RoomClosed closed -> of("room", "closes: " + words(closed.reason()) + seen);
      case RoomEvent.UserJoined joined -> of(joined.userId(), "joins" + seen);
      case RoomEvent.UserLeft left -> of(left.userId(), "leaves: " + words(left.reason()) + seen);
      case RoomEvent.StreamPublished stream ->
          of(stream.userId(), "publishes " + words(stream.mediaType()) + seen);
      case RoomEvent.StreamUnpublished stream ->
          of(stream.userId(), "stops publishing " + words(stream.mediaType()) + seen);
      case RoomEvent.CaptureStarted capture ->
          of(capture.userId(), device(capture.mediaType()) + " on" + seen);
      case RoomEvent.CaptureStopped capture ->
          of(capture.userId(), device(capture.mediaType()) + " off" + seen);
      case RoomEvent.ConnectionChanged connection ->
          of(connection.userId(), "connection: " + words(connection.state()));
      case RoomEvent.TokenExpiryAnnounced token ->
          of(token.userId(), words(token.part()) + " expires soon");
      case RoomEvent.TokenExpired token -> of(token.userId(), words(token.part()) + " expired");
      case RoomEvent.ErrorReported error -> of(error.userId(), "error: " + error.errorCode());
    };
  }

  private static String device(RoomEvent.MediaType mediaType) {
    return switch (mediaType) {
      case AUDIO -> "microphone";
      case VIDEO -> "camera";
    };
  }

  private static Optional<Line> agent(AgentEvent event) {
    return switch (event) {
      case AgentEvent.AgentRequested requested ->
          of(requested.agentUserId(), "is asked for (scene " + requested.scene() + ")");
      case AgentEvent.AgentDispatched dispatched ->
          of("cloud", "accepts the start (RequestId " + dispatched.cloudRequestId() + ")");
      case AgentEvent.AgentRunning running ->
          of("agent", "is running, proved by " + words(running.evidence()));
      case AgentEvent.AgentStopping stopping ->
          of("agent", "is being stopped: " + words(stopping.reason()));
      case AgentEvent.AgentStopped stopped ->
          of(
              "agent",
              String.format(
                  Locale.ROOT, "has stopped after %.1f s", stopped.activeMillis() / 1000.0));
      case AgentEvent.AgentFailed failed ->
          of("agent", "failed: " + failed.failure().reason() + " " + failed.failure().hint());
      case AgentEvent.AgentCommandCompleted done ->
          of("cloud", "carried out: " + shortName(done.command()));
      case AgentEvent.AgentCommandRefused refused ->
          of(
              "cloud",
              "refused: " + shortName(refused.command()) + ", " + refused.failure().reason());
      case AgentEvent.AgentStageChanged stage ->
          of(stage.agentUserId(), "is " + words(stage.stage()));
      case AgentEvent.AgentRunStageReported ignored -> Optional.empty();
      case AgentEvent.AgentErrorReported error ->
          of("cloud", "reports error " + error.errorCode() + ": " + error.reason());
      case AgentEvent.AgentUsageMeasured used ->
          of("agent", String.format(Locale.ROOT, "was used %.1f s", used.activeMillis() / 1000.0));
      case AgentEvent.AgentUsageReported used -> of("cloud", "reports usage " + used.usage());
      case AgentEvent.AgentToolCallExpired expired ->
          of("tool", expired.name() + " was not answered in time");
      case AgentEvent.AgentToolAnsweredLate ignored -> of("tool", "was answered too late");
    };
  }

  private static Optional<Line> command(AgentCommand command) {
    String who = command.requestedBy();
    return switch (command) {
      case AgentCommand.StartAgent start -> of(who, "asks to start " + start.agentUserId());
      case AgentCommand.StopAgent ignored -> of(who, "asks to stop the agent");
      case AgentCommand.InterruptAgent ignored -> of(who, "interrupts the agent");
      case AgentCommand.SayText say -> of(who, "lets the agent say \"" + say.text() + "\"");
      case AgentCommand.AskAgent ask -> of(who, "asks in writing \"" + ask.text() + "\"");
      case AgentCommand.AddPrompt ignored -> of(who, "adds context");
      case AgentCommand.FinishSpeech ignored -> of(who, "ends the turn");
      case AgentCommand.ReturnToolResult result ->
          of(who, "returns the tool's result \"" + result.content() + "\"");
      case AgentCommand.UpdateParameters ignored -> of(who, "changes parameters");
    };
  }

  private static Optional<Line> token(TokenEvent event) {
    return switch (event) {
      case TokenEvent.TokenIssued issued ->
          of(issued.userId(), "gets an access token: " + String.join(", ", issued.privileges()));
      case TokenEvent.TokenRefused refused ->
          of(refused.caller(), "is refused a token: " + refused.reason());
      case TokenEvent.SessionIssued issued ->
          of(issued.caller(), "gets a session for every room, as " + issued.role());
      case TokenEvent.SessionRefused refused ->
          of(refused.caller(), "is refused a session: " + refused.reason());
    };
  }

  private static String latencies(AgentRound round) {
    Long from = round.asrFinishTimeMillis();
    StringBuilder text = new StringBuilder("ends");
    if (from != null && round.llmOutputTimeMillis() != null) {
      text.append("; first token after ").append(round.llmOutputTimeMillis() - from).append(" ms");
    }
    if (from != null && round.answerStartTimeMillis() != null) {
      text.append("; voice after ").append(round.answerStartTimeMillis() - from).append(" ms");
    }
    return text.toString();
  }

  // dev.parley.agent.interrupt.v1 is "interrupt".
  private static String shortName(String type) {
    String[] parts = type.split("\\.", -1);
    return parts.length < 2 ? type : parts[parts.length - 2].replace('-', ' ');
  }

  private static String words(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
