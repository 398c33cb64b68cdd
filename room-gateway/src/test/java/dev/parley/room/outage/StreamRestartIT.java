package dev.parley.room.outage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.kafka.KafkaCluster;
import dev.parley.room.http.RelayClient;
import dev.parley.room.http.SessionKeys;
import dev.parley.room.http.StreamClient;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a listener missed while its gateway was started anew. */
class StreamRestartIT {
  private static final Duration SOON = Duration.ofSeconds(90);
  private static final String ROOM = "restart-1";
  private static final String JOINED = "dev.parley.room.user-joined.v1";

  @TempDir Path folder;

  private static StreamClient listen(PackagedGateway gateway, String lastEventId) {
    StreamClient[] opened = new StreamClient[1];
    await()
        .atMost(SOON)
        .until(
            () -> {
              opened[0] =
                  StreamClient.listen(
                      gateway.base(),
                      "/v1/rooms/" + ROOM + "/stream",
                      SessionKeys.analyst(),
                      lastEventId);
              // Right after the start it is 503: the stream has not begun yet.
              return opened[0].status() == 200;
            });
    return opened[0];
  }

  @Test
  void aListenerResumesAtAGatewayThatWasStartedSince() throws Exception {
    try (KafkaCluster kafka =
        KafkaCluster.start(folder, 1, System.getProperty("java.class.path"))) {
      // Given
      String last;
      try (PackagedGateway gateway = PackagedGateway.start(folder, kafka.bootstrapServers());
          StreamClient listener = listen(gateway, "");
          RelayClient alice =
              RelayClient.connect(gateway.base(), ROOM)
                  .hello(SessionKeys.participant(ROOM, "alice"), "web-1")) {
        await().atMost(SOON).until(() -> !alice.received("welcome").isEmpty());
        await().atMost(SOON).until(() -> listener.types().contains(JOINED));
        last = listener.lastEventId();
        listener.leave();
        alice
            .event(1, "onUserJoined", "{'userInfo':{'userId':'bob'},'publishState':{}}")
            .event(2, "onUserPublishStream", "{'userId':'bob','mediaType':1}");
        await().atMost(SOON).until(() -> alice.acknowledged() == 2);
      }

      // When
      try (PackagedGateway gateway = PackagedGateway.start(folder, kafka.bootstrapServers());
          StreamClient listener = listen(gateway, last)) {

        // Then
        await()
            .atMost(SOON)
            .untilAsserted(
                () ->
                    assertThat(listener.types())
                        .containsExactly(JOINED, "dev.parley.room.stream-published.v1"));
      }
    }
  }
}
