package dev.parley.room.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.events.RoomEvent.CaptureStarted;
import dev.parley.events.RoomEvent.Evidence;
import dev.parley.events.RoomEvent.MediaType;
import dev.parley.events.id.AppId;
import dev.parley.events.id.RoomId;
import dev.parley.events.id.UserId;
import dev.parley.kafka.KafkaTestResource;
import dev.parley.kit.kafka.EventPublisher;
import dev.parley.kit.secret.Secret;
import dev.parley.room.kafka.StreamFeed;
import dev.parley.room.push.PositionSeal;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@WithTestResource(KafkaTestResource.class)
@WithTestResource(SessionKeys.class)
class StreamComponentTest {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final String JOINED = "dev.parley.room.user-joined.v1";
  private static final String PUBLISHED = "dev.parley.room.stream-published.v1";

  @TestHTTPResource("/")
  URI base;

  @Inject EventPublisher publisher;
  @Inject StreamFeed feed;

  private RelayClient relay(String room) {
    RelayClient client =
        RelayClient.connect(base, room).hello(SessionKeys.participant(room, "alice"), "web-1");
    await().atMost(SOON).until(() -> !client.received("welcome").isEmpty());
    return client;
  }

  private StreamClient listen(String room, String token, String lastEventId) throws Exception {
    StreamClient[] opened = new StreamClient[1];
    await()
        .atMost(SOON)
        .until(
            () -> {
              StreamClient client =
                  StreamClient.listen(base, "/v1/rooms/" + room + "/stream", token, lastEventId);
              opened[0] = client;
              // Right after the start it is 503: the stream has not begun yet.
              return client.status() == 200;
            });
    return opened[0];
  }

  @Test
  void aListenerHearsWhatHappensAndResumesWithoutLossOrDoubles() throws Exception {
    // Given
    String token = SessionKeys.participant("stream-1", "alice");
    String left;
    try (StreamClient listener = listen("stream-1", token, "");
        RelayClient alice = relay("stream-1")) {
      assertThat(listener.contentType()).isEqualTo("text/event-stream");
      alice.event(1, "onUserJoined", "{'userInfo':{'userId':'bob'},'publishState':{}}");
      await()
          .atMost(SOON)
          .untilAsserted(
              () ->
                  assertThat(listener.types())
                      .containsExactly("dev.parley.room.opened.v1", JOINED, JOINED));
      assertThat(listener.events().get(2).data().path("data").path("userId").asText())
          .isEqualTo("bob");
      left = listener.lastEventId();
      assertThat(left).as("counts what happens in other rooms, too").doesNotStartWith("1-");
      listener.leave();

      // When: two things happen while nobody listens, one after
      alice.event(2, "onUserPublishStream", "{'userId':'bob','mediaType':1}");
      await().atMost(SOON).until(() -> alice.acknowledged() == 2);
      try (StreamClient other = listen("stream-1", SessionKeys.analyst(), left)) {
        await().atMost(SOON).until(() -> other.types().contains(PUBLISHED));
      }
      try (StreamClient again = listen("stream-1", token, left)) {
        alice.event(3, "onUserStartAudioCapture", "{'userId':'bob'}");

        // Then
        await()
            .atMost(SOON)
            .untilAsserted(
                () ->
                    assertThat(again.types())
                        .containsExactly(PUBLISHED, "dev.parley.room.capture-started.v1"));
      }
    }
  }

  @Test
  void hearsOnlyTheTypesItAskedFor() throws Exception {
    // Given
    try (StreamClient ready = listen("stream-2", SessionKeys.operator(), "");
        StreamClient listener =
            StreamClient.listen(
                base,
                "/v1/rooms/stream-2/stream?types=" + JOINED + "," + JOINED,
                SessionKeys.operator(),
                null);
        RelayClient alice = relay("stream-2")) {
      // When
      alice
          .event(1, "onUserPublishStream", "{'userId':'bob','mediaType':1}")
          .event(2, "onUserJoined", "{'userInfo':{'userId':'carol'},'publishState':{}}");

      // Then
      await().atMost(SOON).until(() -> ready.types().size() == 5);
      await()
          .atMost(SOON)
          .untilAsserted(
              () -> assertThat(listener.types()).containsExactly(JOINED, JOINED, JOINED));
    }
  }

