package dev.parley.kit.kafka;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.events.RoomEvent.CaptureStarted;
import dev.parley.events.RoomEvent.Evidence;
import dev.parley.events.RoomEvent.MediaType;
import dev.parley.events.TokenEvent.TokenRefused;
import dev.parley.events.Topic;
import dev.parley.events.codec.EventTooLargeException;
import dev.parley.events.id.AppId;
import dev.parley.events.id.RoomId;
import dev.parley.events.id.UserId;
import dev.parley.kafka.EmbeddedKafka;
import dev.parley.kit.kafka.EventPublisher.Draft;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventPublisherIT {
  private static final Duration SHORT = Duration.ofSeconds(1);
  private static final Duration PLENTY = Duration.ofSeconds(30);
  private static final int EVENTS = 200;

  @TempDir Path data;

  private static EventPublisher publisher(String bootstrapServers, int maxInFlightMib) {
    return publisher(bootstrapServers, SHORT, maxInFlightMib);
  }

  private static EventPublisher publisher(
      String bootstrapServers, Duration deliveryTimeout, int maxInFlightMib) {
    KafkaConfig config = TestKafka.config(deliveryTimeout, maxInFlightMib);
    return new EventPublisher(
        TestKafka.clients(bootstrapServers, config),
        config,
        Clock.systemUTC(),
        new SimpleMeterRegistry(),
        "test");
  }

  private static Draft draft(String id, String user) {
    return new Draft(
        new CaptureStarted(
            new AppId("123456781234567812345678"),
            new RoomId("room"),
            1,
            Evidence.CLIENT,
            new UserId(user),
            MediaType.AUDIO),
        id);
  }

  private static String told(Throwable failure) {
    return ((KafkaUnavailableException) failure).problem().detail();
  }

  private static List<String> idsOf(String bootstrapServers) {
    List<String> ids = new ArrayList<>();
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", bootstrapServers),
            new StringDeserializer(),
            new ByteArrayDeserializer())) {
      List<TopicPartition> all = Partitions.of(consumer, Topic.ROOM_EVENTS.topicName());
      consumer.assign(all);
      consumer.seekToBeginning(all);
      Map<TopicPartition, Long> ends = consumer.endOffsets(all);
      while (ends.entrySet().stream()
          .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
        for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(100))) {
          ids.add(new String(record.headers().lastHeader("ce_id").value(), StandardCharsets.UTF_8));
        }
      }
    }
    return ids;
  }

  @Test
  void keepsTheOrderThroughAnOutageThatIsLongerThanAnyTimeout() throws Exception {
    // Given
    int port = EmbeddedKafka.freePort();
    EmbeddedKafka.start(data, port).close();
    EventPublisher publisher = publisher("localhost:" + port, 32);
    List<CompletableFuture<Void>> written = new ArrayList<>();
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < EVENTS; i++) {
      expected.add("event-" + i);
      written.add(publisher.sendInOrder(draft("event-" + i, "alice")).toCompletableFuture());
    }
    // Somebody who waits for an answer gets one meanwhile.
    assertThatThrownBy(
            () ->
                publisher
                    .send(draft("hurried", "bob"))
                    .toCompletableFuture()
                    .get(60, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(KafkaUnavailableException.class)
        .satisfies(
            failure ->
                assertThat(told(requireNonNull(failure.getCause()))).contains("may still be"));
    assertThat(written).noneMatch(CompletableFuture::isDone);

    // When
    try (EmbeddedKafka kafka = EmbeddedKafka.start(data, port)) {

      // Then
      CompletableFuture.allOf(written.toArray(CompletableFuture<?>[]::new))
          .get(60, TimeUnit.SECONDS);
      assertThat(idsOf(kafka.bootstrapServers())).containsExactlyElementsOf(expected);
      publisher.close();
    }
  }

  @Test
  void writesWhatIsHandedOverTogetherInOrderAndSaysThatOneCouldNotBe() throws Exception {
    // Given: the second event's key is longer than any topic takes
    try (EmbeddedKafka kafka = EmbeddedKafka.start(data)) {
      EventPublisher publisher = publisher(kafka.bootstrapServers(), PLENTY, 32);
      Draft tooLong =
          new Draft(
              new TokenRefused(
                  new AppId("123456781234567812345678"),
                  "r".repeat(600),
                  1,
                  "request",
                  "alice",
                  null,
                  "code",
                  "Reason.",
                  null),
              "too-long");

      // When
      CompletableFuture<Void> written =
          publisher
              .sendAll(List.of(draft("first", "alice"), tooLong, draft("third", "bob")))
              .toCompletableFuture();

      // Then
      assertThatThrownBy(() -> written.get(60, TimeUnit.SECONDS))
          .hasCauseInstanceOf(EventTooLargeException.class);
      assertThat(idsOf(kafka.bootstrapServers())).containsExactly("first", "third");
      publisher.close();
    }
  }

  @Test
  void nothingHandedOverIsAcknowledgedAtOnce() throws Exception {
    // Given: nothing listens there
    EventPublisher publisher = publisher("localhost:" + EmbeddedKafka.freePort(), 32);

    // When
    CompletableFuture<Void> written = publisher.sendAll(List.of()).toCompletableFuture();

    // Then
    assertThat(written).isCompleted();
    publisher.close();
  }

  @Test
  void refusesAtOnceWhatIsBeyondItsMemory() throws Exception {
    // Given: nothing listens there
    EventPublisher publisher = publisher("localhost:" + EmbeddedKafka.freePort(), 0);

    // When
    CompletableFuture<Void> written =
        publisher.sendInOrder(draft("event", "alice")).toCompletableFuture();

    // Then
    assertThat(written).isCompletedExceptionally();
    assertThat(written.exceptionNow()).isInstanceOf(KafkaUnavailableException.class);
    assertThat(told(written.exceptionNow())).contains("nothing was done");
    publisher.close();
  }
}
