package dev.parley.simulator.callback;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.simulator.ManualTime;
import dev.parley.simulator.callback.Callback.Kind;
import dev.parley.simulator.callback.Callback.Outcome;
import dev.parley.simulator.fault.Fault;
import dev.parley.simulator.fault.FaultRule;
import dev.parley.simulator.fault.Faults;
import dev.parley.simulator.fault.Occasion;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CallbackDispatcherTest {

  private static final URI URL = URI.create("http://localhost:1/hook");
  private static final String APP = "app";

  private final ManualTime time = new ManualTime("2026-01-01T00:00:00Z");
  private final FakeTransport transport = new FakeTransport();
  private final Faults faults = new Faults(10);
  private final List<Outcome> outcomes = new ArrayList<>();
  private final CallbackDispatcher dispatcher =
      new CallbackDispatcher(
          transport, time, time, faults, Duration.ofSeconds(5), Duration.ofSeconds(1), 3, 100);

  @Test
  void delivers() {
    // When
    dispatcher.send(webhook("one", "room"));
    // Then
    assertThat(bodies()).containsExactly("one");
    assertThat(outcomes).containsExactly(Outcome.DELIVERED);
    assertThat(dispatcher.pending()).isZero();
  }

  @Test
  void triesAWebhookThreeTimesAtMostAndAlwaysWithTheSameBody() {
    // Given
    transport.answerWith(500);
    transport.answerWith(201);
    transport.answerWith(Transport.NO_ANSWER);
    // When
    dispatcher.send(webhook("one", "room"));
    time.pass(Duration.ofSeconds(10));
    // Then
    assertThat(bodies()).containsExactly("one", "one", "one");
    assertThat(outcomes).containsExactly(Outcome.UNREACHABLE);
    assertThat(dispatcher.deliveries()).singleElement().extracting("tries").isEqualTo(3);
    assertThat(dispatcher.total(Outcome.UNREACHABLE)).isEqualTo(1);
  }

  @Test
  void endsTryingOnceAccepted() {
    // Given
    transport.answerWith(503);
    // When
    dispatcher.send(webhook("one", "room"));
    time.pass(Duration.ofSeconds(10));
    // Then
    assertThat(bodies()).containsExactly("one", "one");
    assertThat(outcomes).containsExactly(Outcome.DELIVERED);
  }

  @Test
  void keepsOneRoomInOrderWhileAnotherGoesOn() {
    // Given
    transport.answerWith(500);
    // When
    dispatcher.send(webhook("a1", "a"));
    dispatcher.send(webhook("a2", "a"));
    dispatcher.send(webhook("b1", "b"));
    time.pass(Duration.ofSeconds(10));
    // Then
    assertThat(bodies()).containsExactly("a1", "b1", "a1", "a2");
  }

  @Test
  void anyTwoHundredWillDoForAMessage() {
    // Given
    transport.answerWith(204);
    transport.answerWith(302);
    // When
    dispatcher.send(callback(Kind.MESSAGE, "one", "room", 1));
    dispatcher.send(callback(Kind.MESSAGE, "two", "room", 1));
    // Then
    assertThat(outcomes).containsExactly(Outcome.DELIVERED, Outcome.REJECTED);
  }

  @Test
  void losesDuplicatesDelaysAndReordersOnRequest() {
    // Given
    faults.replace(
        List.of(
            rule(new Fault.LoseCallback(), "lost"),
            rule(new Fault.DuplicateCallback(), "double"),
            rule(new Fault.DelayCallback(Duration.ofSeconds(7)), "late"),
            rule(new Fault.ReorderCallback(), "swapped")));
    // When
    dispatcher.send(webhook("lost", "room"));
    dispatcher.send(webhook("double", "room"));
    dispatcher.send(webhook("late", "room"));
    dispatcher.send(webhook("swapped", "room"));
    dispatcher.send(webhook("plain", "room"));
    // Then
    assertThat(bodies()).containsExactly("double", "double", "plain", "swapped");
    time.pass(Duration.ofSeconds(7));
    assertThat(bodies()).containsExactly("double", "double", "plain", "swapped", "late");
    assertThat(outcomes).startsWith(Outcome.LOST);
  }

  @Test
  void sendsAHeldBackOneEvenIfNothingFollows() {
    // Given
    faults.replace(List.of(rule(new Fault.ReorderCallback(), "swapped")));
    // When
    dispatcher.send(webhook("swapped", "room"));
    assertThat(bodies()).isEmpty();
    time.pass(Duration.ofSeconds(1));
    // Then
    assertThat(bodies()).containsExactly("swapped");
  }

  @Test
  void dropsWhatIsTooMuch() {
    // Given
    faults.replace(
        List.of(
            new FaultRule(
                new Fault.DelayCallback(Duration.ofSeconds(1)), null, null, null, null, null)));
    // When
    for (int i = 0; i < 4; i++) {
      dispatcher.send(webhook("n" + i, "room"));
    }
    // Then
    assertThat(outcomes).containsExactly(Outcome.OVERFLOWN);
    time.pass(Duration.ofSeconds(1));
    assertThat(bodies()).containsExactly("n0", "n1", "n2");
  }

  private List<String> bodies() {
    return transport.posts.stream().map(FakeTransport.Post::body).toList();
  }

  private static FaultRule rule(Fault fault, String label) {
    return new FaultRule(fault, label, null, null, null, null);
  }

  private Callback webhook(String label, String room) {
    return callback(Kind.WEBHOOK, label, room, 3);
  }

  private Callback callback(Kind kind, String label, String room, int attempts) {
    return new Callback(
        kind, new Occasion(label, APP, room, null), URL, null, label, attempts, outcomes::add);
  }
}
