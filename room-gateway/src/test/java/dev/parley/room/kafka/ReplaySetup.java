package dev.parley.room.kafka;

import static org.awaitility.Awaitility.await;

import dev.parley.events.Payload;
import dev.parley.events.RoomEvent.CaptureStarted;
import dev.parley.events.RoomEvent.Evidence;
import dev.parley.events.RoomEvent.MediaType;
import dev.parley.events.Topic;
import dev.parley.events.id.AppId;
import dev.parley.events.id.RoomId;
import dev.parley.events.id.UserId;
import dev.parley.kit.kafka.EventPublisher;
import dev.parley.kit.kafka.KafkaClients;
import dev.parley.room.config.RoomConfig;
import dev.parley.room.http.SessionKeys;
import dev.parley.room.ingest.CallbackDesk;
import dev.parley.room.ingest.ReportTaker;
import dev.parley.room.replay.Redrive;
import dev.parley.room.replay.ReplayOrder;
import dev.parley.room.replay.ReplayProgress;
import dev.parley.room.replay.ReplayProgress.State;
import io.micrometer.core.instrument.MeterRegistry;
import io.restassured.RestAssured;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** What tests of replays write, order and read. */
abstract class ReplaySetup {
  static final Duration SOON = Duration.ofSeconds(60);
  static final AppId APP = new AppId("123456781234567812345678");

  @Inject EventPublisher publisher;
  @Inject KafkaClients clients;
  @Inject ReplayJournal journal;
  @Inject RoomConfig config;
  @Inject Clock clock;
  @Inject MeterRegistry metrics;

  void write(Payload data, String id) {
    publisher.publish(data, id).await().atMost(SOON);
  }

  static CaptureStarted fact(String room, long at) {
    return new CaptureStarted(
        APP, new RoomId(room), at, Evidence.CLIENT, new UserId("alice"), MediaType.AUDIO);
  }

  /** What an independent reader of committed records finds in a topic. */
  List<ConsumerRecord<String, byte[]>> recordsOf(String topic) {
    Map<String, Object> settings = clients.consumerConfig("test");
    settings.remove("group.id");
    List<ConsumerRecord<String, byte[]>> found = new ArrayList<>();
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (ends.entrySet().stream()
          .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
        consumer.poll(Duration.ofMillis(100)).forEach(found::add);
      }
    }
    return found;
  }

  static String id(ConsumerRecord<String, byte[]> record) {
    return new String(record.headers().lastHeader("ce_id").value(), StandardCharsets.UTF_8);
  }

  static ValidatableResponse order(String token, String body) {
    return RestAssured.given()
        .header("Authorization", "Bearer " + token)
        .contentType("application/json")
        .body(body.replace('\'', '"'))
        .post("/v1/replays")
        .then();
  }

  static ValidatableResponse get(String path) {
    return RestAssured.given()
        .header("Authorization", "Bearer " + SessionKeys.operator())
        .get(path)
        .then();
  }

  void awaitJournal() {
    await().atMost(SOON).until(journal::complete);
  }

  static String ordered(String room, long from, String target) {
    return path(
        order(
            SessionKeys.operator(),
            "{'kind':'EVENTS','roomId':'%s','from':'%s','to':'%s','target':'%s'}"
                .formatted(
                    room, Instant.ofEpochMilli(from), Instant.ofEpochMilli(from + 1), target)));
  }

  static String path(ValidatableResponse ordered) {
    String location = ordered.statusCode(202).extract().header("Location");
    return location.substring(location.indexOf("/v1/"));
  }

  KafkaProducer<String, byte[]> transaction() {
    Map<String, Object> settings = clients.producerConfig();
    settings.put("transactional.id", "another-replay");
    KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
    producer.initTransactions();
    return producer;
  }

  ReplayOrder ofManyFacts(String id, int count) {
    long now = clock.millis();
    List<EventPublisher.Draft> drafts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      drafts.add(new EventPublisher.Draft(fact("replay-" + id, now + i), id + "-" + i));
    }
    publisher.publishAll(drafts).await().atMost(SOON);
    awaitJournal();
    return events(id, "replay-" + id, now, count);
  }

  static ReplayOrder events(String id, String room, long from, int millis) {
    return new ReplayOrder(
        id,
        APP,
        "operator-1",
        from,
        ReplayOrder.Kind.EVENTS,
        new RoomId(room),
        from,
        from + millis,
        List.of(Topic.ROOM_EVENTS),
        List.of(),
        "parley.replay." + id,
        null);
  }

  State state(ReplayOrder order) {
    return journal.progress(order).map(ReplayProgress::state).orElse(State.RUNNING);
  }

  Set<String> topics() throws Exception {
    try (Admin admin = Admin.create(clients.commonConfig())) {
      return admin.listTopics().names().get();
    }
  }

  void run(ReplayOrder order, BooleanSupplier stopped) throws InterruptedException {
    run(order, config.replays(), stopped);
  }

  void run(ReplayOrder order, RoomConfig.Replays settings, BooleanSupplier stopped)
      throws InterruptedException {
    new ReplayRun(
            order,
            journal,
            new Redrive(
                List.of(),
                new CallbackDesk(Duration.ofHours(1)),
                new ReportTaker.Limits(1, Duration.ofHours(1), Duration.ofSeconds(1))),
            clients,
            settings,
            config.reducer().clockTolerance(),
            clock,
            metrics,
            stopped)
        .run();
  }
}
