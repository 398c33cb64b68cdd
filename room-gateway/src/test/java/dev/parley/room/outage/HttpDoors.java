package dev.parley.room.outage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.events.Payload;
import dev.parley.events.RoomEvent.UserJoined;
import dev.parley.events.codec.Json;
import dev.parley.room.http.SessionKeys;
import dev.parley.room.http.SignedWebhook;
import dev.parley.room.http.TopicReader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * What comes in over HTTP of one room: a batch in which alice says that bob's microphone went on,
 * and a webhook that carol joined; each as often as it is sent again.
 */
final class HttpDoors {
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  /** The cloud waits no longer. */
  private static final Duration CLOUD_WAITS = Duration.ofSeconds(5);

  private static final Duration CLIENT_WAITS = Duration.ofSeconds(30);

  private final PackagedGateway gateway;
  private final String room;

  HttpDoors(PackagedGateway gateway, String room) {
    this.gateway = gateway;
    this.room = room;
  }

  HttpResponse<String> batch() throws Exception {
    long now = System.currentTimeMillis();
    return post(
        "/v1/rooms/" + room + "/events",
        "{'token':'%s','clientId':'web-1','clientTimeMillis':%d,'events':[{'sequence':1,'clientTimeMillis':%d,'name':'onUserStartAudioCapture','arguments':[{'userId':'bob'}]}]}"
            .formatted(SessionKeys.participant(room, "alice"), now, now)
            .replace('\'', '"')
            .getBytes(StandardCharsets.UTF_8),
        CLIENT_WAITS);
  }

  HttpResponse<String> webhook() throws Exception {
    return post(
        "/v1/callbacks/rtc/default",
        Json.mapper()
            .writeValueAsBytes(
                SignedWebhook.of(
                    PackagedGateway.WEBHOOK_SECRET,
                    "UserJoinRoom",
                    "{'RoomId':'%s','UserId':'carol','Timestamp':%d}"
                        .formatted(room, System.currentTimeMillis()),
                    Instant.now(),
                    "event-1")),
        CLOUD_WAITS);
  }

  private HttpResponse<String> post(String path, byte[] body, Duration patience) throws Exception {
    return HTTP.send(
        HttpRequest.newBuilder(gateway.base().resolve(path))
            .timeout(patience)
            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  static void assertComeAgain(HttpResponse<String> answer) throws Exception {
    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.headers().firstValueAsLong("Retry-After").orElse(0)).isPositive();
    assertThat(Json.mapper().readTree(answer.body()).path("code").asText())
        .isEqualTo("kafka_unavailable");
  }

  /** However often both were sent. */
  void assertToldOnce(TopicReader topics) {
    List<Payload> told = topics.of(room);
    assertThat(told)
        .filteredOn(UserJoined.class::isInstance)
        .extracting(joined -> ((UserJoined) joined).userId().value())
        .containsExactlyInAnyOrder("alice", "bob", "carol");
    assertThat(Microphone.switches(told)).containsExactly("on");
  }
}
