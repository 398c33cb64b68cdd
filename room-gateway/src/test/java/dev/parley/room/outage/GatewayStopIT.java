package dev.parley.room.outage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.events.Topic;
import dev.parley.kafka.KafkaCluster;
import dev.parley.room.http.DeafClient;
import dev.parley.room.http.RelayClient;
import dev.parley.room.http.SessionKeys;
import dev.parley.room.http.StreamClient;
import dev.parley.room.http.TopicReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What clients hear of a gateway that is told to stop, and that they lose nothing by it. */
class GatewayStopIT {
  private static final Duration SOON = Duration.ofSeconds(90);
  private static final String ROOM = "stop-1";
  private static final String STREAM = "/v1/rooms/" + ROOM + "/stream";
  private static final int REPORTS = 100;

  /** Of a process that ends because of SIGTERM. */
  private static final int TERMINATED = 143;

  @TempDir Path folder;

  private KafkaCluster kafka() {
    return KafkaCluster.start(folder, 1, System.getProperty("java.class.path"));
  }

  private PackagedGateway gateway(KafkaCluster kafka) throws Exception {
    return PackagedGateway.start(folder, kafka.bootstrapServers());
  }

  private static RelayClient alice(PackagedGateway gateway) {
    RelayClient alice =
        RelayClient.connect(gateway.base(), ROOM)
            .hello(SessionKeys.participant(ROOM, "alice"), "web-1");
    await().atMost(SOON).until(() -> !alice.received("welcome").isEmpty());
    return alice;
  }

  private static void assertSentElsewhere(RelayClient client) throws Exception {
    assertThat(client.closeCode()).isEqualTo(1001);
    assertThat(client.received("error"))
        .singleElement()
        .satisfies(error -> assertThat(error.path("code").asText()).isEqualTo("stopping"));
  }

  /** Sends what was not acknowledged to another gateway, and expects every fact once, in order. */
  private void assertNothingIsLostAtAnother(KafkaCluster kafka, long acknowledged)
      throws Exception {
    try (PackagedGateway another = gateway(kafka);
        RelayClient alice = alice(another);
        TopicReader topics =
            new TopicReader(kafka.bootstrapServers(), Topic.ROOM_OBSERVATIONS, Topic.ROOM_EVENTS)) {
      LongStream.rangeClosed(acknowledged + 1, REPORTS)
          .forEach(sequence -> Microphone.report(alice, sequence));
      await()
          .atMost(SOON)
          .untilAsserted(
              () ->
                  assertThat(Microphone.switches(topics.of(ROOM)))
                      .containsExactlyElementsOf(Microphone.switches(REPORTS)));
    }
  }

  @Test
  void everybodyIsSentElsewhere() throws Exception {
    try (KafkaCluster kafka = kafka()) {
      long acknowledged;
      try (PackagedGateway gateway = gateway(kafka);
          RelayClient alice = alice(gateway);
          RelayClient silent = RelayClient.connect(gateway.base(), ROOM);
          RelayClient silentListener = RelayClient.at(gateway.base(), STREAM);
          RelayClient listener =
              RelayClient.at(gateway.base(), STREAM).hello(SessionKeys.analyst(), "web-2");
          StreamClient events =
              StreamClient.listen(gateway.base(), STREAM, SessionKeys.analyst(), null)) {
        // Given
        await().atMost(SOON).until(() -> !listener.received("welcome").isEmpty());
        assertThat(events.status()).isEqualTo(200);

        // When: in the middle of what alice says
        for (long sequence = 1; sequence <= REPORTS / 2; sequence++) {
          Microphone.report(alice, sequence);
        }
        gateway.terminate();

        // Then
        assertSentElsewhere(alice);
        assertSentElsewhere(silent);
        assertSentElsewhere(silentListener);
        assertSentElsewhere(listener);
        await().atMost(SOON).until(events::ended);
        assertThat(events.events())
            .last()
            .satisfies(
                end -> {
                  assertThat(end.name()).isEqualTo("end");
                  assertThat(end.data().path("code").asText()).isEqualTo("stopping");
                });
        assertThat(gateway.exitCode()).isEqualTo(TERMINATED);
        acknowledged = alice.acknowledged();
      }
      assertNothingIsLostAtAnother(kafka, acknowledged);
    }
  }

  private static DeafClient deaf(PackagedGateway gateway, String path, String token)
      throws Exception {
    DeafClient client = DeafClient.connect(gateway.base(), path);
    client.text(
        "{'type':'hello','token':'%s','clientId':'web-3','clientTimeMillis':%d}"
            .formatted(token, System.currentTimeMillis()));
    client.readUntil("welcome");
    return client;
  }

  @Test
  void whoDoesNotAnswerTheCloseIsLeftBehindWithoutAnError() throws Exception {
    try (KafkaCluster kafka = kafka();
        PackagedGateway gateway = gateway(kafka);
        RelayClient alice = alice(gateway);
        DeafClient relay =
            deaf(gateway, "/v1/rooms/stop-2/relay", SessionKeys.participant("stop-2", "bob"));
        DeafClient stream = deaf(gateway, STREAM, SessionKeys.analyst())) {
      // When
      gateway.terminate();

      // Then
      assertSentElsewhere(alice);
      assertThat(gateway.exitCode()).isEqualTo(TERMINATED);
      relay.readUntil("stopping");
      stream.readUntil("stopping");
      assertThat(gateway.log())
          .anyMatch(line -> line.contains("stopping without the goodbye of connections=1"))
          .noneMatch(line -> line.contains("ERROR") || line.contains("Exception"));
    }
  }

  @Test
  void whatKafkaDoesNotTakeIsNotAcknowledgedByAGatewayThatStops() throws Exception {
    try (KafkaCluster kafka = kafka()) {
      try (PackagedGateway gateway = gateway(kafka);
          RelayClient alice = alice(gateway)) {
        // Given
        Microphone.report(alice, 1);
        await().atMost(SOON).until(() -> alice.acknowledged() == 1);
        kafka.kill(0);
        Microphone.report(alice, 2);
        Microphone.report(alice, 3);

        // When
        gateway.terminate();

        // Then
        assertSentElsewhere(alice);
        assertThat(alice.acknowledged()).isEqualTo(1);
        assertThat(gateway.exitCode()).isEqualTo(TERMINATED);
      }
      kafka.start(0);
      assertNothingIsLostAtAnother(kafka, 1);
    }
  }
}
