package dev.parley.room.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.events.Observation.RelayClosed;
import dev.parley.events.Observation.RelayOpened;
import dev.parley.room.Rooms;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** How a connection ends, by whichever side. */
class RelayEndTest extends RelayConnectionSetup {
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

  @Test
  void aGatewayThatStopsAcknowledgesWhatItHasReadAndReadsNoMore() {
    // Given
    welcomed();
    report(1);

    // When
    connection.stop();
    assertThat(link.paused).isTrue();
    assertThat(link.closeCode).isNull();
    report(2);
    kafka.acknowledgeAll();
    link.settle();

    // Then
    assertThat(kafka.keptSequences()).containsExactly(1L);
    assertThat(link.acknowledged()).isEqualTo(1);
    assertThat(said("error")).singleElement().asString().contains("\"stopping\"");
    assertThat(link.closeCode).isEqualTo(RelayConnection.GOING_AWAY);
  }

  @Test
  void aGatewayThatStopsDoesNotWaitForKafkaWithoutEndAndAcknowledgesNothingThatItDoesNotHave() {
    // Given
    welcomed();
    report(1);
    report(2);
    kafka.acknowledge();
    link.settle();

    // When
    connection.stop();
    link.pass(Duration.ofMillis(2_999));
    assertThat(link.closeCode).isNull();
    link.pass(Duration.ofMillis(1));

    // Then
    assertThat(link.closeCode).isEqualTo(RelayConnection.GOING_AWAY);
    kafka.acknowledgeAll();
    link.settle();
    assertThat(link.acknowledged()).isEqualTo(1);
  }

  @Test
  void whoSaysGoodbyeToAGatewayThatStopsHasNotSaidIt() {
    // Given
    welcomed();
    report(1);

    // When
    connection.stop();
    connection.text("{\"type\":\"goodbye\"}");
    kafka.acknowledgeAll();
    link.settle();
    connection.closed();
    kafka.acknowledgeAll();

    // Then
    assertThat(link.closeCode).isEqualTo(RelayConnection.GOING_AWAY);
    assertThat(kafka.kept)
        .last()
        .isInstanceOfSatisfying(RelayClosed.class, closed -> assertThat(closed.clean()).isFalse());
  }

  @Test
  void aGoodbyeBeforeTheGatewayStopsIsTheCleanEnd() {
    // Given
    welcomed();
    report(1);
    connection.text("{\"type\":\"goodbye\"}");

    // When
    connection.stop();
    kafka.acknowledgeAll();
    link.settle();

    // Then
    assertThat(link.acknowledged()).isEqualTo(1);
    assertThat(link.closeCode).isEqualTo(RelayConnection.NORMAL);
  }

  @Test
  void aGoodbyeWhoseReportsKafkaDoesNotTakeInTimeIsNotTheEnd() {
    // Given
    welcomed();
    report(1);
    connection.text("{\"type\":\"goodbye\"}");

    // When
    connection.stop();
    link.pass(Duration.ofSeconds(3));
    connection.closed();
    kafka.acknowledgeAll();

    // Then
    assertThat(link.closeCode).isEqualTo(RelayConnection.GOING_AWAY);
    assertThat(link.acknowledged()).isZero();
    assertThat(kafka.kept)
        .last()
        .isInstanceOfSatisfying(RelayClosed.class, closed -> assertThat(closed.clean()).isFalse());
  }

  @Test
  void whoIsNotWelcomeYetIsSentElsewhereAtOnceByAGatewayThatStops() {
    // Given
    hello();

    // When
    connection.stop();
    kafka.acknowledgeAll();
    link.settle();

    // Then
    assertThat(link.closeCode).isEqualTo(RelayConnection.GOING_AWAY);
    assertThat(said("welcome")).isEmpty();
  }
}
