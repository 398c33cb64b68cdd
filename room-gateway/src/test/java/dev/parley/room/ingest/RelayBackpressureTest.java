package dev.parley.room.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.events.Observation.RelayClosed;
import dev.parley.events.Observation.RelayOpened;
import dev.parley.events.Observation.SdkEventReported;
import dev.parley.room.Rooms;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** When Kafka takes nothing, or the client. */
class RelayBackpressureTest extends RelayConnectionSetup {
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
}
