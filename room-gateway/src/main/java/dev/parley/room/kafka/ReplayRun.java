package dev.parley.room.kafka;

import dev.parley.events.BadRow;
import dev.parley.events.RoomScoped;
import dev.parley.events.Topic;
import dev.parley.events.codec.BadRows;
import dev.parley.events.codec.Decoded;
import dev.parley.events.codec.Envelope;
import dev.parley.events.codec.EventCodec;
import dev.parley.events.codec.EventRefusedException;
import dev.parley.events.codec.RoomPartitioner;
import dev.parley.events.id.RoomKey;
import dev.parley.kit.kafka.EventPublisher.Draft;
import dev.parley.kit.kafka.KafkaClients;
import dev.parley.kit.kafka.KafkaUnavailableException;
import dev.parley.kit.kafka.Partitions;
import dev.parley.room.config.RoomConfig;
import dev.parley.room.replay.Redrive;
import dev.parley.room.replay.ReplayOrder;
import dev.parley.room.replay.ReplayProgress;
import dev.parley.room.replay.ReplayProgress.Span;
import dev.parley.room.replay.ReplayProgress.State;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One run of one replay. What is told again and how far that went are one transaction, under an id
 * that fences off an earlier run of the same replay: whoever takes over goes on where that one was
 * and tells nothing twice.
 */
final class ReplayRun {
  private static final Logger LOG = Logger.getLogger(ReplayRun.class);
  private static final String SOURCE = "/parley/room-gateway";

  /** Names the replay that told a record again. */
  static final String REPLAY_HEADER = "ce_replayid";

  private static final int BATCH = 500;
  private static final int REMEMBERED_IDS = 100_000;

  private final ReplayOrder order;
  private final ReplayJournal journal;
  private final Redrive redrive;
  private final KafkaClients clients;
  private final RoomConfig.Replays settings;
  private final Duration clockTolerance;
  private final Clock clock;
  private final Counter passedOver;
  private final BooleanSupplier stopped;
  private @Nullable ReplayProgress last;

