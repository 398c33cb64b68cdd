package dev.parley.room.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.events.BadRow;
import dev.parley.events.Bytes;
import dev.parley.events.Observation.RelayClosed;
import dev.parley.events.Observation.RelayOpened;
import dev.parley.events.Observation.SdkEventReported;
import dev.parley.events.Payload;
import dev.parley.events.codec.Envelope;
import dev.parley.events.codec.EventCodec;
import dev.parley.events.codec.EventRefusedException;
import dev.parley.events.id.ClientId;
import dev.parley.events.id.UserId;
import dev.parley.kit.kafka.EventPublisher.Draft;
import dev.parley.room.Rooms;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RelayConnectionTest {
  private static final int MAX_UNACKNOWLEDGED = 4;

  private final FakeLink link = new FakeLink();
  private final FakeKafka kafka = new FakeKafka();
  private final RelayConnection connection =
      TestRelay.connection(link, kafka::send, MAX_UNACKNOWLEDGED);

  private void hello() {
    connection.start();
    connection.text(TestRelay.HELLO);
    link.settle();
  }

  private void welcomed() {
    hello();
    kafka.acknowledge();
    link.settle();
  }

  private void report(long sequence) {
    connection.text(
        "{\"type\":\"event\",\"sequence\":%d,\"clientTimeMillis\":%d,\"name\":\"onTokenWillExpire\"}"
            .formatted(sequence, Rooms.T0 + sequence));
  }

  @Test
  void nothingIsAcknowledgedBeforeKafkaHasItAndEverythingBefore() {
    // Given
    welcomed();
    report(1);
    report(2);
    link.settle();
    assertThat(link.acknowledged()).isZero();

    // When
    kafka.acknowledge();
    link.settle();
    assertThat(link.acknowledged()).isEqualTo(1);
    kafka.acknowledge();
    link.settle();

    // Then
    assertThat(link.acknowledged()).isEqualTo(2);
  }

  private RelayConnection again(FakeLink at, AcknowledgedSequences known) {
    RelayConnection next = TestRelay.connection(at, kafka::send, MAX_UNACKNOWLEDGED, known);
    next.start();
    next.text(TestRelay.HELLO);
    at.settle();
    kafka.acknowledgeAll();
    at.settle();
    return next;
  }

  private static String event(long sequence) {
    return eventAt(sequence, Rooms.T0 + sequence);
  }

  private static String eventAt(long sequence, long clientTimeMillis) {
    return "{\"type\":\"event\",\"sequence\":%d,\"clientTimeMillis\":%d,\"name\":\"onTrackMute\"}"
        .formatted(sequence, clientTimeMillis);
  }

  @Test
  void whoComesBackFromAnotherGatewayGoesOnWhereThatOneWas() {
    // Given: this gateway remembers 100, the other one has acknowledged up to 200 since
    AcknowledgedSequences known = new AcknowledgedSequences(10);
    known.acknowledged(Rooms.KEY, new UserId("alice"), new ClientId("web-1"), 100);
    RelayConnection back = again(link, known);
    assertThat(link.sent.get(0).path("lastSequence").asLong()).isEqualTo(100);

    // When
    back.text(event(201));
    kafka.acknowledgeAll();
    link.settle();
    assertThat(link.acknowledged()).isEqualTo(201);
    back.closed();
    FakeLink later = new FakeLink();
    RelayConnection unused = again(later, known);

    // Then
    assertThat(link.closeCode).isNull();
    assertThat(later.sent.get(0).path("lastSequence").asLong()).isEqualTo(201);
  }

  private static EventRefusedException refusal() {
    try {
      byte[] unused =
          EventCodec.encode(
              new Envelope<>(
                  "late",
                  "/test",
                  Instant.EPOCH,
                  null,
                  Rooms.opened("alice", Payload.MAX_EVENT_TIME_MILLIS + 1, "c1")),
              new RecordHeaders());
      throw new AssertionError("the codec takes the year 10000");
    } catch (EventRefusedException e) {
      return e;
    }
  }

  @Test
  void whatNoTopicTakesIsABadRowWithTheFramesBytes() {
    // Given
    welcomed();
    byte[] binary =
        ByteBuffer.allocate(1 + 1 + 8 + 8 + 2 + 3 + 8)
            .put((byte) 1)
            .put((byte) 0)
            .putLong(2)
            .putLong(Rooms.T0)
            .putShort((short) 3)
            .put("bob".getBytes(StandardCharsets.UTF_8))
            .put(new byte[] {'i', 'n', 'f', 'o', 0, 0, 0, 0})
            .array();

    // When
    connection.text(event(1));
    connection.binary(binary);
    kafka.refuse(refusal());
    kafka.refuse(refusal());
    link.settle();
    kafka.acknowledgeAll();
    link.settle();

    // Then
    assertThat(link.acknowledged()).isEqualTo(2);
    assertThat(said("error"))
        .hasSize(2)
        .allSatisfy(error -> assertThat(error).contains("event_refused"));
    assertThat(kafka.kept)
        .filteredOn(BadRow.class::isInstance)
        .extracting(row -> ((BadRow) row).code(), row -> ((BadRow) row).raw())
        .containsExactly(
            tuple("event_refused", Bytes.of(event(1).getBytes(StandardCharsets.UTF_8))),
            tuple("event_refused", Bytes.of(binary)));
  }

  private String raw() {
    return kafka.kept.stream()
        .filter(BadRow.class::isInstance)
        .map(row -> new String(((BadRow) row).raw().toArray(), StandardCharsets.UTF_8))
        .collect(Collectors.joining(","));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"type\":\"renew\",\"token\":\"eyJhbGciOiJFUzI1NiJ9.secret",
        "{\"type\":\"renwe\",\"token\":\"eyJhbGciOiJFUzI1NiJ9.secret\"}",
        "{\"type\":\"renew\",\"tokne\":\"eyJhbGciOiJFUzI1NiJ9.secret\"}",
        "{\"type\":\"event\",\"token\":\"eyJhbGciOiJFUzI1NiJ9.secret\"}",
        "{\"type\":\"event\",\"sequence\":1,\"clientTimeMillis\":1,\"name\":\"onNothing\","
            + "\"sessionToken\":\"eyJhbGciOiJFUzI1NiJ9.secret\"}",
        "[\"eyJhbGciOiJFUzI1NiJ9.secret\"]",
        "eyJhbGciOiJFUzI1NiJ9.secret"
      })
  void noFrameThatMayCarryASessionTokenReachesKafkaWithIt(String frame) {
    // Given
    welcomed();

    // When
    connection.text(frame);
    kafka.acknowledgeAll();
    link.settle();

    // Then
    assertThat(kafka.kept).filteredOn(BadRow.class::isInstance).hasSize(1);
    assertThat(raw()).doesNotContain("secret");
  }

  @Test
  void anEventThatCannotBeReadIsKeptAsItCame() {
    // Given
    welcomed();
    String frame = "{\"type\":\"event\", \"sequence\":\"one\"}";

    // When
    connection.text(frame);
    kafka.acknowledgeAll();

    // Then
    assertThat(raw()).isEqualTo(frame);
    assertThat(link.closeCode).isEqualTo(RelayConnection.MALFORMED);
  }

  @Test
  void whatWaitedWhileTheSocketWasNotReadKeepsItsTime() {
    // Given
    welcomed();
    for (int i = 1; i <= MAX_UNACKNOWLEDGED; i++) {
      connection.text(eventAt(i, Rooms.T0));
    }
    assertThat(link.paused).isTrue();

    // When: something that happened at once is read three minutes later
    link.pass(Duration.ofMinutes(3));
    kafka.acknowledgeAll();
    link.settle();
    connection.text(eventAt(5, Rooms.T0 + 2_000));
    kafka.acknowledgeAll();

    // Then
    assertThat(kafka.kept)
        .last()
        .isInstanceOfSatisfying(
            SdkEventReported.class,
            event -> assertThat(event.eventTimeMillis()).isEqualTo(Rooms.T0 + 2_000));
  }

  @Test
  void aGapWithinAConnectionEndsIt() {
    // Given
    RelayConnection back = again(link, new AcknowledgedSequences(10));
    back.text(event(201));

    // When
    back.text(event(203));

    // Then
    assertThat(link.closeCode).isEqualTo(RelayConnection.SEQUENCE);
  }

  @Test
  void theTraceOfTheRequestMarksTheConnectionAndNotItsReports() {
    // When
    welcomed();
    report(1);
    link.settle();
    connection.closed();

    // Then
    assertThat(kafka.drafts)
        .extracting(draft -> draft.data().getClass(), Draft::traceparent)
        .containsExactly(
            tuple(RelayOpened.class, TestRelay.TRACE),
            tuple(SdkEventReported.class, null),
            tuple(RelayClosed.class, TestRelay.TRACE));
  }

  @Test
  void theSocketIsNotReadWhileTooMuchWaits() {
    // Given
    welcomed();
    for (int i = 1; i < MAX_UNACKNOWLEDGED; i++) {
      report(i);
    }
    assertThat(link.paused).isFalse();

    // When
    report(MAX_UNACKNOWLEDGED);
    assertThat(link.paused).isTrue();
    kafka.acknowledgeAll();
    link.settle();

    // Then
    assertThat(link.paused).isFalse();
    assertThat(link.acknowledged()).isEqualTo(MAX_UNACKNOWLEDGED);
  }

  @Test
  void whoDoesNotReadAnswersIsNotReadAndOneAcknowledgementWaits() {
    // Given
    welcomed();
    link.full = true;

    // When: what was read before the socket was paused is refused, repeated, and acknowledged
    for (int i = 1; i < MAX_UNACKNOWLEDGED; i++) {
      report(i);
      kafka.acknowledgeAll();
      link.settle();
      report(i);
      link.settle();
    }

    // Then
    assertThat(link.paused).isTrue();
    assertThat(said("ack")).isEmpty();
    link.full = false;
    connection.writable();
    link.settle();
    assertThat(said("ack")).containsExactly("{\"type\":\"ack\",\"sequence\":3}");
    assertThat(link.paused).isFalse();
  }

  @Test
  void anAnswerThatFillsTheSocketStopsReading() {
    // Given
    welcomed();
    link.full = true;

    // When
    connection.text(
        "{\"type\":\"event\",\"sequence\":1,\"clientTimeMillis\":1,\"name\":\"onNothing\"}");

    // Then
    assertThat(said("error")).hasSize(1);
    assertThat(link.paused).isTrue();
  }

  @Test
  void whoReadsNothingForTooLongIsLetGo() {
    // Given
    welcomed();
    link.full = true;
    report(1);
    kafka.acknowledgeAll();
    link.settle();
    assertThat(link.paused).isTrue();

    // When
    link.pass(Duration.ofMinutes(2));

    // Then
    assertThat(link.closeCode).isEqualTo(RelayConnection.TIMEOUT);
  }

  @Test
  void aGoodbyeWaitsForTheAcknowledgementThatWaits() {
    // Given
    welcomed();
    link.full = true;
    report(1);
    connection.text("{\"type\":\"goodbye\"}");
    kafka.acknowledgeAll();
    link.settle();
    assertThat(link.closeCode).isNull();

    // When
    link.full = false;
    connection.writable();

    // Then
    assertThat(link.acknowledged()).isEqualTo(1);
    assertThat(link.closeCode).isEqualTo(RelayConnection.NORMAL);
  }

  @Test
  void whatKafkaDidNotTakeIsHandedOverAgainInOrderAndTheClientNoticesNothing() {
    // Given
    welcomed();
    report(1);
    report(2);
    report(3);

    // When: Kafka is away for a while
    for (int i = 0; i < 5; i++) {
      while (!kafka.handed.isEmpty()) {
        kafka.refuse();
      }
      link.settle();
      assertThat(link.paused).isTrue();
      assertThat(link.acknowledged()).isZero();
      link.pass(Duration.ofSeconds(1));
    }
    kafka.acknowledgeAll();
    link.settle();

    // Then
    assertThat(kafka.keptSequences()).containsExactly(1L, 2L, 3L);
    assertThat(link.acknowledged()).isEqualTo(3);
    assertThat(link.paused).isFalse();
    assertThat(link.closeCode).isNull();
  }

  @Test
  void aReportBehindOneThatFailedIsNotAcknowledged() {
    // Given
    welcomed();
    report(1);
    report(2);

    // When
    kafka.refuse();
    kafka.acknowledge();
    link.settle();
    assertThat(link.acknowledged()).isZero();
    link.pass(Duration.ofSeconds(1));
    kafka.acknowledgeAll();
    link.settle();

    // Then
    assertThat(link.acknowledged()).isEqualTo(2);
  }

  @Test
  void whoComesWhileKafkaIsAwayIsToldToComeLater() {
    // When
    hello();
    kafka.refuse();
    link.settle();

    // Then
    assertThat(link.closeCode).isEqualTo(RelayConnection.TRY_AGAIN_LATER);
    assertThat(link.sent)
        .singleElement()
        .satisfies(error -> assertThat(error.path("code").asText()).isEqualTo("kafka_unavailable"));
  }

  @Test
  void whoComesWhileKafkaSaysNothingIsToldToComeLaterAndThatItWentIsTold() {
    // When
    hello();
    link.pass(Duration.ofSeconds(10));

    // Then
    assertThat(link.closeCode).isEqualTo(RelayConnection.TRY_AGAIN_LATER);
    assertThat(said("error")).singleElement().asString().contains("\"kafka_unavailable\"");
    connection.closed();
    kafka.acknowledgeAll();
    link.settle();
    assertThat(said("welcome")).isEmpty();
    assertThat(kafka.kept)
        .satisfiesExactly(
            opened -> assertThat(opened).isInstanceOf(RelayOpened.class),
            closed -> assertThat(closed).isInstanceOf(RelayClosed.class));
  }

  @Test
  void whatIsNotEvenTakenIsNotOvertakenByWhatComesAfterIt() {
    // Given
    welcomed();
    kafka.full = true;
    report(1);

    // When: there is room again before the refusal is noticed
    kafka.full = false;
    report(2);
    link.settle();
    assertThat(kafka.handed).isEmpty();
    link.pass(Duration.ofSeconds(1));
    kafka.acknowledgeAll();
    link.settle();

    // Then
    assertThat(kafka.keptSequences()).containsExactly(1L, 2L);
    assertThat(link.acknowledged()).isEqualTo(2);
  }

  @Test
  void theEndOfAConnectionIsToldUntilKafkaHasIt() {
    // Given
    welcomed();

    // When
    connection.closed();
    kafka.refuse();
    link.settle();
    link.pass(Duration.ofSeconds(1));
    kafka.acknowledge();

    // Then
    assertThat(kafka.kept).first().isInstanceOf(RelayOpened.class);
    assertThat(kafka.kept)
        .last()
        .isInstanceOfSatisfying(RelayClosed.class, closed -> assertThat(closed.clean()).isFalse());
  }

  @Test
  void aGoodbyeWaitsForWhatIsOpen() {
    // Given
    welcomed();
    report(1);

    // When
    connection.text("{\"type\":\"goodbye\"}");
    link.settle();
    assertThat(link.closeCode).isNull();
    kafka.acknowledge();
    link.settle();

    // Then
    assertThat(link.acknowledged()).isEqualTo(1);
    assertThat(link.closeCode).isEqualTo(RelayConnection.NORMAL);
  }

  @Test
  void whoSaysNothingIsLetGo() {
    // When
    connection.start();
    link.pass(Duration.ofSeconds(10));

    // Then
    assertThat(link.closeCode).isEqualTo(RelayConnection.TIMEOUT);
  }

  @Test
  void whoFallsSilentIsLetGoButNotWhileItIsNotRead() {
    // Given
    welcomed();
    for (int i = 1; i <= MAX_UNACKNOWLEDGED; i++) {
      report(i);
    }

    // When: the socket is not read for two minutes
    link.pass(Duration.ofMinutes(2));
    assertThat(link.closeCode).isNull();
    kafka.acknowledgeAll();
    link.settle();
    link.pass(Duration.ofMinutes(2));

    // Then
    assertThat(link.closeCode).isEqualTo(RelayConnection.TIMEOUT);
  }

  private List<String> said(String type) {
    return link.sent.stream()
        .filter(frame -> frame.path("type").asText().equals(type))
        .map(JsonNode::toString)
        .toList();
  }

  private void stayAlive(Duration time) {
    for (long passed = 0; passed < time.toSeconds(); passed += 10) {
      connection.pong();
      link.pass(Duration.ofSeconds(10));
    }
  }

  @Test
  void aSessionThatEndsIsAnnouncedAndThenEndsTheConnection() {
    // Given
    welcomed();

    // When
    stayAlive(Duration.ofSeconds(830));
    assertThat(said("expiring")).isEmpty();
    stayAlive(Duration.ofSeconds(10));

    // Then
    assertThat(said("expiring"))
        .containsExactly(
            "{\"type\":\"expiring\",\"expiresAtMillis\":%d}".formatted(Rooms.T0 + 900_000));
    assertThat(link.closeCode).isNull();
    stayAlive(Duration.ofSeconds(60));
    assertThat(link.closeCode).isEqualTo(RelayConnection.UNAUTHENTICATED);
    assertThat(said("error")).singleElement().asString().contains("\"session_expired\"");
  }

  @Test
  void aRenewedSessionCarriesTheConnectionOn() {
    // Given
    welcomed();
    stayAlive(Duration.ofSeconds(850));

    // When
    connection.text("{\"type\":\"renew\",\"token\":\"alice:1800\"}");
    link.settle();
    report(1);
    kafka.acknowledgeAll();
    stayAlive(Duration.ofSeconds(880));

    // Then
    assertThat(said("renewed"))
        .containsExactly(
            "{\"type\":\"renewed\",\"expiresAtMillis\":%d}".formatted(Rooms.T0 + 1_800_000));
    assertThat(link.acknowledged()).isEqualTo(1);
    assertThat(link.closeCode).isNull();
    assertThat(said("expiring")).hasSize(1);
    stayAlive(Duration.ofSeconds(70));
    assertThat(said("expiring")).hasSize(2);
    assertThat(link.closeCode).isEqualTo(RelayConnection.UNAUTHENTICATED);
  }

  @Test
  void aTokenOfSomebodyElseRenewsNothing() {
    // Given
    welcomed();

    // When
    connection.text("{\"type\":\"renew\",\"token\":\"mallory:1800\"}");
    link.settle();
    connection.text("{\"type\":\"renew\",\"token\":\"forged\"}");
    link.settle();

    // Then
    assertThat(said("renewed")).isEmpty();
    assertThat(said("error"))
        .hasSize(2)
        .allSatisfy(error -> assertThat(error).contains("\"renewal_refused\""));
    assertThat(link.closeCode).isNull();
    stayAlive(Duration.ofMinutes(15));
    assertThat(link.closeCode).isEqualTo(RelayConnection.UNAUTHENTICATED);
  }
}
