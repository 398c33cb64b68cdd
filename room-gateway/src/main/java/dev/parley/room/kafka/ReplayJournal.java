package dev.parley.room.kafka;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.parley.events.Topic;
import dev.parley.events.codec.Json;
import dev.parley.events.codec.RoomPartitioner;
import dev.parley.events.id.AppId;
import dev.parley.kit.kafka.KafkaClients;
import dev.parley.kit.kafka.KafkaUnavailableException;
import dev.parley.kit.kafka.TopicFollower;
import dev.parley.room.config.RoomConfig;
import dev.parley.room.replay.ReplayOrder;
import dev.parley.room.replay.ReplayProgress;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Orders and progress of all replays, on a compacted topic of the gateway's own, as changelogs are.
 * Every instance reads all of it.
 */
@ApplicationScoped
public class ReplayJournal {
  private static final Logger LOG = Logger.getLogger(ReplayJournal.class);
  private static final String ORDER = ":order";
  private static final String PROGRESS = ":progress";

  private final KafkaClients clients;
  private final RoomConfig config;
  private final ConcurrentNavigableMap<String, ReplayOrder> orders = new ConcurrentSkipListMap<>();
  private final Map<String, ReplayProgress> progress = new ConcurrentHashMap<>();
  private final TopicFollower follower;
  private volatile boolean stopping;

  @Inject
  ReplayJournal(KafkaClients clients, RoomConfig config) {
    this.clients = clients;
    this.config = config;
    this.follower =
        new TopicFollower(
            "replay-journal", clients, List.of(config.replays().journal()), new Reader());
  }

  void start(@Observes StartupEvent event) {
    if (config.roles().push()) {
      follower.start();
    }
  }

  void stop(@Observes ShutdownEvent event) {
    stopping = true;
    follower.close();
  }

  /** True when all that was there at the start is known. */
  public boolean complete() {
    return follower.caughtUp();
  }

  /** All orders, by application and id. */
  public List<ReplayOrder> orders() {
    return List.copyOf(orders.values());
  }

  /**
   * Orders of an application by id.
   *
   * @param after only those after that id; empty for the first page
   */
  public List<ReplayOrder> orders(AppId app, String after, int limit) {
    return orders.tailMap(app + ":" + after, false).values().stream()
        .takeWhile(order -> order.appId().equals(app))
        .limit(limit)
        .toList();
  }

  /** How far a replay is; empty when it has not begun. */
  public Optional<ReplayProgress> progress(ReplayOrder order) {
    return Optional.ofNullable(progress.get(order.key()));
  }

  /** The order as it stands; null when it is not known. */
  public @Nullable ReplayOrder order(String key) {
    return orders.get(key);
  }

  /** The partition that an order is on: who owns that one runs it. */
  static int partition(String key) {
    return RoomPartitioner.partition(key, Topic.PARTITIONS);
  }

  /** Keeps an order; known here at once. Blocks until Kafka has it. */
  public void order(ReplayOrder order) {
    keep(order.key(), ORDER, bytes(order));
    orders.put(order.key(), order);
  }

  /** Keeps how a replay ended that can have no transaction any more. Blocks as well. */
  void end(ReplayOrder order, ReplayProgress end) {
    keep(order.key(), PROGRESS, bytes(end));
    progress.put(order.key(), end);
  }

  /** Forgets a replay that has ended. Blocks as well. */
  void forget(ReplayOrder order) {
    // The order first: without its progress it would be one that has not begun.
    keep(order.key(), ORDER, null);
    keep(order.key(), PROGRESS, null);
    orders.remove(order.key());
    progress.remove(order.key());
  }

  private void keep(String key, String kind, byte @Nullable [] value) {
    Map<String, Object> settings = clients.producerConfig();
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer())) {
      producer
          .send(new ProducerRecord<>(config.replays().journal(), partition(key), key + kind, value))
          .get();
    } catch (ExecutionException | KafkaException e) {
      throw new KafkaUnavailableException("the journal of replays is not kept", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaUnavailableException("interrupted", e);
    }
  }

  /** The record that says how far a replay is, for the transaction that went so far. */
  ProducerRecord<byte[], byte[]> record(ReplayOrder order, ReplayProgress so) {
    return new ProducerRecord<>(
        config.replays().journal(),
        partition(order.key()),
        (order.key() + PROGRESS).getBytes(StandardCharsets.UTF_8),
        bytes(so));
  }

  /**
   * Waits until everything that is on the order's partition now is known here. Another replay's
   * transaction may be open there, and what was committed behind it is hidden until that one ends.
   */
  void awaitNewest(String key) throws InterruptedException {
    TopicPartition partition = new TopicPartition(config.replays().journal(), partition(key));
    long end;
    Map<String, Object> settings = clients.consumerConfig("replay-journal");
    settings.remove(ConsumerConfig.GROUP_ID_CONFIG);
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_uncommitted");
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
      end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
    }
    while (!stopping && follower.position(partition) < end) {
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  /** Creates a topic with as many partitions as Parley's own have, unless it is there. */
  void create(String topic, Map<String, String> settings) {
    try (Admin admin = Admin.create(clients.commonConfig())) {
      NewTopic wanted =
          new NewTopic(
              topic,
              Optional.of(Topic.PARTITIONS),
              config.replays().replicationFactor() < 0
                  ? Optional.empty()
                  : Optional.of((short) config.replays().replicationFactor()));
      admin.createTopics(List.of(wanted.configs(settings))).all().get(30, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof TopicExistsException)) {
        throw new KafkaUnavailableException("a topic cannot be created", e);
      }
    } catch (TimeoutException e) {
      throw new KafkaUnavailableException("a topic cannot be created", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaUnavailableException("interrupted", e);
    }
  }

  private final class Reader implements TopicFollower.Learner {
    @Override
    public void prepare() {
      create(
          config.replays().journal(),
          Map.of("cleanup.policy", "compact", "min.cleanable.dirty.ratio", "0.1"));
    }

    @Override
    public void learn(ConsumerRecord<String, byte[]> record) {
      take(record);
    }
  }

  private void take(ConsumerRecord<String, byte[]> record) {
    String key = String.valueOf(record.key());
    try {
      if (key.endsWith(ORDER)) {
        take(orders, key.substring(0, key.length() - ORDER.length()), record, ReplayOrder.class);
      } else if (key.endsWith(PROGRESS)) {
        take(
            progress,
            key.substring(0, key.length() - PROGRESS.length()),
            record,
            ReplayProgress.class);
      }
    } catch (IOException e) {
      LOG.warnf("a record of replays cannot be read offset=%d", record.offset());
    }
  }

  private static <T> void take(
      Map<String, T> into, String key, ConsumerRecord<String, byte[]> record, Class<T> type)
      throws IOException {
    if (record.value() == null) {
      into.remove(key);
    } else {
      into.put(key, Json.mapper().readValue(record.value(), type));
    }
  }

  private static byte[] bytes(Object value) {
    try {
      return Json.mapper().writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("records of replays are always JSON", e);
    }
  }
}
