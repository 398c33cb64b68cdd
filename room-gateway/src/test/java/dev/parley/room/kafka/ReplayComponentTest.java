package dev.parley.room.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;

import dev.parley.events.BadRow;
import dev.parley.events.Bytes;
import dev.parley.events.Observation.MessageCallbackReceived;
import dev.parley.events.Payload;
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
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.response.ValidatableResponse;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(KafkaTestResource.class)
@WithTestResource(SessionKeys.class)
class ReplayComponentTest {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final AppId APP = new AppId("123456781234567812345678");

  @Inject EventPublisher publisher;
  @Inject KafkaClients clients;
  @Inject ReplayJournal journal;
  @Inject RoomConfig config;
  @Inject Clock clock;
  @Inject MeterRegistry metrics;

  private void write(Payload data, String id) {
    publisher.publish(data, id).await().atMost(SOON);
  }

  private static CaptureStarted fact(String room, long at) {
    return new CaptureStarted(
        APP, new RoomId(room), at, Evidence.CLIENT, new UserId("alice"), MediaType.AUDIO);
  }

  /** What an independent reader of committed records finds in a topic. */
  private List<ConsumerRecord<String, byte[]>> recordsOf(String topic) {
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

  private static String id(ConsumerRecord<String, byte[]> record) {
    return new String(record.headers().lastHeader("ce_id").value(), StandardCharsets.UTF_8);
  }

  private static ValidatableResponse order(String token, String body) {
    return RestAssured.given()
        .header("Authorization", "Bearer " + token)
        .contentType("application/json")
        .body(body.replace('\'', '"'))
        .post("/v1/replays")
        .then();
  }

  private static ValidatableResponse get(String path) {
    return RestAssured.given()
        .header("Authorization", "Bearer " + SessionKeys.operator())
        .get(path)
        .then();
  }

  private void awaitJournal() {
    await().atMost(SOON).until(journal::complete);
  }

  @Test
  void tellsARoomsEventsAgainIntoATopicForIt() {
    // Given
    long now = clock.millis();
    for (int i = 0; i < 3; i++) {
      write(fact("replay-1", now + i), "replay-1-" + i);
      write(fact("replay-other", now + i), "replay-other-" + i);
    }
    awaitJournal();

    // When
    String location =
        order(
                SessionKeys.operator(),
                "{'kind':'EVENTS','roomId':'replay-1','from':'%s','to':'%s','target':'parley.replay.one'}"
                    .formatted(Instant.ofEpochMilli(now), Instant.ofEpochMilli(now + 2)))
            .statusCode(202)
            .body("state", equalTo("WAITING"))
            .extract()
            .header("Location");
    String path = location.substring(location.indexOf("/v1/"));

    // Then: the third is after the end
    await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                get(path)
                    .statusCode(200)
                    .body("state", equalTo("COMPLETED"))
                    .body("written", equalTo(2))
                    .body("left", equalTo(0)));
    List<ConsumerRecord<String, byte[]>> told = recordsOf("parley.replay.one");
    assertThat(told)
        .extracting(ReplayComponentTest::id)
        .containsExactly("replay-1-0", "replay-1-1");
    assertThat(told)
        .allSatisfy(
            record -> {
              assertThat(record.key()).isEqualTo(APP + ":replay-1");
              assertThat(
                      new String(
                          record.headers().lastHeader("ce_replayid").value(),
                          StandardCharsets.UTF_8))
                  .isEqualTo(path.substring("/v1/replays/".length()));
            });
    get("/v1/replays").body("replays.target", hasItem("parley.replay.one"));
  }

  @Test
  void whatItCannotReadIsCountedApartFromWhatWasNotAskedFor() throws Exception {
    // Given
    long now = clock.millis();
    write(fact("replay-poisoned", now), "replay-poisoned-0");
    poison(APP + ":replay-poisoned");
    write(fact("replay-poisoned", now + 1), "replay-poisoned-1");
    awaitJournal();
    double before = passedOver();
    ReplayOrder order =
        new ReplayOrder(
            "poisoned",
            APP,
            "operator-1",
            now,
            ReplayOrder.Kind.EVENTS,
            new RoomId("replay-poisoned"),
            now,
            now + 2,
            List.of(Topic.ROOM_EVENTS),
            List.of(),
            "parley.replay.poisoned",
            null);

    // When
    run(order, () -> false);

    // Then
    await()
        .atMost(SOON)
        .until(
            () ->
                journal.progress(order).map(ReplayProgress::state).orElse(State.RUNNING)
                    == State.COMPLETED);
    ReplayProgress done = journal.progress(order).orElseThrow();
    assertThat(done.written()).isEqualTo(2);
    assertThat(done.unreadable()).isEqualTo(1);
    assertThat(passedOver() - before).isEqualTo(1);
  }

