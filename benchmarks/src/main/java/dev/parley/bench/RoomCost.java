package dev.parley.bench;

import dev.parley.events.Observation;
import dev.parley.events.Observation.RelayOpened;
import dev.parley.events.Observation.SdkEventReported;
import dev.parley.events.Observer;
import dev.parley.events.Topic;
import dev.parley.events.codec.Envelope;
import dev.parley.events.codec.EnvelopeSerializer;
import dev.parley.events.codec.EventCodec;
import dev.parley.events.codec.EventIds;
import dev.parley.events.codec.RoomPartitioner;
import dev.parley.events.id.AppId;
import dev.parley.events.id.ClientId;
import dev.parley.events.id.RoomId;
import dev.parley.events.id.UserId;
import dev.parley.stack.StackException;
import dev.parley.stack.client.Api;
import dev.parley.stack.process.LocalStack;
import dev.parley.stack.process.Wiring;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * What one observation costs the reducer when it is one of many rooms. Before it counts, every room
 * is opened and has two people in it; then a microphone goes on and off in all of them in turn, so
 * that each observation is one fact and one new state of its room, however many rooms there are.
 */
final class RoomCost {
  private static final String REDUCER_GROUP = "parley-room-reducer";
  private static final String USER = "alice";
  private static final Duration LIMIT = Duration.ofMinutes(4);

  private final LocalStack stack;
  private final String bootstrapServers;

  RoomCost(LocalStack stack, String bootstrapServers) {
    this.stack = stack;
    this.bootstrapServers = bootstrapServers;
  }

  /**
   * Opens rooms.
   *
   * @param name keeps them apart from others
   */
  Opened open(String name, int rooms) {
    write(rooms, room -> opened(name + "-" + room));
    Opened opened = new Opened(name, rooms);
    // The first one makes bob known.
    opened.toggle(1);
    return opened;
  }

  /** Rooms with two people each. */
  final class Opened {
    private final String name;
    private final int rooms;
    private long lastSequence;

    private Opened(String name, int rooms) {
      this.name = name;
      this.rooms = rooms;
    }

    /** Processor time of the gateway per observation, in microseconds, of so many in each room. */
    double micros(int times) {
      Duration before = stack.cpu("room-gateway");
      toggle(times);
      return stack.cpu("room-gateway").minus(before).toNanos() / 1000.0 / times / rooms;
    }

    private void toggle(int times) {
      write(times * rooms, i -> toggled(name + "-" + i % rooms, lastSequence + 1 + i / rooms));
      lastSequence += times;
      awaitReduced();
    }
  }

  private interface Maker {
    Observation of(int i);
  }

  private void write(int count, Maker maker) {
    try (KafkaProducer<String, Envelope<?>> producer =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers",
                bootstrapServers,
                "acks",
                "all",
                "linger.ms",
                20,
                "compression.type",
                "lz4",
                "partitioner.class",
                RoomPartitioner.class.getName()),
            new StringSerializer(),
            new EnvelopeSerializer())) {
      Future<RecordMetadata> last = null;
      for (int i = 0; i < count; i++) {
        Observation observation = maker.of(i);
        last =
            producer.send(
                EventCodec.toRecord(
                    new Envelope<>(
                        EventIds.derived(
                            "bench",
                            observation.recordKey(),
                            observation instanceof SdkEventReported event
                                ? Long.toString(event.observer().sequence())
                                : "opened"),
                        "/parley/benchmarks",
                        Instant.ofEpochMilli(observation.eventTimeMillis()),
                        null,
                        observation)));
      }
      if (last != null) {
        last.get(60, TimeUnit.SECONDS);
      }
    } catch (ExecutionException | TimeoutException e) {
      throw new StackException("the broker does not take observations: " + e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StackException("interrupted");
    }
  }

  private static Observation opened(String room) {
    return new RelayOpened(
        new AppId(Wiring.APP_ID),
        new RoomId(room),
        System.currentTimeMillis(),
        new UserId(USER),
        new ClientId("bench"),
        "connection-" + room);
  }

  private static Observation toggled(String room, long sequence) {
    long now = System.currentTimeMillis();
    return new SdkEventReported(
        new AppId(Wiring.APP_ID),
        new RoomId(room),
        now,
        new Observer(new UserId(USER), new ClientId("bench"), sequence, now),
        sequence % 2 == 1 ? "onUserStartAudioCapture" : "onUserStopAudioCapture",
        Api.array().add(Api.object().put("userId", "bob")));
  }

  /** Waits until the reducer has committed everything that is on the topic. */
  void awaitReduced() {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers));
        KafkaConsumer<byte[], byte[]> consumer =
            new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrapServers),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(Topic.ROOM_OBSERVATIONS.topicName()).stream()
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      long deadline = System.nanoTime() + LIMIT.toNanos();
      while (!reached(admin, ends)) {
        if (System.nanoTime() > deadline) {
          throw new StackException("the reducer did not catch up in " + LIMIT.toMinutes() + " min");
        }
        RelayLoad.sleep(Duration.ofMillis(100));
      }
    }
  }

  private static boolean reached(Admin admin, Map<TopicPartition, Long> ends) {
    try {
      Map<TopicPartition, OffsetAndMetadata> committed =
          admin
              .listConsumerGroupOffsets(REDUCER_GROUP)
              .partitionsToOffsetAndMetadata()
              .get(30, TimeUnit.SECONDS);
      return ends.entrySet().stream()
          .allMatch(
              end -> {
                OffsetAndMetadata at = committed.get(end.getKey());
                return end.getValue() == 0 || (at != null && at.offset() >= end.getValue());
              });
    } catch (ExecutionException | TimeoutException e) {
      throw new StackException("the broker does not say how far the reducer is: " + e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StackException("interrupted");
    }
  }
}
