package dev.parley.kit.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.awaitility.Awaitility.await;

import dev.parley.kafka.EmbeddedKafka;
import dev.parley.kit.kafka.TopicFollower.Start;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TopicFollowerIT {
  private static final Duration SOON = Duration.ofSeconds(60);

  @TempDir static Path data;
  private static EmbeddedKafka kafka;
  private static KafkaClients clients;

  @BeforeAll
  static void start() {
    kafka = EmbeddedKafka.start(data);
    clients =
        TestKafka.clients(kafka.bootstrapServers(), TestKafka.config(Duration.ofSeconds(10), 1));
  }

  @AfterAll
  static void stop() {
    kafka.close();
  }

  /** Keeps what it learns. */
  private static class Keeper implements TopicFollower.Learner {
    final List<String> learned = new CopyOnWriteArrayList<>();
    final AtomicInteger ticks = new AtomicInteger();
    private final Function<TopicPartition, Start> start;

    Keeper(Function<TopicPartition, Start> start) {
      this.start = start;
    }

    @Override
    public Start start(TopicPartition partition) {
      return start.apply(partition);
    }

    @Override
    public void learn(ConsumerRecord<String, byte[]> record) {
      learned.add(new String(record.value(), StandardCharsets.UTF_8));
    }

    @Override
    public void tick() {
      ticks.incrementAndGet();
    }
  }

  private static Start earliest(TopicPartition partition) {
    return new Start.Earliest();
  }

  private static TopicFollower follow(String topic, TopicFollower.Learner learner) {
    TopicFollower follower = new TopicFollower("test-" + topic, clients, List.of(topic), learner);
    follower.start();
    return follower;
  }

  private static void create(String topic) throws Exception {
    try (Admin admin = Admin.create(clients.commonConfig())) {
      admin.createTopics(List.of(new NewTopic(topic, 3, (short) 1))).all().get();
    }
  }

  private static void write(String topic, long time, String... values) throws Exception {
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(
            clients.producerConfig(), new StringSerializer(), new ByteArraySerializer())) {
      for (String value : values) {
        producer
            .send(
                new ProducerRecord<>(topic, 0, time, "key", value.getBytes(StandardCharsets.UTF_8)))
            .get();
      }
    }
  }

  @Test
  void oneThatNeverBeganEndsWithoutAWord() {
    TopicFollower idle =
        new TopicFollower("idle", clients, List.of("idle"), new Keeper(TopicFollowerIT::earliest));

    assertThatCode(idle::close).doesNotThrowAnyException();
  }

  @Test
  void waitsForATopicThatIsNotThereYet() throws Exception {
    // Given
    Keeper keeper = new Keeper(TopicFollowerIT::earliest);
    try (TopicFollower follower = follow("late", keeper)) {
      await().atMost(SOON).until(() -> keeper.ticks.get() > 0);
      assertThat(follower.caughtUp()).isFalse();

      // When
      create("late");
      write("late", 1, "one");

      // Then
      await().atMost(SOON).untilAsserted(() -> assertThat(keeper.learned).containsExactly("one"));
      await().atMost(SOON).until(follower::caughtUp);
      assertThat(follower.position(new TopicPartition("late", 0))).isEqualTo(1);
    }
  }

  @Test
  void beginsAgainWhereItIsToldWhenLearningFails() throws Exception {
    // Given
    create("failing");
    write("failing", 1, "one", "two", "three");
    AtomicBoolean failed = new AtomicBoolean();
    Keeper keeper =
        new Keeper(TopicFollowerIT::earliest) {
          @Override
          public void learn(ConsumerRecord<String, byte[]> record) {
            if (record.offset() == 1 && failed.compareAndSet(false, true)) {
              throw new IllegalStateException("cannot learn that now");
            }
            super.learn(record);
          }
        };

    // When
    try (TopicFollower follower = follow("failing", keeper)) {

      // Then
      await().atMost(SOON).until(follower::caughtUp);
      assertThat(keeper.learned).containsExactly("one", "one", "two", "three");
    }
  }

  @Test
  void readsFromATimeOrAnOffset() throws Exception {
    // Given
    create("long");
    write("long", 1_000, "old");
    write("long", 2_000, "new");
    write("long", 3_000, "newest");
    Keeper since = new Keeper(partition -> new Start.Since(Instant.ofEpochMilli(2_000)));
    Keeper at = new Keeper(partition -> new Start.At(partition.partition() == 0 ? 2 : 0));

    // When
    try (TopicFollower fromTime = follow("long", since);
        TopicFollower fromOffset = follow("long", at)) {
      await().atMost(SOON).until(() -> fromTime.caughtUp() && fromOffset.caughtUp());
    }

    // Then
    assertThat(since.learned).containsExactly("new", "newest");
    assertThat(at.learned).containsExactly("newest");
  }
}