  @Test
  void whatHappenedLongAgoIsKeptInTheTargetFromWhenItIsTold() throws Exception {
    // Given: a record that lies on its topic for longer than targets keep theirs
    long now = clock.millis();
    long longAgo = now - config.replays().targetRetention().multipliedBy(2).toMillis();
    keepAt(longAgo, fact("replay-long-ago", longAgo), "long-ago-0");
    awaitJournal();

    // When
    String path = ordered("replay-long-ago", longAgo, "parley.replay.long-ago");

    // Then
    await().atMost(SOON).untilAsserted(() -> get(path).body("state", equalTo("COMPLETED")));
    assertThat(recordsOf("parley.replay.long-ago"))
        .singleElement()
        .satisfies(
            record -> {
              assertThat(id(record)).isEqualTo("long-ago-0");
              assertThat(record.timestampType()).isEqualTo(TimestampType.LOG_APPEND_TIME);
              assertThat(record.timestamp()).isGreaterThanOrEqualTo(now);
            });
  }

  // As the reducer wrote it then.
  private void keepAt(long recordMillis, Payload data, String id) throws Exception {
    RecordHeaders headers = new RecordHeaders();
    byte[] value =
        EventCodec.encode(
            new Envelope<>(id, "/test", Instant.ofEpochMilli(recordMillis), null, data), headers);
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(
            clients.producerConfig(), new StringSerializer(), new ByteArraySerializer())) {
      producer
          .send(
              new ProducerRecord<>(
                  Topic.ROOM_EVENTS.topicName(),
                  RoomPartitioner.partition(data.recordKey(), Topic.PARTITIONS),
                  recordMillis,
                  data.recordKey(),
                  value,
                  headers))
          .get();
    }
  }

  private double passedOver() {
    return metrics.counter("parley.records.passed.over", "reader", "replay").count();
  }

  private void poison(String key) throws Exception {
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(
            clients.producerConfig(), new StringSerializer(), new ByteArraySerializer())) {
      producer
          .send(
              new ProducerRecord<>(
                  Topic.ROOM_EVENTS.topicName(),
                  RoomPartitioner.partition(key, Topic.PARTITIONS),
                  key,
                  "{not json".getBytes(StandardCharsets.UTF_8)))
          .get();
    }
  }

  @Test
  void goesOnWhereItWasWhenAnotherTakesOverAndTellsNothingTwice() throws Exception {
    // Given
    long now = clock.millis();
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 1200; i++) {
      ids.add("resume-" + i);
    }
    List<EventPublisher.Draft> drafts = new ArrayList<>();
    for (int i = 0; i < ids.size(); i++) {
      drafts.add(new EventPublisher.Draft(fact("replay-resume", now + i), ids.get(i)));
    }
    publisher.publishAll(drafts).await().atMost(SOON);
    awaitJournal();
    ReplayOrder order =
        new ReplayOrder(
            "resume",
            APP,
            "operator-1",
            now,
            ReplayOrder.Kind.EVENTS,
            new RoomId("replay-resume"),
            now,
            now + ids.size(),
            List.of(Topic.ROOM_EVENTS),
            List.of(),
            "parley.replay.resumed",
            null);

    // When: the first is stopped after one step
    AtomicInteger asked = new AtomicInteger();
    run(order, () -> asked.incrementAndGet() > 2);
    await().atMost(SOON).until(() -> journal.progress(order).isPresent());
    ReplayProgress half = journal.progress(order).orElseThrow();
    assertThat(half.state()).isEqualTo(State.RUNNING);
    assertThat(half.left()).isPositive();
    run(order, () -> false);

    // Then
    await()
        .atMost(SOON)
        .until(() -> journal.progress(order).orElseThrow().state() == State.COMPLETED);
    assertThat(journal.progress(order).orElseThrow().written()).isEqualTo(1200);
    List<String> told =
        recordsOf("parley.replay.resumed").stream().map(ReplayComponentTest::id).toList();
    assertThat(new HashSet<>(told)).hasSameSizeAs(told);
    assertThat(told).containsExactlyElementsOf(ids);
  }

  @Test
  void failsWhenKafkaWillNeverTakeTheTarget() {
    // Given: to Kafka the two names are one, and the first is there
    long now = clock.millis();
    write(fact("replay-collides", now), "replay-collides-0");
    awaitJournal();
    String first = ordered("replay-collides", now, "parley.replay.collides.x");
    await().atMost(SOON).untilAsserted(() -> get(first).body("state", equalTo("COMPLETED")));

    // When
    String second = ordered("replay-collides", now, "parley.replay.collides_x");

    // Then
    await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                get(second)
                    .body("state", equalTo("FAILED"))
                    .body("code", equalTo("target_refused"))
                    .body("written", equalTo(0)));
  }

  private static String ordered(String room, long from, String target) {
    return path(
        order(
            SessionKeys.operator(),
            "{'kind':'EVENTS','roomId':'%s','from':'%s','to':'%s','target':'%s'}"
                .formatted(
                    room, Instant.ofEpochMilli(from), Instant.ofEpochMilli(from + 1), target)));
  }

  private static String path(ValidatableResponse ordered) {
    String location = ordered.statusCode(202).extract().header("Location");
    return location.substring(location.indexOf("/v1/"));
  }

  @Test
  void oneThatIsCalledOffBeforeItBeginsTellsNothing() throws Exception {
    // Given
    long now = clock.millis();
    write(fact("replay-called-off", now), "replay-called-off-0");
    awaitJournal();
    ReplayOrder order = events("called-off", "replay-called-off", now, 1);

    // When
    journal.order(order.cancelled(now));

    // Then: not even its target is there
    await().atMost(SOON).until(() -> state(order) == State.CANCELLED);
    assertThat(journal.progress(order).orElseThrow().written()).isZero();
    assertThat(topics()).doesNotContain("parley.replay.called-off");
  }

  @Test
  void waitsForItsOwnProgressBehindTheOpenTransactionOfAnother() throws Exception {
    // Given
    long now = clock.millis();
    List<EventPublisher.Draft> drafts = new ArrayList<>();
    for (int i = 0; i < 1200; i++) {
      drafts.add(new EventPublisher.Draft(fact("replay-behind", now + i), "behind-" + i));
    }
    publisher.publishAll(drafts).await().atMost(SOON);
    awaitJournal();
    ReplayOrder order = events("behind", "replay-behind", now, drafts.size());
    try (KafkaProducer<String, byte[]> other = transaction()) {
      // Given: another replay has a transaction open when this one is cut off after a step
      AtomicInteger asked = new AtomicInteger();
      run(
          order,
          () -> {
            if (asked.incrementAndGet() == 2) {
              other.beginTransaction();
              Future<RecordMetadata> unused =
                  other.send(
                      new ProducerRecord<>(
                          config.replays().journal(),
                          ReplayJournal.partition(order.key()),
                          "another:progress",
                          new byte[] {'{', '}'}));
              other.flush();
            }
            return asked.get() > 2;
          });

      // When
      AtomicInteger again = new AtomicInteger();
      Thread second =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      run(
                          order,
                          () -> {
                            again.incrementAndGet();
                            return false;
                          });
                    } catch (InterruptedException e) {
                      Thread.currentThread().interrupt();
                    }
                  });

      // Then
      await().during(Duration.ofSeconds(2)).atMost(SOON).until(() -> again.get() == 0);
      other.commitTransaction();
      second.join(SOON);
    }
    await().atMost(SOON).until(() -> state(order) == State.COMPLETED);
    assertThat(recordsOf("parley.replay.behind").stream().map(ReplayComponentTest::id))
        .containsExactlyElementsOf(drafts.stream().map(EventPublisher.Draft::id).toList());
  }

  private KafkaProducer<String, byte[]> transaction() {
    Map<String, Object> settings = clients.producerConfig();
    settings.put("transactional.id", "another-replay");
    KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
    producer.initTransactions();
    return producer;
  }

  private RoomConfig.Replays settings(Map<String, String> set) {
    return new SmallRyeConfigBuilder()
        .addDiscoveredConverters()
        .withMapping(RoomConfig.class)
        .withSources(new PropertiesConfigSource(set, "test", 100))
        .build()
        .getConfigMapping(RoomConfig.class)
        .replays();
  }

  private ReplayOrder ofManyFacts(String id, int count) {
    long now = clock.millis();
    List<EventPublisher.Draft> drafts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      drafts.add(new EventPublisher.Draft(fact("replay-" + id, now + i), id + "-" + i));
    }
    publisher.publishAll(drafts).await().atMost(SOON);
    awaitJournal();
    return events(id, "replay-" + id, now, count);
  }

  @Test
  void failsBeyondTheMostRecords() throws Exception {
    // Given
    ReplayOrder order = ofManyFacts("too-many", 1200);

    // When
    run(order, settings(Map.of("parley.room.replays.max-records", "600")), () -> false);

    // Then: a step is 500 records at most
    await().atMost(SOON).until(() -> state(order) == State.FAILED);
    ReplayProgress end = journal.progress(order).orElseThrow();
    assertThat(end.code()).isEqualTo("too_many_records");
    assertThat(end.written()).isBetween(600L, 1100L);
  }

  @Test
  void tellsNoMoreRecordsASecondThanItMay() throws Exception {
    // Given
    ReplayOrder order = ofManyFacts("slowly", 900);
    long began = System.nanoTime();

    // When
    run(order, settings(Map.of("parley.room.replays.records-per-second", "300")), () -> false);

    // Then
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofMillis(2900));
    await().atMost(SOON).until(() -> state(order) == State.COMPLETED);
  }

  private static boolean awaits(CountDownLatch latch) {
    try {
      return latch.await(60, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Test
  void whoIsOvertakenCanWriteNoMore() throws Exception {
    // Given: one that stands still before its second step, as in a long pause of its process
    ReplayOrder order = ofManyFacts("overtaken", 1200);
    CountDownLatch still = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    AtomicInteger asked = new AtomicInteger();
    AtomicReference<Throwable> stoppedBy = new AtomicReference<>();
    Thread first =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    run(
                        order,
                        () -> {
                          if (asked.incrementAndGet() == 2) {
                            still.countDown();
                            assertThat(awaits(goOn)).isTrue();
                          }
                          return false;
                        });
                  } catch (Exception e) {
                    stoppedBy.set(e);
                  }
                });
    assertThat(still.await(60, TimeUnit.SECONDS)).isTrue();

    // When
    run(order, () -> false);
    goOn.countDown();
    assertThat(first.join(SOON)).isTrue();

    // Then
    assertThat(stoppedBy.get()).isInstanceOf(KafkaException.class);
    await().atMost(SOON).until(() -> state(order) == State.COMPLETED);
    assertThat(recordsOf("parley.replay.overtaken").stream().map(ReplayComponentTest::id))
        .containsExactlyElementsOf(
            IntStream.range(0, 1200).mapToObj(i -> "overtaken-" + i).toList());
  }

  @Test
  void noMoreAreOpenThanMayBeAndOneThatWaitsCanBeCalledOff() throws Exception {
    // Given: nothing can begin while somebody's transaction is open on the whole journal
    awaitJournal();
    await()
        .atMost(SOON)
        .until(() -> journal.orders().stream().noneMatch(each -> state(each) == State.RUNNING));
    long now = clock.millis();
    List<String> paths = new ArrayList<>();
    try (KafkaProducer<String, byte[]> other = transaction()) {
      other.beginTransaction();
      for (int partition = 0; partition < Topic.PARTITIONS; partition++) {
        Future<RecordMetadata> unused =
            other.send(
                new ProducerRecord<>(
                    config.replays().journal(), partition, "another:progress", null));
      }
      other.flush();
      for (int i = 0; i < config.replays().maxOpen(); i++) {
        paths.add(ordered("replay-open", now, "parley.replay.open-" + Math.min(i, 1)));
      }

      // When, Then
      order(
              SessionKeys.operator(),
              "{'kind':'EVENTS','from':'%s','target':'parley.replay.one-too-many'}"
                  .formatted(Instant.ofEpochMilli(now - 1)))
          .statusCode(429)
          .header("Retry-After", "60")
          .body("code", equalTo("too_many_replays"));
      RestAssured.given()
          .header("Authorization", "Bearer " + SessionKeys.operator())
          .delete(paths.getFirst())
          .then()
          .statusCode(202);
      other.commitTransaction();
    }
    await()
        .atMost(SOON)
        .untilAsserted(() -> get(paths.getFirst()).body("state", equalTo("CANCELLED")));
    for (String path : paths.subList(1, paths.size())) {
      await().atMost(SOON).untilAsserted(() -> get(path).body("state", equalTo("COMPLETED")));
    }
    assertThat(topics()).contains("parley.replay.open-1").doesNotContain("parley.replay.open-0");
  }

  @Test
  void forgetsOneThatEndedLongAgoAndNoOther() {
    // Given
    long now = clock.millis();
    long monthAgo = now - Duration.ofDays(31).toMillis();
    awaitJournal();
    ReplayOrder old = events("ended-long-ago", "replay-old", monthAgo, 1);
    ReplayOrder recent = events("ended-lately", "replay-old", monthAgo, 1);
    for (ReplayOrder order : List.of(recent, old)) {
      ReplayProgress begun = ReplayProgress.begin(Map.of(), monthAgo);
      journal.end(order, begun.ended(State.COMPLETED, order.equals(old) ? monthAgo : now, null));
      journal.order(order);
    }

    // Then
    await().atMost(SOON).until(() -> journal.order(old.key()) == null);
    get("/v1/replays/ended-long-ago").statusCode(404);
    get("/v1/replays/ended-lately").statusCode(200).body("state", equalTo("COMPLETED"));
    // And not on the journal either, for those who start later.
    await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                assertThat(recordsOf(config.replays().journal()))
                    .filteredOn(record -> record.key().startsWith(old.key()))
                    .filteredOn(record -> record.value() == null)
                    .extracting(ConsumerRecord::key)
                    .containsExactly(old.key() + ":order", old.key() + ":progress"));
  }

  @Test
  void listsReplaysPageByPage() {
    // Given
    awaitJournal();
    for (String id : List.of("!1", "!2", "!3")) {
      ReplayOrder order = events(id, "replay-pages", clock.millis(), 1);
      journal.end(
          order,
          ReplayProgress.begin(Map.of(), clock.millis())
              .ended(State.COMPLETED, clock.millis(), null));
      journal.order(order);
    }

    // When, Then
    get("/v1/replays?limit=2").body("replays.id", contains("!1", "!2")).body("next", equalTo("!2"));
    get("/v1/replays?limit=1&after=!2").body("replays.id", contains("!3"));
    get("/v1/replays?after=~").body("replays.id", empty()).body("next", equalTo(null));
    for (String limit : List.of("0", "abc", "99999999999", "1001")) {
      get("/v1/replays?limit=" + limit).statusCode(400).body("code", equalTo("invalid_value"));
    }
  }

  private static ReplayOrder events(String id, String room, long from, int millis) {
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

  private State state(ReplayOrder order) {
    return journal.progress(order).map(ReplayProgress::state).orElse(State.RUNNING);
  }

  private Set<String> topics() throws Exception {
    try (Admin admin = Admin.create(clients.commonConfig())) {
      return admin.listTopics().names().get();
    }
  }

  private void run(ReplayOrder order, BooleanSupplier stopped) throws InterruptedException {
    run(order, config.replays(), stopped);
  }

  private void run(ReplayOrder order, RoomConfig.Replays settings, BooleanSupplier stopped)
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

  @Test
  void badRowsGoThroughTheDoorsThatRefusedThem() {
    // Given: one that can be read now, one that cannot
    long now = clock.millis();
    String good = "{\"message\":\"Y29udgAAAAJ7fQ==\",\"signature\":\"****\"}";
    for (String body : List.of(good, "{\"message\":\"!\",\"signature\":\"****\"}")) {
      write(
          new BadRow(
              APP.value(),
              "replay-bad",
              now,
              BadRow.Source.MESSAGE_CALLBACK,
              "message_not_base64",
              "The message is not Base64.",
              Bytes.of(body.getBytes(StandardCharsets.UTF_8)),
              false,
              Map.of("path", "/v1/callbacks", "taskId", "task-1", "genuine", "genuine")),
          "bad-" + body.length());
    }
    awaitJournal();

    // When
    String location =
        order(
                SessionKeys.operator(),
                "{'kind':'BAD_ROWS','roomId':'replay-bad','types':['message_not_base64'],'from':'%s','to':'%s'}"
                    .formatted(Instant.ofEpochMilli(now), Instant.ofEpochMilli(now + 1)))
            .statusCode(202)
            .extract()
            .header("Location");

    // Then
    String path = location.substring(location.indexOf("/v1/"));
    await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                get(path)
                    .body("state", equalTo("COMPLETED"))
                    .body("written", equalTo(1))
                    .body("refusedAgain", equalTo(1)));
    assertThat(recordsOf(Topic.ROOM_OBSERVATIONS.topicName()))
        .filteredOn(record -> record.key().equals(APP + ":replay-bad"))
        .singleElement()
        .satisfies(
            record ->
                assertThat(EventCodec.decode(record.headers(), record.value()))
                    .extracting("envelope.data")
                    .isInstanceOfSatisfying(
                        MessageCallbackReceived.class,
                        callback -> {
                          assertThat(callback.taskId().value()).isEqualTo("task-1");
                          assertThat(callback.eventTimeMillis()).isEqualTo(now);
                          assertThat(callback.frame().toBase64()).isEqualTo("Y29udgAAAAJ7fQ==");
                        }));
  }

  @Test
  void neverWritesIntoATopicThatIsNotMeantForIt() {
    awaitJournal();
    for (String target :
        List.of("rtc.room.events", "rtc.room.observations", "parley.replay.", "parley.replay./x")) {
      order(
              SessionKeys.operator(),
              "{'kind':'EVENTS','from':'2026-01-01T00:00:00Z','to':'2026-01-02T00:00:00Z','target':'%s'}"
                  .formatted(target))
          .statusCode(422)
          .body("code", equalTo("target_not_allowed"));
    }
    order(SessionKeys.operator(), "{'kind':'EVENTS','target':'parley.replay.x'}")
        .statusCode(400)
        .body("code", equalTo("invalid_value"));
    order(
            SessionKeys.operator(),
            "{'kind':'EVENTS','from':'2026-01-01T00:00:00Z','to':'2026-01-02T00:00:00Z','topics':['rtc.token.events'],'target':'parley.replay.x'}")
        .statusCode(400)
        .body("code", equalTo("invalid_value"));
  }

  @Test
  void takesOnlyTimesThatAnEventCanHave() {
    awaitJournal();
    for (String times :
        List.of(
            "'from':'2026-01-01T00:00:00Z','to':'+999999999-12-31T23:59:59Z'",
            "'from':'-999999999-01-01T00:00:00Z'",
            "'from':'+999999999-01-01T00:00:00Z','to':'+999999999-01-02T00:00:00Z'",
            "'from':'1969-12-31T23:59:59Z','to':'1970-01-01T00:00:01Z'")) {
      order(SessionKeys.operator(), "{'kind':'BAD_ROWS'," + times + "}")
          .statusCode(400)
          .body("code", equalTo("invalid_value"));
    }
  }

  @Test
  void ofOneEventOneBadRowIsDriven() {
    // Given: the cloud called three times while its answer was a refusal
    long now = clock.millis();
    String body = "{\"message\":\"Y29udgAAAAJ7fQ==\",\"signature\":\"****\"%s}";
    for (String tried : List.of("", ",\"try\":2", ",\"try\":3")) {
      write(
          new BadRow(
              APP.value(),
              "replay-thrice",
              now,
              BadRow.Source.MESSAGE_CALLBACK,
              "message_not_base64",
              "The message is not Base64.",
              Bytes.of(body.formatted(tried).getBytes(StandardCharsets.UTF_8)),
              false,
              Map.of("path", "/v1/callbacks", "taskId", "task-1", "genuine", "genuine")),
          "thrice-" + tried.length() + tried.hashCode());
    }
    awaitJournal();

    // When
    String location =
        order(
                SessionKeys.operator(),
                "{'kind':'BAD_ROWS','roomId':'replay-thrice','from':'%s','to':'%s'}"
                    .formatted(Instant.ofEpochMilli(now), Instant.ofEpochMilli(now + 1)))
            .statusCode(202)
            .extract()
            .header("Location");

    // Then
    String path = location.substring(location.indexOf("/v1/"));
    await()
        .atMost(SOON)
        .untilAsserted(
            () -> get(path).body("state", equalTo("COMPLETED")).body("written", equalTo(1)));
    assertThat(recordsOf(Topic.ROOM_OBSERVATIONS.topicName()))
        .filteredOn(record -> record.key().equals(APP + ":replay-thrice"))
        .singleElement()
        .satisfies(
            record ->
                assertThat(
                        new String(
                            record.headers().lastHeader("ce_replayid").value(),
                            StandardCharsets.UTF_8))
                    .isEqualTo(path.substring("/v1/replays/".length())));
  }

  @Test
  void onlyOperatorsMay() {
    awaitJournal();
    for (String token : List.of(SessionKeys.analyst(), SessionKeys.participant("r", "alice"))) {
      order(token, "{'kind':'BAD_ROWS','from':'2026-01-01T00:00:00Z'}")
          .statusCode(403)
          .body("code", equalTo("forbidden"));
      RestAssured.given()
          .header("Authorization", "Bearer " + token)
          .get("/v1/replays")
          .then()
          .statusCode(403);
    }
    RestAssured.get("/v1/replays").then().statusCode(401);
    get("/v1/replays/nobody-knows").statusCode(404).body("code", equalTo("replay_not_found"));
  }
}
