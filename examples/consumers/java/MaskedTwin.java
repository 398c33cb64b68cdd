import dev.parley.events.BadRow;
import dev.parley.events.Topic;
import dev.parley.events.codec.BadRows;
import dev.parley.events.codec.Decoded;
import dev.parley.events.codec.Envelope;
import dev.parley.events.codec.EventCodec;
import dev.parley.events.codec.EventRefusedException;
import dev.parley.events.masking.Masking;
import dev.parley.events.masking.MaskingSerializer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Keeps masked twins of topics, exactly once: MaskedTwin topic[,topic...] [bootstrap] [group]. The
 * key, Base64 of 32 bytes or more, is in PARLEY_MASKING_KEY.
 */
class MaskedTwin {
  public static void main(String[] args) throws Exception {
    String bootstrapServers = args.length > 1 ? args[1] : "localhost:7492";
    List<Topic> topics = Arrays.stream(args[0].split(",")).map(MaskedTwin::topic).toList();
    createTwins(bootstrapServers, topics);
    KafkaConsumer<byte[], byte[]> consumer =
        consumer(bootstrapServers, args.length > 2 ? args[2] : "masked-twin");
    Thread reader = Thread.currentThread();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(consumer, reader)));
    try (consumer;
        KafkaProducer<byte[], Envelope<?>> producer = producer(bootstrapServers, args[0])) {
      producer.initTransactions();
      consumer.subscribe(topics.stream().map(Topic::topicName).toList());
      while (true) {
        ConsumerRecords<byte[], byte[]> records = consumer.poll(Duration.ofSeconds(1));
        if (!records.isEmpty()) {
          // Twins and position in one transaction: a crash neither loses nor repeats.
          producer.beginTransaction();
          records.forEach(record -> write(producer, record));
          producer.sendOffsetsToTransaction(records.nextOffsets(), consumer.groupMetadata());
          producer.commitTransaction();
        }
      }
    } catch (WakeupException e) {
      // asked to stop
    }
  }

  static void write(
      KafkaProducer<byte[], Envelope<?>> producer, ConsumerRecord<byte[], byte[]> record) {
    try {
      producer.send(twin(record));
    } catch (EventRefusedException e) {
      producer.send(badRow(record, "twin_refused", "its masked twin breaks a bound of the topic"));
    }
  }

  static ProducerRecord<byte[], Envelope<?>> twin(ConsumerRecord<byte[], byte[]> record) {
    return switch (EventCodec.decode(record.key(), record.headers(), record.value())) {
      case Decoded.Event(Envelope<?> event) -> to(record, event);
      case Decoded.Tombstone() -> to(record, null);
      // What cannot be read cannot be masked: it goes where only those may read who may anyway.
      case Decoded.UnknownType(String type) ->
          badRow(
              record, "unknown_type", "no field of " + type + " is known, so none can be masked");
      case Decoded.Refused(Decoded.Refused.Code code, String reason) ->
          badRow(record, code.name().toLowerCase(Locale.ROOT), reason);
    };
  }

  // The same partition, so that the order of a room stays; the serializer masks.
  static ProducerRecord<byte[], Envelope<?>> to(
      ConsumerRecord<byte[], byte[]> record, Envelope<?> event) {
    return new ProducerRecord<>(
        Masking.twin(topic(record.topic())),
        record.partition(),
        record.timestamp(),
        record.key(),
        event);
  }

  static ProducerRecord<byte[], Envelope<?>> badRow(
      ConsumerRecord<byte[], byte[]> record, String code, String reason) {
    Instant now = Instant.now();
    BadRow row = BadRows.ofRecord(record, code, reason, now);
    return new ProducerRecord<>(
        Topic.BAD_ROWS.topicName(),
        row.recordKey().getBytes(StandardCharsets.UTF_8),
        new Envelope<>(BadRows.idOf(record), "/parley/masked-twin", now, null, row));
  }

  static KafkaConsumer<byte[], byte[]> consumer(String bootstrapServers, String group) {
    Map<String, Object> config = new HashMap<>();
    config.put("bootstrap.servers", bootstrapServers);
    config.put("group.id", group);
    config.put("auto.offset.reset", "earliest");
    config.put("enable.auto.commit", false);
    config.put("isolation.level", "read_committed");
    return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  static KafkaProducer<byte[], Envelope<?>> producer(String bootstrapServers, String topics) {
    Map<String, Object> config = new HashMap<>();
    config.put("bootstrap.servers", bootstrapServers);
    config.put("transactional.id", "masked-twin-" + UUID.randomUUID());
    config.put("compression.type", "lz4");
    config.put(MaskingSerializer.TOPICS, topics);
    config.put(MaskingSerializer.KEY, System.getenv("PARLEY_MASKING_KEY"));
    MaskingSerializer serializer = new MaskingSerializer();
    serializer.configure(config, false);
    return new KafkaProducer<>(config, new ByteArraySerializer(), serializer);
  }

  static void createTwins(String bootstrapServers, List<Topic> topics) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
      Set<String> existing = admin.listTopics().names().get();
      for (Topic topic : topics) {
        if (!existing.contains(Masking.twin(topic))) {
          // As its topic: partitions, copies, retention.
          List<TopicPartitionInfo> partitions =
              admin
                  .describeTopics(List.of(topic.topicName()))
                  .allTopicNames()
                  .get()
                  .get(topic.topicName())
                  .partitions();
          int replicas = partitions.get(0).replicas().size();
          NewTopic twin =
              new NewTopic(Masking.twin(topic), partitions.size(), (short) replicas)
                  .configs(topic.config(replicas));
          admin.createTopics(List.of(twin)).all().get();
        }
      }
    }
  }

  static Topic topic(String name) {
    return Topic.named(name)
        .orElseThrow(() -> new IllegalArgumentException("there is no topic " + name));
  }

  static void stop(KafkaConsumer<?, ?> consumer, Thread reader) {
    consumer.wakeup();
    try {
      reader.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
