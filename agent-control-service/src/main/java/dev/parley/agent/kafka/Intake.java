package dev.parley.agent.kafka;

import dev.parley.agent.cloud.LeaseLostException;
import dev.parley.agent.kafka.Room.UnplaceableException;
import dev.parley.agent.kafka.Rooms.Occupant;
import dev.parley.events.AgentCommand;
import dev.parley.events.AgentEvent;
import dev.parley.events.Payload;
import dev.parley.events.RoomEvent;
import dev.parley.events.RoomScoped;
import dev.parley.events.ToolCall;
import dev.parley.events.ToolResult;
import dev.parley.events.Topic;
import dev.parley.events.codec.BadRows;
import dev.parley.events.codec.Decoded;
import dev.parley.events.codec.Envelope;
import dev.parley.events.codec.EventCodec;
import dev.parley.events.codec.RoomPartitioner;
import dev.parley.kit.kafka.EventPublisher.Draft;
import dev.parley.kit.kafka.KafkaUnavailableException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.jboss.logging.Logger;

/**
 * Brings each record to its room's mailbox. A record counts as worked off when its outcome is on
 * Kafka; one that cannot be worked on, when it is kept as a bad row.
 */
final class Intake {
  private static final Logger LOG = Logger.getLogger(Intake.class);
  private static final Duration KEEP_AGAIN = Duration.ofSeconds(1);

  private final RoomTools tools;
  private final Executor threads;
  private final Predicate<OwnedPartition> stillWanted;

  /**
   * Works on these threads.
   *
   * @param stillWanted says whether this worker still works for a partition
   */
  Intake(RoomTools tools, Executor threads, Predicate<OwnedPartition> stillWanted) {
    this.tools = tools;
    this.threads = threads;
    this.stillWanted = stillWanted;
  }

  /** A record and where it came from. */
  private record Item(
      OwnedPartition partition, TopicPartition from, ConsumerRecord<String, byte[]> record) {
    void done() {
      partition.watermark(from).done(record.offset());
    }
  }

  private interface Work {
    void on(Room room) throws InterruptedException;
  }

  void take(OwnedPartition partition, ConsumerRecord<String, byte[]> record) {
    TopicPartition from = new TopicPartition(record.topic(), record.partition());
    partition.watermark(from).begin(record.offset());
    Item item = new Item(partition, from, record);
    if (EventCodec.type(record.headers()).filter(RoomWatch.OWN::contains).isPresent()) {
      // Most of what the topic of agents has; reading it would cost more than all the rest.
      item.done();
      return;
    }
    switch (EventCodec.decode(record.headers(), record.value())) {
      case Decoded.Event event -> route(item, event.envelope());
      case Decoded.UnknownType newer -> item.done();
      case Decoded.Tombstone gone -> item.done();
      case Decoded.Refused refused ->
          keep(item, refused.code().name().toLowerCase(Locale.ROOT), refused.reason());
    }
  }

  private void route(Item item, Envelope<?> envelope) {
    Payload data = envelope.data();
    String traceparent = envelope.traceparent();
    if (data instanceof RoomScoped scoped && misplaced(scoped, item.record())) {
      keep(item, "wrong_partition", "the record is not on the partition of its room");
      return;
    }
    if (data instanceof RoomEvent event) {
      item.partition().note(event);
    }
    if (data instanceof AgentCommand command) {
      work(item, command, room -> room.command(command, traceparent), item::done);
    } else if (data instanceof ToolResult result) {
      work(item, result, room -> room.toolResult(result, traceparent), item::done);
    } else if (data instanceof ToolCall call && knows(item, call)) {
      // Not worked off before somebody answered, or nobody did for too long.
      work(item, call, room -> room.toolCall(call, item::done), () -> {});
    } else if (data instanceof AgentEvent event && knows(item, event)) {
      work(item, event, room -> room.agentEvent(event), item::done);
    } else if (data instanceof RoomEvent event && knows(item, event)) {
      work(item, event, room -> room.roomEvent(event), item::done);
    } else {
      item.done();
    }
  }

  private static boolean misplaced(RoomScoped data, ConsumerRecord<String, byte[]> record) {
    return RoomPartitioner.partition(data.recordKey(), Topic.PARTITIONS) != record.partition();
  }

  // Most rooms have no agent; their facts pass by.
  private static boolean knows(Item item, RoomScoped data) {
    return item.partition().rooms().knows(data.roomKey());
  }

  private void work(Item item, RoomScoped data, Work work, Runnable worked) {
    Occupant occupant = item.partition().rooms().get(data.roomKey());
    detach(item.record());
    item.partition().underWay().incrementAndGet();
    occupant
        .mailbox()
        .post(
            () -> {
              try {
                work.on(occupant.room());
                worked.run();
              } catch (LeaseLostException e) {
                occupant.mailbox().close();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                occupant.mailbox().close();
              } catch (UnplaceableException e) {
                keep(item, "tool_result_without_task", String.valueOf(e.getMessage()));
              } catch (RuntimeException e) {
                LOG.errorf(
                    e,
                    "a record could not be worked on topic=%s partition=%d offset=%d",
                    item.record().topic(),
                    item.record().partition(),
                    item.record().offset());
                keep(item, "processing_failed", "the worker failed on it; its log says why");
              } finally {
                item.partition().underWay().decrementAndGet();
              }
            });
  }

  // A header that nobody has read yet keeps everything that came with it from the broker, for as
  // long as the cloud takes to answer.
  private static void detach(ConsumerRecord<String, byte[]> record) {
    for (Header header : record.headers()) {
      String unusedKey = header.key();
      byte[] unusedValue = header.value();
    }
  }

  private void keep(Item item, String code, String reason) {
    ConsumerRecord<String, byte[]> record = item.record();
    tools.metrics().counter("parley.agent.records.refused", "reader", "worker").increment();
    LOG.warnf(
        "a record is kept as a bad row: errorCode=%s topic=%s partition=%d offset=%d",
        code, record.topic(), record.partition(), record.offset());
    threads.execute(
        () -> {
          while (stillWanted.test(item.partition())) {
            try {
              tools
                  .journal()
                  .append(
                      List.of(
                          new Draft(
                              BadRows.ofRecord(record, code, reason, tools.clock().instant()),
                              BadRows.idOf(record))));
              item.done();
              return;
            } catch (KafkaUnavailableException e) {
              if (!Pauses.sleep(KEEP_AGAIN)) {
                return;
              }
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
              return;
            }
          }
        });
  }
}
