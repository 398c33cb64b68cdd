package dev.parley.room.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.room.Rooms;
import java.time.Duration;
import java.util.List;

/** A connection of alice with its surroundings by hand. */
abstract class RelayConnectionSetup {
  static final int MAX_UNACKNOWLEDGED = 4;

  final FakeLink link = new FakeLink();
  final FakeKafka kafka = new FakeKafka();
  final RelayConnection connection = TestRelay.connection(link, kafka::send, MAX_UNACKNOWLEDGED);

  void hello() {
    connection.start();
    connection.text(TestRelay.HELLO);
    link.settle();
  }

  void welcomed() {
    hello();
    kafka.acknowledge();
    link.settle();
  }

  void report(long sequence) {
    connection.text(
        "{\"type\":\"event\",\"sequence\":%d,\"clientTimeMillis\":%d,\"name\":\"onTokenWillExpire\"}"
            .formatted(sequence, Rooms.T0 + sequence));
  }

  RelayConnection again(FakeLink at, AcknowledgedSequences known) {
    RelayConnection next = TestRelay.connection(at, kafka::send, MAX_UNACKNOWLEDGED, known);
    next.start();
    next.text(TestRelay.HELLO);
    at.settle();
    kafka.acknowledgeAll();
    at.settle();
    return next;
  }

  static String event(long sequence) {
    return eventAt(sequence, Rooms.T0 + sequence);
  }

  static String eventAt(long sequence, long clientTimeMillis) {
    return "{\"type\":\"event\",\"sequence\":%d,\"clientTimeMillis\":%d,\"name\":\"onTrackMute\"}"
        .formatted(sequence, clientTimeMillis);
  }

  List<String> said(String type) {
    return link.sent.stream()
        .filter(frame -> frame.path("type").asText().equals(type))
        .map(JsonNode::toString)
        .toList();
  }

  void stayAlive(Duration time) {
    for (long passed = 0; passed < time.toSeconds(); passed += 10) {
      connection.pong();
      link.pass(Duration.ofSeconds(10));
    }
  }
}
