package dev.parley.room.outage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.events.RoomEvent.RoomClosed;
import dev.parley.events.Topic;
import dev.parley.events.codec.Envelope;
import dev.parley.kafka.KafkaCluster;
import dev.parley.room.http.RelayClient;
import dev.parley.room.http.SessionKeys;
import dev.parley.room.http.TopicReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same observations reduced with each guarantee. */
class GuaranteeIT {
  private static final Duration SOON = Duration.ofSeconds(90);
  private static final String ROOM = "guarantee-1";
  private static final int REPORTS = 40;
  private static final String WARNING = "parley.room.reducer.guarantee is at-least-once";

  @TempDir Path folder;

  private static List<String> ids(TopicReader topics) {
    return topics.envelopes(ROOM).stream().<String>map(Envelope::id).toList();
  }

  private static long warnings(PackagedGateway gateway) throws IOException {
    return gateway.log().stream().filter(line -> line.contains(WARNING)).count();
  }

  @Test
  void factsHaveTheSameIdsAndOnlyTheWeakerGuaranteeIsWarnedOf() throws Exception {
    try (KafkaCluster kafka = KafkaCluster.start(folder, 1, System.getProperty("java.class.path"));
        TopicReader topics = new TopicReader(kafka.bootstrapServers(), Topic.ROOM_EVENTS)) {
      // Given: the facts that were told exactly once
      List<String> once;
      try (PackagedGateway gateway =
              PackagedGateway.start(
                  folder,
                  kafka.bootstrapServers(),
                  Map.of("parley.room.reducer.guarantee", "exactly-once-v2"));
          RelayClient alice =
              RelayClient.connect(gateway.base(), ROOM)
                  .hello(SessionKeys.participant(ROOM, "alice"), "web-1")) {
        await().atMost(SOON).until(() -> !alice.received("welcome").isEmpty());
        for (long sequence = 1; sequence <= REPORTS; sequence++) {
          Microphone.report(alice, sequence);
        }
        alice.event(REPORTS + 1, "onUserLeave", "{'userInfo':{'userId':'bob'},'type':0}");
        alice.text("{'type':'goodbye'}");
        await()
            .atMost(SOON)
            .until(() -> topics.of(ROOM).stream().anyMatch(RoomClosed.class::isInstance));
        once = ids(topics);
        assertThat(Microphone.switches(topics.of(ROOM)))
            .containsExactlyElementsOf(Microphone.switches(REPORTS));
        assertThat(once).doesNotHaveDuplicates();
        assertThat(warnings(gateway)).isZero();
      }

      // When: another reducer begins with the first observation
      try (PackagedGateway gateway =
          PackagedGateway.start(
              folder,
              kafka.bootstrapServers(),
              Map.of(
                  "parley.room.reducer.guarantee", "at-least-once",
                  "parley.room.reducer.application-id", "weaker",
                  "parley.room.reducer.state-directory", folder.resolve("weaker").toString()))) {

        // Then
        List<String> twice = Stream.concat(once.stream(), once.stream()).toList();
        await()
            .atMost(SOON)
            .untilAsserted(() -> assertThat(ids(topics)).containsExactlyElementsOf(twice));
        assertThat(warnings(gateway)).isEqualTo(1);
      }
    }
  }
}