  // Of one event there may be many bad rows: its sender tried again and again.
  private final Map<String, Boolean> driven =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
          return size() > REMEMBERED_IDS;
        }
      };

  ReplayRun(
      ReplayOrder order,
      ReplayJournal journal,
      Redrive redrive,
      KafkaClients clients,
      RoomConfig.Replays settings,
      Duration clockTolerance,
      Clock clock,
      MeterRegistry metrics,
      BooleanSupplier stopped) {
    this.order = order;
    this.journal = journal;
    this.redrive = redrive;
    this.clients = clients;
    this.settings = settings;
    this.clockTolerance = clockTolerance;
    this.clock = clock;
    this.passedOver = metrics.counter("parley.records.passed.over", "reader", "replay");
    this.stopped = stopped;
  }

  /** Runs until the replay has ended or belongs to somebody else. */
  void run() throws InterruptedException {
    try {
      tell();
    } catch (KafkaException | KafkaUnavailableException e) {
      String code = refusal(e);
      if (code == null) {
        throw e;
      }
      LOG.warnf(
          "a replay fails appId=%s replayId=%s errorCode=%s: %s",
          order.appId(), order.id(), code, e.getMessage());
      journal.end(
          order,
          (last == null ? ReplayProgress.begin(Map.of(), clock.millis()) : last)
              .ended(State.FAILED, clock.millis(), code));
    }
  }

  /** Why Kafka will not do it however often it is asked; null when trying again may help. */
  private static @Nullable String refusal(Throwable failure) {
    for (Throwable each = failure; each != null; each = each.getCause()) {
      if (each instanceof AuthorizationException) {
        return "kafka_forbidden";
      }
      // A name that collides with another topic's is one of them: a.b and a_b are the same.
      if (each instanceof InvalidTopicException
          || each instanceof InvalidConfigurationException
          || each instanceof PolicyViolationException) {
        return "target_refused";
      }
      if (each instanceof RecordTooLargeException || each instanceof InvalidRecordException) {
        return "record_refused";
      }
    }
    return null;
  }

  private void tell() throws InterruptedException {
    try (KafkaProducer<byte[], byte[]> producer =
            new KafkaProducer<>(
                producerSettings(), new ByteArraySerializer(), new ByteArraySerializer());
        KafkaConsumer<String, byte[]> consumer =
            new KafkaConsumer<>(
                consumerSettings(), new StringDeserializer(), new ByteArrayDeserializer())) {
      // From here on an earlier run can write no more; so what is known after that is final.
      producer.initTransactions();
      journal.awaitNewest(order.key());
      last = journal.progress(order).orElse(null);
      if (last != null && last.state() != State.RUNNING) {
        return;
      }
      if (cancelled()) {
        commit(
            producer,
            List.of(),
            (last == null ? ReplayProgress.begin(Map.of(), clock.millis()) : last)
                .ended(State.CANCELLED, clock.millis(), null));
        return;
      }
      if (order.target() != null) {
        journal.create(
            order.target(),
            Map.of(
                "cleanup.policy",
                "delete",
                "retention.ms",
                Long.toString(settings.targetRetention().toMillis()),
                // What happened last week is kept from now on, not from last week.
                "message.timestamp.type",
                "LogAppendTime",
                "max.message.bytes",
                Integer.toString(Topic.MAX_RECORD_BYTES + 16 * 1024)));
      }
      ReplayProgress progress =
          last == null ? ReplayProgress.begin(spans(consumer), clock.millis()) : last;
      commit(producer, List.of(), progress);
      copy(consumer, producer, progress);
    }
  }

  private void copy(
      KafkaConsumer<String, byte[]> consumer,
      KafkaProducer<byte[], byte[]> producer,
      ReplayProgress begun)
      throws InterruptedException {
    ReplayProgress progress = begun;
    List<TopicPartition> open = new ArrayList<>();
    for (Map.Entry<String, Span> span : progress.spans().entrySet()) {
      if (span.getValue().left() > 0) {
        open.add(partition(span.getKey()));
      }
    }
    consumer.assign(open);
    for (TopicPartition partition : open) {
      consumer.seek(partition, span(progress, partition).next());
    }
    while (!stopped.getAsBoolean()) {
      if (cancelled()) {
        commit(producer, List.of(), progress.ended(State.CANCELLED, clock.millis(), null));
        return;
      }
      if (progress.left() == 0) {
        commit(producer, List.of(), progress.ended(State.COMPLETED, clock.millis(), null));
        return;
      }
      if (progress.written() >= settings.maxRecords()) {
        commit(
            producer, List.of(), progress.ended(State.FAILED, clock.millis(), "too_many_records"));
        return;
      }
      progress = step(consumer, producer, progress);
    }
  }

  private boolean cancelled() {
    ReplayOrder now = journal.order(order.key());
    return now != null && now.cancelledMillis() != null;
  }

  private ReplayProgress step(
      KafkaConsumer<String, byte[]> consumer,
      KafkaProducer<byte[], byte[]> producer,
      ReplayProgress progress)
      throws InterruptedException {
    long began = System.nanoTime();
    List<ProducerRecord<byte[], byte[]>> again = new ArrayList<>();
    long passed = 0;
    long refused = 0;
    long unreadable = 0;
    int read = 0;
    for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(200))) {
      TopicPartition partition = new TopicPartition(record.topic(), record.partition());
      if (record.offset() >= span(progress, partition).end()) {
        continue;
      }
      read++;
      switch (EventCodec.decode(record.headers(), record.value())) {
        case Decoded.Event event when asked(event.envelope()) -> {
          Optional<ProducerRecord<byte[], byte[]>> told = again(producer, record, event.envelope());
          if (told.isEmpty()) {
            refused++;
          } else if (drivenBefore(told.get())) {
            passed++;
          } else {
            again.add(told.get());
          }
        }
        case Decoded.Event event -> passed++;
        case Decoded.Tombstone gone -> passed++;
        case Decoded.UnknownType newer -> {
          unreadable(record, "UNKNOWN_TYPE");
          unreadable++;
        }
        case Decoded.Refused broken -> {
          unreadable(record, broken.code().name());
          unreadable++;
        }
      }
    }
    Map<String, Span> moved = new HashMap<>();
    for (TopicPartition partition : consumer.assignment()) {
      Span span = span(progress, partition);
      long next = Math.min(span.end(), consumer.position(partition));
      if (next != span.next()) {
        moved.put(name(partition), new Span(next, span.end()));
        if (next == span.end()) {
          consumer.pause(List.of(partition));
        }
      }
    }
    if (moved.isEmpty()) {
      return progress;
    }
    ReplayProgress further =
        progress.further(moved, again.size(), passed, refused, unreadable, clock.millis());
    commit(producer, again, further);
    long due = TimeUnit.SECONDS.toNanos(read) / settings.recordsPerSecond();
    TimeUnit.NANOSECONDS.sleep(Math.max(0, due - (System.nanoTime() - began)));
    return further;
  }

  // Whether it was asked for cannot be known.
  private void unreadable(ConsumerRecord<String, byte[]> record, String code) {
    passedOver.increment();
    LOG.warnf(
        "a replay passes over a record that cannot be read: appId=%s replayId=%s errorCode=%s"
            + " topic=%s partition=%d offset=%d",
        order.appId(), order.id(), code, record.topic(), record.partition(), record.offset());
  }

  private boolean asked(Envelope<?> envelope) {
    long time = envelope.data().eventTimeMillis();
    if (time < order.fromMillis() || time >= order.toMillis()) {
      return false;
    }
    String app = order.appId().value();
    String room = order.roomId() == null ? null : order.roomId().value();
    if (envelope.data() instanceof BadRow row) {
      return order.kind() == ReplayOrder.Kind.BAD_ROWS
          && app.equals(row.appId())
          && (room == null || room.equals(row.roomId()))
          && (order.types().isEmpty() || order.types().contains(row.code()));
    }
    return envelope.data() instanceof RoomScoped scoped
        && app.equals(scoped.appId().value())
        && (room == null || room.equals(scoped.roomId().value()))
        && (order.types().isEmpty() || order.types().contains(envelope.type().value()));
  }

  private Optional<ProducerRecord<byte[], byte[]>> again(
      KafkaProducer<byte[], byte[]> producer,
      ConsumerRecord<String, byte[]> record,
      Envelope<?> envelope) {
    if (envelope.data() instanceof BadRow row) {
      try {
        return switch (redrive.again(row)) {
          case Redrive.Outcome.AsItWas same -> BadRows.replay(same.row()).map(this::asItWas);
          case Redrive.Outcome.Accepted accepted -> Optional.of(record(accepted.draft()));
          case Redrive.Outcome.RefusedAgain refused -> Optional.empty();
        };
      } catch (EventRefusedException e) {
        // The door takes it, and still no topic does.
        return Optional.empty();
      }
    }
    return Optional.of(
        new ProducerRecord<>(
            String.valueOf(order.target()),
            RoomPartitioner.partition(
                record.key(), producer.partitionsFor(String.valueOf(order.target())).size()),
            // Now: of a target that goes by its writers' times, what is long ago would be deleted.
            null,
            record.key().getBytes(StandardCharsets.UTF_8),
            record.value(),
            marked(record.headers())));
  }

  private boolean drivenBefore(ProducerRecord<byte[], byte[]> record) {
    Header id = record.headers().lastHeader("ce_id");
    return order.kind() == ReplayOrder.Kind.BAD_ROWS
        && id != null
        && id.value() != null
        && driven.put(
                record.topic() + " " + new String(id.value(), StandardCharsets.UTF_8), Boolean.TRUE)
            != null;
  }

  private ProducerRecord<byte[], byte[]> asItWas(ProducerRecord<byte @Nullable [], byte[]> before) {
    byte[] key = before.key() == null ? new byte[0] : before.key();
    return new ProducerRecord<>(
        before.topic(),
        RoomPartitioner.partition(new String(key, StandardCharsets.UTF_8), Topic.PARTITIONS),
        null,
        key,
        before.value(),
        marked(before.headers()));
  }

  private ProducerRecord<byte[], byte[]> record(Draft draft) {
    RecordHeaders headers = new RecordHeaders();
    Envelope<?> envelope =
        new Envelope<>(draft.id(), SOURCE, clock.instant(), draft.traceparent(), draft.data());
    byte[] value = EventCodec.encode(envelope, headers);
    String key = draft.data().recordKey();
    return new ProducerRecord<>(
        envelope.type().topic().topicName(),
        RoomPartitioner.partition(key, Topic.PARTITIONS),
        null,
        key.getBytes(StandardCharsets.UTF_8),
        value,
        marked(headers));
  }

  private RecordHeaders marked(Iterable<Header> headers) {
    RecordHeaders marked = new RecordHeaders(headers);
    marked.remove(REPLAY_HEADER);
    marked.add(REPLAY_HEADER, order.id().getBytes(StandardCharsets.UTF_8));
    return marked;
  }

  private void commit(
      KafkaProducer<byte[], byte[]> producer,
      Collection<ProducerRecord<byte[], byte[]>> records,
      ReplayProgress progress) {
    producer.beginTransaction();
    try {
      // What one of them meets is thrown by the commit.
      for (ProducerRecord<byte[], byte[]> record : records) {
        Future<RecordMetadata> unused = producer.send(record);
      }
      Future<RecordMetadata> unused = producer.send(journal.record(order, progress));
      producer.commitTransaction();
    } catch (KafkaException e) {
      if (refusal(e) != null) {
        abort(producer);
      }
      throw e;
    }
    last = progress;
  }

  // Left open, it would hide the journal's later records from everybody until it times out.
  private static void abort(KafkaProducer<byte[], byte[]> producer) {
    try {
      producer.abortTransaction();
    } catch (KafkaException e) {
      LOG.debugf("the broker will end the transaction: %s", e.getMessage());
    }
  }

  private Map<String, Span> spans(KafkaConsumer<String, byte[]> consumer) {
    List<TopicPartition> partitions = new ArrayList<>();
    for (Topic topic : order.topics()) {
      int count = Partitions.of(consumer, topic.topicName()).size();
      if (order.roomId() == null) {
        for (int partition = 0; partition < count; partition++) {
          partitions.add(new TopicPartition(topic.topicName(), partition));
        }
      } else {
        String key = new RoomKey(order.appId(), order.roomId()).toString();
        partitions.add(
            new TopicPartition(topic.topicName(), RoomPartitioner.partition(key, count)));
      }
    }
    // Nothing is written before it happened, by one clock: by those of two processes, it may be.
    long written = Math.max(0, order.fromMillis() - clockTolerance.toMillis());
    Map<TopicPartition, Long> since = new HashMap<>();
    partitions.forEach(partition -> since.put(partition, written));
    Map<TopicPartition, OffsetAndTimestamp> starts = consumer.offsetsForTimes(since);
    Map<String, Span> spans = new TreeMap<>();
    consumer
        .endOffsets(partitions)
        .forEach(
            (partition, end) -> {
              OffsetAndTimestamp start = starts.get(partition);
              spans.put(name(partition), new Span(start == null ? end : start.offset(), end));
            });
    return spans;
  }

  private static String name(TopicPartition partition) {
    return partition.topic() + "/" + partition.partition();
  }

  private static TopicPartition partition(String name) {
    int at = name.lastIndexOf('/');
    return new TopicPartition(name.substring(0, at), Integer.parseInt(name.substring(at + 1)));
  }

  private static Span span(ReplayProgress progress, TopicPartition partition) {
    return progress.spans().getOrDefault(name(partition), new Span(0, 0));
  }

  private Map<String, Object> producerSettings() {
    Map<String, Object> producer = clients.producerConfig();
    producer.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "parley-replay-" + order.id());
    producer.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 30_000);
    return producer;
  }

  private Map<String, Object> consumerSettings() {
    Map<String, Object> consumer = clients.consumerConfig("replay");
    consumer.remove(ConsumerConfig.GROUP_ID_CONFIG);
    consumer.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, BATCH);
    return consumer;
  }
}
