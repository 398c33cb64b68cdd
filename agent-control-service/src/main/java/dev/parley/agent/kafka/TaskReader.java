package dev.parley.agent.kafka;

import dev.parley.agent.kafka.TaskEvents.Told;
import dev.parley.events.AgentCommand;
import dev.parley.events.AgentCommand.StartAgent;
import dev.parley.events.AgentEvent;
import dev.parley.events.AgentTask;
import dev.parley.events.PayloadTypes;
import dev.parley.events.codec.Decoded;
import dev.parley.events.codec.EventCodec;
import dev.parley.kit.kafka.TopicFollower;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/** Keeps tasks and their newest events as Kafka has them. */
final class TaskReader implements TopicFollower.Learner {
  private static final Logger LOG = Logger.getLogger(TaskReader.class);

  private final TaskView tasks;
  private final TaskEvents events;
  private final SeenCommands commands;
  private final Counter unreadable;
  private final Clock clock;
  private final Duration commandTtl;
  private final Map<String, Duration> histories;

  /**
   * A reader into these.
   *
   * @param histories how far back topics are read; those not named, from the beginning
   */
  TaskReader(
      TaskView tasks,
      TaskEvents events,
      SeenCommands commands,
      MeterRegistry metrics,
      Clock clock,
      Duration commandTtl,
      Map<String, Duration> histories) {
    this.tasks = tasks;
    this.events = events;
    this.commands = commands;
    this.unreadable = metrics.counter("parley.agent.records.refused", "reader", "view");
    this.clock = clock;
    this.commandTtl = commandTtl;
    this.histories = Map.copyOf(histories);
  }

  // What is known stays when reading begins again: it changes nothing.
  @Override
  public TopicFollower.Start start(TopicPartition partition) {
    Duration history = histories.get(partition.topic());
    return history == null
        ? new TopicFollower.Start.Earliest()
        : new TopicFollower.Start.Since(clock.instant().minus(history));
  }

  // Keeping bad rows is the worker's business: it reads the same topics.
  @Override
  public void learn(ConsumerRecord<String, byte[]> record) {
    switch (EventCodec.decode(record.headers(), record.value())) {
      case Decoded.Event event -> {
        if (event.envelope().data() instanceof AgentTask task) {
          tasks.changed(task);
        } else if (event.envelope().data() instanceof StartAgent start) {
          // Whoever took it up has written a state; one that is forgotten does not come back.
          if (clock.millis() < start.expiresTimeMillis() + commandTtl.toMillis()) {
            tasks.requested(start);
          }
        } else if (event.envelope().data() instanceof AgentCommand command) {
          commands.note(command);
        } else if (event.envelope().data() instanceof AgentEvent told) {
          events.tell(
              new Told(
                  record.partition(),
                  record.offset(),
                  event.envelope().id(),
                  PayloadTypes.of(told.getClass()).value(),
                  told));
        }
      }
      case Decoded.Tombstone gone -> tasks.removed(record.key());
      case Decoded.UnknownType newer -> {}
      case Decoded.Refused refused -> {
        unreadable.increment();
        LOG.warnf(
            "a record cannot be read: errorCode=%s topic=%s partition=%d offset=%d",
            refused.code(), record.topic(), record.partition(), record.offset());
      }
    }
  }
}
