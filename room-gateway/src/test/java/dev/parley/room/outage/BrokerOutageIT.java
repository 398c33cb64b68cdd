package dev.parley.room.outage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.events.Topic;
import dev.parley.kafka.KafkaCluster;
import dev.parley.room.http.RelayClient;
import dev.parley.room.http.SessionKeys;
import dev.parley.room.http.TopicReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BrokerOutageIT {
  private static final Duration SOON = Duration.ofSeconds(90);
  private static final int ROOMS = 4;
  private static final int EVENTS = 300;
  private static final int UNDER_WAY = 20;

  @TempDir Path folder;

  private interface Disturbance {
    /** Whether reports are acknowledged meanwhile. */
    boolean at(int event, KafkaCluster kafka, PackagedGateway gateway);
  }

  @Test
  void oneOfThreeBrokersDiesAndNoClientNotices() throws Exception {
    relayThrough(
        3,
        (event, kafka, gateway) -> {
          if (event == EVENTS / 3) {
            kafka.kill(1);
          }
          return true;
        });
  }

  @Test
  void theOnlyBrokerIsAwayForAWhileAndNothingIsLost() throws Exception {
    relayThrough(
        1,
        (event, kafka, gateway) -> {
          if (event == EVENTS / 3) {
            kafka.kill(0);
          } else if (event == EVENTS * 2 / 3) {
            await().atMost(SOON).until(() -> !gateway.ready());
            kafka.start(0);
          }
          return event < EVENTS / 3 || event >= EVENTS * 2 / 3;
        });
  }

  @Test
  void whileTheOnlyBrokerIsAwayBatchesAndCallbacksAreToldToComeAgain() throws Exception {
    try (KafkaCluster kafka = KafkaCluster.start(folder, 1, System.getProperty("java.class.path"));
        PackagedGateway gateway = PackagedGateway.start(folder, kafka.bootstrapServers())) {
      // Given
      HttpDoors doors = new HttpDoors(gateway, "outage-http");
      assertThat(doors.batch().statusCode()).isEqualTo(200);
      kafka.kill(0);

      // When, Then
      HttpDoors.assertComeAgain(doors.webhook());
      HttpDoors.assertComeAgain(doors.batch());

      // When: Kafka is back, and both come again
      kafka.start(0);
      await().atMost(SOON).until(() -> doors.webhook().statusCode() == 200);
      await().atMost(SOON).until(() -> doors.batch().statusCode() == 200);

      // Then
      try (TopicReader topics = new TopicReader(kafka.bootstrapServers(), Topic.ROOM_EVENTS)) {
        await().atMost(SOON).untilAsserted(() -> doors.assertToldOnce(topics));
      }
    }
  }

  private void relayThrough(int brokers, Disturbance disturbance) throws Exception {
    try (KafkaCluster kafka =
            KafkaCluster.start(folder, brokers, System.getProperty("java.class.path"));
        PackagedGateway gateway = PackagedGateway.start(folder, kafka.bootstrapServers())) {
      report(gateway, kafka, disturbance);
    }
  }

  /** Microphones go on and off in some rooms. */
  private static void report(PackagedGateway gateway, KafkaCluster kafka, Disturbance disturbance)
      throws Exception {
    List<RelayClient> clients = new ArrayList<>();
    try (TopicReader topics =
        new TopicReader(kafka.bootstrapServers(), Topic.ROOM_OBSERVATIONS, Topic.ROOM_EVENTS)) {
      for (int room = 0; room < ROOMS; room++) {
        RelayClient client =
            RelayClient.connect(gateway.base(), "outage-" + room)
                .hello(SessionKeys.participant("outage-" + room, "alice"), "web-1");
        clients.add(client);
        await().atMost(SOON).until(() -> client.received("welcome").size() == 1);
      }
      for (int event = 1; event <= EVENTS; event++) {
        boolean acknowledging = disturbance.at(event, kafka, gateway);
        int atLeast = event - UNDER_WAY;
        for (RelayClient client : clients) {
          Microphone.report(client, event);
        }
        // The clients talk as fast as they are heard, so that some reports are always under way.
        if (acknowledging) {
          await()
              .atMost(SOON)
              .pollInterval(Duration.ofMillis(5))
              .until(() -> clients.stream().allMatch(each -> each.acknowledged() >= atLeast));
        }
      }
      for (RelayClient client : clients) {
        await().atMost(SOON).until(() -> client.acknowledged() == EVENTS);
        assertThat(client.received("error")).isEmpty();
        assertThat(client.closed()).isFalse();
      }
      for (int room = 0; room < ROOMS; room++) {
        Microphone.awaitEachOnce(topics, "outage-" + room, EVENTS, SOON);
      }
    } finally {
      clients.forEach(RelayClient::close);
    }
  }
}
