package dev.parley.stack.demo;

import static dev.parley.stack.demo.DemoCall.ALICE;
import static dev.parley.stack.demo.DemoCall.BOB;
import static dev.parley.stack.demo.DemoCall.WEATHER_QUESTION;
import static dev.parley.stack.demo.DemoCall.WEATHER_ROUND;

import dev.parley.events.AgentCommand;
import dev.parley.events.AgentEvent;
import dev.parley.events.AgentEvent.AgentStageChanged;
import dev.parley.events.AgentEvent.Stage;
import dev.parley.events.AgentRound;
import dev.parley.events.AgentTask;
import dev.parley.events.BadRow;
import dev.parley.events.Payload;
import dev.parley.events.RoomEvent;
import dev.parley.events.RoomEvent.MediaType;
import dev.parley.events.RoomMessage;
import dev.parley.events.RoomState;
import dev.parley.events.TokenEvent.TokenIssued;
import dev.parley.events.ToolCall;
import dev.parley.events.Transcript;
import dev.parley.events.id.UserId;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What must stand in the topics after the demo call.
 *
 * @param payloads everything that was read, of each topic in its order
 */
record Expectations(List<Payload> payloads) {
  Expectations {
    payloads = List.copyOf(payloads);
  }

  void judge(Findings findings) {
    room(findings);
    agent(findings);
    conversation(findings);
    findings.exactly(0, "bad rows of this room or of none", count(BadRow.class));
  }

  private void room(Findings findings) {
    findings.exactly(2, "access tokens issued", count(TokenIssued.class));
    findings.exactly(1, "room opened", count(RoomEvent.RoomOpened.class));
    for (String user : new String[] {ALICE, BOB}) {
      findings.exactly(1, user + " joined", joined(user));
      findings.exactly(1, user + " left", left(user));
    }
    findings.exactly(
        1,
        "alice's microphone on",
        count(RoomEvent.CaptureStarted.class, capture -> capture.userId().value().equals(ALICE)));
    findings.exactly(
        1,
        "alice's audio published",
        count(
            RoomEvent.StreamPublished.class,
            stream ->
                stream.userId().value().equals(ALICE) && stream.mediaType() == MediaType.AUDIO));
    findings.exactly(
        3, "users joined in all, the agent among them", count(RoomEvent.UserJoined.class));
    findings.exactly(
        1, "room closed, by its last state", last(RoomState.class, room -> !room.open()));
  }

  private void agent(Findings findings) {
    findings.exactly(
        5, "commands: start, interrupt, tool result, say, stop", count(AgentCommand.class));
    findings.exactly(1, "agent requested (two requests)", count(AgentEvent.AgentRequested.class));
    findings.exactly(1, "agent dispatched", count(AgentEvent.AgentDispatched.class));
    findings.exactly(1, "agent running", count(AgentEvent.AgentRunning.class));
    findings.exactly(1, "agent stopped", count(AgentEvent.AgentStopped.class));
    findings.exactly(
        1, "agent left", count(RoomEvent.UserLeft.class, left -> agents().contains(left.userId())));
    findings.exactly(
        1,
        "agent stopped, by its task's last state",
        last(AgentTask.class, task -> task.state() == AgentTask.State.STOPPED));
    findings.exactly(1, "agent's use measured", count(AgentEvent.AgentUsageMeasured.class));
    findings.exactly(0, "agents failed", count(AgentEvent.AgentFailed.class));
  }

  private void conversation(Findings findings) {
    // The goodbye is a round too, but nothing of it is left to wait for: it is told when it has
    // settled, some seconds after its end, which a quick call does not live to see.
    findings.exactly(
        3,
        "rounds of welcome, story and weather",
        count(AgentRound.class, round -> round.roundId() <= WEATHER_ROUND));
    findings.atLeast(
        1,
        "interruption",
        count(AgentStageChanged.class, changed -> changed.stage() == Stage.INTERRUPTED));
    findings.exactly(1, "tool call", count(ToolCall.class));
    findings.exactly(
        1,
        "alice's question transcribed",
        count(Transcript.class, said -> said.paragraph() && said.text().equals(WEATHER_QUESTION)));
    findings.atLeast(1, "binary messages kept", count(RoomMessage.class));
  }

  private long joined(String user) {
    return count(RoomEvent.UserJoined.class, joined -> joined.userId().value().equals(user));
  }

  private long left(String user) {
    return count(RoomEvent.UserLeft.class, left -> left.userId().value().equals(user));
  }

  private Set<UserId> agents() {
    return all(AgentTask.class).map(AgentTask::agentUserId).collect(Collectors.toSet());
  }

  private <P extends Payload> Stream<P> all(Class<P> type) {
    return payloads.stream().filter(type::isInstance).map(type::cast);
  }

  private long count(Class<? extends Payload> type) {
    return all(type).count();
  }

  private <P extends Payload> long count(Class<P> type, Predicate<P> predicate) {
    return all(type).filter(predicate).count();
  }

  // 1 when the last of that type is so, else 0.
  private <P extends Payload> long last(Class<P> type, Predicate<P> predicate) {
    return all(type).reduce((before, then) -> then).filter(predicate).isPresent() ? 1 : 0;
  }
}
