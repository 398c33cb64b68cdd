package dev.parley.room.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.events.RoomEvent.CaptureStarted;
import dev.parley.events.RoomEvent.Evidence;
import dev.parley.events.RoomEvent.MediaType;
import dev.parley.events.Topic;
import dev.parley.events.codec.Envelope;
import dev.parley.events.codec.EventCodec;
import dev.parley.events.codec.RoomPartitioner;
import dev.parley.events.id.AppId;
import dev.parley.events.id.RoomId;
import dev.parley.events.id.UserId;
import dev.parley.kafka.KafkaTestResource;
import dev.parley.kit.kafka.KafkaClients;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.path.json.JsonPath;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

/**
 * What lies days back, below much that came later. On a broker of its own: on one that others have
 * written to, what is written here as of days ago would be days late.
 */
@QuarkusTest
@WithTestResource(value = KafkaTestResource.class, scope = TestResourceScope.RESTRICTED_TO_CLASS)
@WithTestResource(SessionKeys.class)
class TimelineComponentTest {
  private static final AppId APP = new AppId("123456781234567812345678");
  private static final int LATER = 3000;

  @Inject KafkaClients clients;
  @Inject MeterRegistry metrics;

  /** Writes one user's capture per time, as if it had been written at once. */
  private void write(String room, List<Instant> happened, Duration late) throws Exception {
    String key = APP + ":" + room;
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(
            clients.producerConfig(), new StringSerializer(), new ByteArraySerializer())) {
      List<Future<RecordMetadata>> sent = new ArrayList<>();
      for (int i = 0; i < happened.size(); i++) {
        Instant time = happened.get(i);
        ProducerRecord<String, byte[]> record =
            EventCodec.toEncodedRecord(
                new Envelope<>(
                    room + "-" + i,
                    "/test",
                    time,
                    null,
                    new CaptureStarted(
                        APP,
                        new RoomId(room),
                        time.toEpochMilli(),
                        Evidence.CLIENT,
                        new UserId("user-" + i),
                        MediaType.AUDIO)));
        sent.add(
            producer.send(
                new ProducerRecord<>(
                    record.topic(),
                    RoomPartitioner.partition(key, Topic.PARTITIONS),
                    time.plus(late).toEpochMilli(),
                    key,
                    record.value(),
                    record.headers())));
      }
      for (Future<RecordMetadata> each : sent) {
        each.get();
      }
    }
  }

  /** A room whose records lie in the same partition. */
  private static String neighbour(String room) {
    int partition = RoomPartitioner.partition(APP + ":" + room, Topic.PARTITIONS);
    return IntStream.iterate(0, i -> i + 1)
        .mapToObj(i -> room + "-neighbour-" + i)
        .filter(name -> RoomPartitioner.partition(APP + ":" + name, Topic.PARTITIONS) == partition)
        .findFirst()
        .orElseThrow();
  }

  private static JsonPath timeline(String room, String parameters) {
    return RestAssured.given()
        .header("Authorization", "Bearer " + SessionKeys.analyst())
        .get("/v1/rooms/" + room + "/timeline?" + parameters)
        .then()
        .statusCode(200)
        .extract()
        .jsonPath();
  }

  private Counter read() {
    return metrics.counter("parley.timeline.records.read");
  }

  private static Instant daysAgo(int days) {
    return Instant.now().minus(days, ChronoUnit.DAYS).truncatedTo(ChronoUnit.SECONDS);
  }

  private void muchLater(String room) throws Exception {
    Instant now = Instant.now();
    write(
        neighbour(room),
        IntStream.range(0, LATER).mapToObj(now::plusMillis).toList(),
        Duration.ZERO);
  }

  @Test
  void aMinuteDaysAgoIsReadWithoutAllThatCameSince() throws Exception {
    // Given: the second is told hours later, which reports may be
    Instant then = daysAgo(6);
    write("past-1", List.of(then), Duration.ZERO);
    write("past-1", List.of(then.plusSeconds(30)), Duration.ofHours(7));
    muchLater("past-1");
    double before = read().count();

    // When
    JsonPath page = timeline("past-1", "from=" + then + "&to=" + then.plusSeconds(60));

    // Then
    assertThat(page.getList("entries.time"))
        .containsExactly(then.toString(), then.plusSeconds(30).toString());
    assertThat(page.getString("next")).isNull();
    assertThat(read().count() - before).isLessThan(LATER);
  }

  @Test
  void aPageOfALongTimeStopsWhereItIsFullForCertain() throws Exception {
    // Given
    Instant then = daysAgo(5);
    List<Instant> times = IntStream.range(0, 4).mapToObj(i -> then.plusSeconds(i)).toList();
    write("past-2", times, Duration.ZERO);
    muchLater("past-2");
    double before = read().count();

    // When
    JsonPath first = timeline("past-2", "limit=2&from=" + then);
    JsonPath second = timeline("past-2", "limit=1&from=" + then + "&after=" + first.get("next"));

    // Then
    assertThat(first.getList("entries.data.userId")).containsExactly("user-0", "user-1");
    assertThat(second.getList("entries.data.userId")).containsExactly("user-2");
    assertThat(read().count() - before).isLessThan(LATER);
  }

  @Test
  void aPageGoesOnWhereTheOneBeforeEndedEvenIfThatIsLongerAgoThanIsReadWithoutATime()
      throws Exception {
    // Given
    Instant then = daysAgo(1);
    write("past-3", List.of(then, then.plusSeconds(1), then.plusSeconds(2)), Duration.ZERO);
    JsonPath first = timeline("past-3", "limit=1&from=" + then);

    // When
    JsonPath second = timeline("past-3", "after=" + first.get("next"));

    // Then
    assertThat(second.getList("entries.data.userId")).containsExactly("user-1", "user-2");
    assertThat(second.getString("next")).isNull();
  }
}