  @Test
  void theSameOverAWebSocket() throws Exception {
    try (StreamClient ready = listen("stream-3", SessionKeys.operator(), "");
        RelayClient listener =
            RelayClient.at(base, "/v1/rooms/stream-3/stream")
                .text(
                    "{'type':'hello','token':'%s'}"
                        .formatted(SessionKeys.participant("stream-3", "alice")))) {
      await().atMost(SOON).until(() -> !listener.received("welcome").isEmpty());
      try (RelayClient alice = relay("stream-3")) {
        // When
        alice.event(1, "onUserJoined", "{'userInfo':{'userId':'bob'},'publishState':{}}");
        await().atMost(SOON).until(() -> listener.received("event").size() == 3);
        JsonNode second = listener.received("event").get(1);

        // Then
        assertThat(listener.received("event"))
            .extracting(frame -> frame.path("event").path("data").path("userId").asText())
            .containsExactly("", "alice", "bob");
        try (RelayClient again =
            RelayClient.at(base, "/v1/rooms/stream-3/stream")
                .text(
                    "{'type':'hello','token':'%s','lastEventId':'%s'}"
                        .formatted(SessionKeys.analyst(), second.path("id").asText()))) {
          await()
              .atMost(SOON)
              .untilAsserted(
                  () ->
                      assertThat(again.received("event"))
                          .extracting(
                              frame -> frame.path("event").path("data").path("userId").asText())
                          .containsExactly("bob"));
        }
        listener.text(
            "{'type':'renew','token':'%s'}"
                .formatted(SessionKeys.participant("stream-3", "alice")));
        await().atMost(SOON).until(() -> !listener.received("renewed").isEmpty());
      }
      assertThat(ready.status()).isEqualTo(200);
    }
  }

  @Test
  void theSchemeOfATokenIsWrittenEitherWay() throws Exception {
    try (StreamClient ready = listen("stream-8", SessionKeys.operator(), "")) {
      assertThat(ready.status()).isEqualTo(200);
      for (String scheme : List.of("bearer", "BEARER")) {
        HttpRequest request =
            HttpRequest.newBuilder(base.resolve("/v1/rooms/stream-8/stream"))
                .header(
                    "Authorization", scheme + " " + SessionKeys.participant("stream-8", "alice"))
                .build();
        HttpResponse<InputStream> answer =
            HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofInputStream());
        try (InputStream events = answer.body()) {
          assertThat(answer.statusCode()).isEqualTo(200);
          assertThat(events.read()).isEqualTo('r');
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'type':'hello'}",
        "{'type':'hello','token':5}",
        "{'type':'hello','token':null}",
        "{'type':'hello','token':''}"
      })
  void aHelloWithoutATokenIsNoHello(String hello) throws Exception {
    try (RelayClient client = RelayClient.at(base, "/v1/rooms/stream-9/stream").text(hello)) {
      assertTokenMissed(client);
    }
  }

