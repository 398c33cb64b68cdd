package dev.parley.room.outage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.events.Observation.SdkEventReported;
import dev.parley.events.Payload;
import dev.parley.events.RoomEvent.CaptureStarted;
import dev.parley.events.RoomEvent.CaptureStopped;
import dev.parley.events.RoomEvent.UserJoined;
import dev.parley.events.Topic;
import dev.parley.events.codec.Json;
import dev.parley.kafka.KafkaCluster;
import dev.parley.room.http.RelayClient;
import dev.parley.room.http.SessionKeys;
import dev.parley.room.http.SignedWebhook;
import dev.parley.room.http.TopicReader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BrokerOutageIT {
  private static final Duration SOON = Duration.ofSeconds(90);
  private static final int ROOMS = 4;
  private static final int EVENTS = 300;
  private static final int UNDER_WAY = 20;

  private static final HttpClient HTTP = HttpClient.newHttpClient();

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

  private static HttpResponse<String> post(PackagedGateway gateway, String path, Object body)
      throws Exception {
    return HTTP.send(
        HttpRequest.newBuilder(gateway.base().resolve(path))
            .timeout(Duration.ofSeconds(30))
            .POST(
                HttpRequest.BodyPublishers.ofByteArray(
                    body instanceof String text
                        ? text.replace('\'', '"').getBytes(StandardCharsets.UTF_8)
                        : Json.mapper().writeValueAsBytes(body)))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static HttpResponse<String> batch(PackagedGateway gateway) throws Exception {
    long now = System.currentTimeMillis();
    return post(
        gateway,
        "/v1/rooms/outage-http/events",
        "{'token':'%s','clientId':'web-1','clientTimeMillis':%d,'events':[{'sequence':1,'clientTimeMillis':%d,'name':'onUserStartAudioCapture','arguments':[{'userId':'bob'}]}]}"
            .formatted(SessionKeys.participant("outage-http", "alice"), now, now));
  }

  private static HttpResponse<String> webhook(PackagedGateway gateway) throws Exception {
    return post(
        gateway,
        "/v1/callbacks/rtc/default",
        SignedWebhook.of(
            PackagedGateway.WEBHOOK_SECRET,
            "UserJoinRoom",
            "{'RoomId':'outage-http','UserId':'carol','Timestamp':%d}"
                .formatted(System.currentTimeMillis()),
            Instant.now(),
            "event-1"));
  }

  private static void assertComeAgain(HttpResponse<String> answer) throws Exception {
    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.headers().firstValueAsLong("Retry-After").orElse(0)).isPositive();
    assertThat(Json.mapper().readTree(answer.body()).path("code").asText())
        .isEqualTo("kafka_unavailable");
  }

  @Test
  void whileTheOnlyBrokerIsAwayBatchesAndCallbacksAreToldToComeAgain() throws Exception {
    try (KafkaCluster kafka = KafkaCluster.start(folder, 1, System.getProperty("java.class.path"));
        PackagedGateway gateway = PackagedGateway.start(folder, kafka.bootstrapServers())) {
      // Given
      assertThat(batch(gateway).statusCode()).isEqualTo(200);
      kafka.kill(0);

      // When, Then: the cloud waits for 5 s
      long began = System.nanoTime();
      HttpResponse<String> called = webhook(gateway);
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));
      assertComeAgain(called);
      assertComeAgain(batch(gateway));

      // When: Kafka is back, and both come again
      kafka.start(0);
      await().atMost(SOON).until(() -> webhook(gateway).statusCode() == 200);
      await().atMost(SOON).until(() -> batch(gateway).statusCode() == 200);

      // Then
      try (TopicReader topics = new TopicReader(kafka.bootstrapServers(), Topic.ROOM_EVENTS)) {
        await()
            .atMost(SOON)
            .untilAsserted(
                () -> {
                  List<Payload> told = topics.of("outage-http");
                  assertThat(told)
                      .filteredOn(UserJoined.class::isInstance)
                      .extracting(joined -> ((UserJoined) joined).userId().value())
                      .containsExactlyInAnyOrder("alice", "bob", "carol");
                  assertThat(switches(told)).containsExactly("on");
                });
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

  /** Microphones go on and off in some rooms, so that every report is a fact of its own. */
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
          client.event(
              event,
              event % 2 == 1 ? "onUserStartAudioCapture" : "onUserStopAudioCapture",
              "{'userId':'bob'}");
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
        String name = "outage-" + room;
        await()
            .atMost(SOON)
            .untilAsserted(
                () -> assertThat(switches(topics.of(name))).containsExactlyElementsOf(expected()));
        // The reader reads several partitions, and may have the facts before what they follow from.
        await()
            .atMost(SOON)
            .untilAsserted(
                () ->
                    assertThat(reported(topics.of(name)))
                        .containsExactlyElementsOf(
                            LongStream.rangeClosed(1, EVENTS).boxed().toList()));
      }
    } finally {
      clients.forEach(RelayClient::close);
    }
  }

  private static List<String> expected() {
    return LongStream.rangeClosed(1, EVENTS).mapToObj(i -> i % 2 == 1 ? "on" : "off").toList();
  }

  private static List<Long> reported(List<Payload> told) {
    return told.stream()
        .filter(SdkEventReported.class::isInstance)
        .map(event -> ((SdkEventReported) event).observer().sequence())
        .distinct()
        .sorted()
        .toList();
  }

  private static List<String> switches(List<Payload> told) {
    List<String> switches = new ArrayList<>();
    for (Payload payload : told) {
      if (payload instanceof CaptureStarted) {
        switches.add("on");
      } else if (payload instanceof CaptureStopped) {
        switches.add("off");
      }
    }
    return switches;
  }
}
