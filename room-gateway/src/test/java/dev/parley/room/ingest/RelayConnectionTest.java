package dev.parley.room.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import dev.parley.events.Observation.RelayClosed;
import dev.parley.events.Observation.RelayOpened;
import dev.parley.events.Observation.SdkEventReported;
import dev.parley.events.id.ClientId;
import dev.parley.events.id.UserId;
import dev.parley.kit.kafka.EventPublisher.Draft;
import dev.parley.room.Rooms;
import org.junit.jupiter.api.Test;

class RelayConnectionTest extends RelayConnectionSetup {
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
}
