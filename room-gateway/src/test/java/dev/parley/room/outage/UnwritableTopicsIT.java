package dev.parley.room.outage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.events.Topic;
import dev.parley.kafka.KafkaCluster;
import dev.parley.room.http.RelayClient;
import dev.parley.room.http.SessionKeys;
import dev.parley.room.http.TopicReader;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Brokers that answer and take no writes: fewer replicas are in sync than must have a record
 * (NOT_ENOUGH_REPLICAS).
 */
class UnwritableTopicsIT {
  private static final Duration SOON = Duration.ofSeconds(90);

  /** One can die and leave brokers that answer; each has a copy of every partition. */
  private static final int BROKERS = 3;

  private static final int ROOMS = 6;
  private static final int REPORTS = 400;

  /** All rooms together report twice of what may wait for Kafka. */
  private static final String LONG = "x".repeat(30_000);

  /** The default of {@code parley.kafka.max-in-flight-mib}. */
  private static final long MAX_IN_FLIGHT_BYTES = 32L * 1024 * 1024;

  @TempDir Path folder;

  /** Of all topics, Kafka's own among them, every copy must be in sync. */
  private static void requireAllInSync(KafkaCluster kafka) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      Set<String> topics =
          admin.listTopics(new ListTopicsOptions().listInternal(true)).names().get();
      Map<ConfigResource, Collection<AlterConfigOp>> changes =
          topics.stream()
              .collect(
                  Collectors.toMap(
                      topic -> new ConfigResource(ConfigResource.Type.TOPIC, topic),
                      topic ->
                          List.of(
                              new AlterConfigOp(
                                  new ConfigEntry("min.insync.replicas", Integer.toString(BROKERS)),
                                  AlterConfigOp.OpType.SET))));
      Void unused = admin.incrementalAlterConfigs(changes).all().get();
    }
  }

  private static RelayClient alice(PackagedGateway gateway, String room) {
    return RelayClient.connect(gateway.base(), room)
        .hello(SessionKeys.participant(room, "alice"), "web-1");
  }

  private static void reportAll(RelayClient client) {
    for (long sequence = 2; sequence <= REPORTS; sequence++) {
      Microphone.report(client, sequence, LONG);
    }
  }

  @Test
  void nothingIsAcknowledgedUntilTheTopicsTakeWritesAgainAndThenEverythingIsThereOnce()
      throws Exception {
    List<RelayClient> clients = new ArrayList<>();
    // A gateway that does not read makes its clients wait: a thread for each.
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        KafkaCluster kafka =
            KafkaCluster.start(folder, BROKERS, System.getProperty("java.class.path"));
        PackagedGateway gateway = PackagedGateway.start(folder, kafka.bootstrapServers());
        TopicReader topics =
            new TopicReader(kafka.bootstrapServers(), Topic.ROOM_OBSERVATIONS, Topic.ROOM_EVENTS)) {
      // Given
      HttpDoors doors = new HttpDoors(gateway, "unwritable-http");
      assertThat(doors.batch().statusCode()).isEqualTo(200);
      for (int room = 0; room < ROOMS; room++) {
        RelayClient client = alice(gateway, "unwritable-" + room);
        clients.add(client);
        await().atMost(SOON).until(() -> !client.received("welcome").isEmpty());
        Microphone.report(client, 1, LONG);
        await().atMost(SOON).until(() -> client.acknowledged() == 1);
      }

      // When
      requireAllInSync(kafka);
      kafka.kill(BROKERS - 1);
      await().atMost(SOON).until(() -> doors.webhook().statusCode() == 503);
      Future<HttpResponse<String>> batch = threads.submit(doors::batch);
      clients.forEach(client -> threads.execute(() -> reportAll(client)));

      // Then: as much waits as may, and the rest is not read
      await()
          .atMost(SOON)
          .until(
              () -> gateway.metric("parley_events_in_flight_bytes") > MAX_IN_FLIGHT_BYTES * 0.98);
      try (RelayClient late = alice(gateway, "unwritable-late")) {
        HttpDoors.assertComeAgain(doors.webhook());
        HttpDoors.assertComeAgain(batch.get());
        assertThat(late.closeCode()).isEqualTo(1013);
      }
      assertThat(gateway.metric("parley_events_in_flight_bytes"))
          .isLessThan(MAX_IN_FLIGHT_BYTES * 1.02);
      assertThat(clients)
          .allSatisfy(
              client -> {
                assertThat(client.acknowledged()).isEqualTo(1);
                assertThat(client.received("error")).isEmpty();
                assertThat(client.closed()).isFalse();
              });

      // When
      kafka.start(BROKERS - 1);

      // Then
      for (RelayClient client : clients) {
        await().atMost(SOON).until(() -> client.acknowledged() == REPORTS);
        assertThat(client.received("error")).isEmpty();
        assertThat(client.closed()).isFalse();
      }
      await().atMost(SOON).until(() -> doors.webhook().statusCode() == 200);
      await().atMost(SOON).until(() -> doors.batch().statusCode() == 200);
      await().atMost(SOON).untilAsserted(() -> doors.assertToldOnce(topics));
      for (int room = 0; room < ROOMS; room++) {
        Microphone.awaitEachOnce(topics, "unwritable-" + room, REPORTS, SOON);
      }
    } finally {
      clients.forEach(RelayClient::close);
    }
  }
}