  private static void assertTokenMissed(RelayClient client) throws Exception {
    assertThat(client.closeCode()).isEqualTo(4400);
    assertThat(client.received("error"))
        .singleElement()
        .satisfies(
            error -> {
              assertThat(error.path("code").asText()).isEqualTo("malformed_frame");
              assertThat(error.path("detail").asText()).isEqualTo("Field token must be a text.");
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{'type':'renew'}", "{'type':'renew','token':5}", "{'type':'renew','token':''}"})
  void aRenewalWithoutATokenIsNone(String renewal) throws Exception {
    try (StreamClient ready = listen("stream-10", SessionKeys.operator(), "");
        RelayClient client =
            RelayClient.at(base, "/v1/rooms/stream-10/stream")
                .text(
                    "{'type':'hello','token':'%s'}"
                        .formatted(SessionKeys.participant("stream-10", "alice")))) {
      assertThat(ready.status()).isEqualTo(200);
      await().atMost(SOON).until(() -> !client.received("welcome").isEmpty());

      // When
      client.text(renewal);

      // Then
      assertTokenMissed(client);
    }
  }

  @Test
  void aStreamEndsWithItsSessionAndSaysSo() throws Exception {
    // Given
    try (StreamClient ready = listen("stream-4", SessionKeys.operator(), "");
        StreamClient listener =
            listen(
                "stream-4",
                SessionKeys.participantUntil("stream-4", "alice", Instant.now().plusSeconds(3)),
                "")) {
      // Then
      await().atMost(SOON).until(listener::ended);
      assertThat(listener.events())
          .singleElement()
          .satisfies(
              event -> {
                assertThat(event.name()).isEqualTo("end");
                assertThat(event.data().path("code").asText()).isEqualTo("session_expired");
              });
      assertThat(ready.ended()).isFalse();
    }
  }

  @Test
  void anIdThatCannotBeReadAnyMoreIsAGapAndTheStreamBeginsNow() throws Exception {
    // Given: sealed under the key before
    String id = new PositionSeal(Secret.of("the-key-before")).seal("1-0.0.0.0.0.0");
    try (StreamClient listener = listen("stream-7", SessionKeys.operator(), id);
        RelayClient socket =
            RelayClient.at(base, "/v1/rooms/stream-7/stream")
                .text(
                    "{'type':'hello','token':'%s','lastEventId':'%s'}"
                        .formatted(SessionKeys.operator(), id))) {
      await().atMost(SOON).until(() -> !socket.received("gap").isEmpty());

      // When
      try (RelayClient alice = relay("stream-7")) {
        assertThat(alice.closed()).isFalse();

        // Then
        await().atMost(SOON).until(() -> listener.types().contains(JOINED));
        await().atMost(SOON).until(() -> socket.received("event").size() == 2);
      }
      assertThat(listener.events().getFirst().name()).isEqualTo("gap");
      assertThat(listener.events().getFirst().data().path("code").asText())
          .isEqualTo("resume_unknown");
      assertThat(socket.received("gap"))
          .extracting(gap -> gap.path("code").asText())
          .containsExactly("resume_unknown");
      assertThat(listener.lastEventId()).isNotEqualTo(id);
    }
  }

  private static String readUntil(SocketChannel from, String text) throws IOException {
    ByteBuffer chunk = ByteBuffer.allocate(64 * 1024);
    StringBuilder read = new StringBuilder();
    while (read.indexOf(text) < 0) {
      if (from.read(chunk) < 0) {
        return "closed without " + text;
      }
      read.append(StandardCharsets.UTF_8.decode(chunk.flip()));
      read.delete(0, Math.max(0, read.length() - 100_000));
      chunk.clear();
    }
    return read.substring(read.indexOf(text));
  }

  private void publish(String room, int count) {
    for (int from = 0; from < count; from += 1000) {
      List<EventPublisher.Draft> drafts = new ArrayList<>();
      for (int i = from; i < from + 1000; i++) {
        drafts.add(
            new EventPublisher.Draft(
                new CaptureStarted(
                    new AppId("123456781234567812345678"),
                    new RoomId(room),
                    System.currentTimeMillis(),
                    Evidence.CLIENT,
                    new UserId("user-" + i),
                    MediaType.AUDIO),
                room + "-" + i));
      }
      publisher.publishAll(drafts).await().atMost(SOON);
    }
  }

  @Test
  void aListenerThatReadsNothingIsLetGoWithAReasonAndTheOthersAreNot() throws Exception {
    // Given
    String room = "stream-deaf";
    try (StreamClient reads = listen(room, SessionKeys.operator(), "");
        SocketChannel deaf = SocketChannel.open()) {
      // What fits on the way is no measure of the gateway's memory.
      deaf.setOption(StandardSocketOptions.SO_RCVBUF, 16 * 1024);
      deaf.connect(new InetSocketAddress(base.getHost(), base.getPort()));
      int unused =
          deaf.write(
              ByteBuffer.wrap(
                  "GET /v1/rooms/%s/stream HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\n\r\n"
                      .formatted(room, base.getHost(), SessionKeys.operator())
                      .getBytes(StandardCharsets.US_ASCII)));
      readUntil(deaf, ": listening");

      // When
      publish(room, 20_000);

      // Then: it is no listener any more, and does not become one again
      await()
          .during(Duration.ofSeconds(11))
          .atMost(Duration.ofSeconds(90))
          .until(() -> feed.hub().listeners() == 1);
      assertThat(readUntil(deaf, "slow_listener")).startsWith("slow_listener");
      int heard = reads.types().size();
      publish(room, 1000);
      await().atMost(SOON).until(() -> reads.types().size() > heard);
      assertThat(reads.ended()).isFalse();
    }
  }

  @Test
  void refusesWhoMayNotListen() throws Exception {
    String path = "/v1/rooms/stream-5/stream";
    RestAssured.get(path).then().statusCode(401).body("code", equalTo("unauthenticated"));
    for (String token :
        List.of(
            SessionKeys.expired("stream-5", "alice"),
            SessionKeys.otherAudience("stream-5", "alice"),
            SessionKeys.forged("stream-5", "alice"))) {
      RestAssured.given()
          .header("Authorization", "Bearer " + token)
          .get(path)
          .then()
          .statusCode(401);
    }
    RestAssured.given()
        .header("Authorization", "Bearer " + SessionKeys.participant("stream-6", "alice"))
        .get(path)
        .then()
        .statusCode(403)
        .body("code", equalTo("room_not_allowed"));
    RestAssured.given()
        .header("Authorization", "Bearer " + SessionKeys.operator())
        .get(path + "?types=" + JOINED + ",dev.parley.room.nothing.v1")
        .then()
        .statusCode(400)
        .body("code", equalTo("invalid_value"));
    try (RelayClient stranger =
        RelayClient.at(base, path)
            .text(
                "{'type':'hello','token':'%s'}"
                    .formatted(SessionKeys.participant("stream-6", "alice")))) {
      assertThat(stranger.closeCode()).isEqualTo(4403);
    }
    try (RelayClient forger =
        RelayClient.at(base, path)
            .text(
                "{'type':'hello','token':'%s'}"
                    .formatted(SessionKeys.forged("stream-5", "alice")))) {
      assertThat(forger.closeCode()).isEqualTo(4401);
    }
    try (RelayClient silent = RelayClient.at(base, path).text("{'type':'subscribe'}")) {
      assertThat(silent.closeCode()).isEqualTo(4400);
    }
  }
}
