package dev.parley.analytics.kafka;

import dev.parley.events.Topic;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.TopicExistsException;

/** The topics that the job needs and those that it owns. */
public final class ResultTopics {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final Duration KEEP_RESULTS = Duration.ofDays(90);
  private static final Duration KEEP_DEAD_LETTERS = Duration.ofDays(14);
  // A dead letter is the whole record with some headers more.
  private static final int MAX_DEAD_LETTER_BYTES = 2 * Topic.MAX_RECORD_BYTES;

  private ResultTopics() {}

  /**
   * Creates the job's own topics where they are missing.
   *
   * @throws IllegalStateException when Kafka does not answer, or Parley's topics are not there
   */
  public static void prepare(Admin admin) {
    try {
      Set<String> existing =
          admin.listTopics().names().get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
      for (Topic topic : RoomHourTopology.SOURCES) {
        if (!existing.contains(topic.topicName())) {
          throw new IllegalStateException(
              "topic " + topic.topicName() + " is not there; is this Parley's Kafka?");
        }
      }
      admin
          .createTopics(
              List.of(results(), deadLetters()).stream()
                  .filter(topic -> !existing.contains(topic.name()))
                  .toList())
          .all()
          .get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      // Another instance was faster: what matters is that they are there.
      if (!(e.getCause() instanceof TopicExistsException)) {
        throw new IllegalStateException("Kafka refused", e.getCause());
      }
    } catch (TimeoutException e) {
      throw new IllegalStateException("Kafka did not answer within " + TIMEOUT, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while looking at the topics", e);
    }
  }

  // Not compacted: the key is the room, and compaction would keep only its last hour.
  private static NewTopic results() {
    return topic(
        RoomHourTopology.RESULTS, Map.of("retention.ms", Long.toString(KEEP_RESULTS.toMillis())));
  }

  private static NewTopic deadLetters() {
    return topic(
        RoomHourTopology.DEAD_LETTERS,
        Map.of(
            "retention.ms", Long.toString(KEEP_DEAD_LETTERS.toMillis()),
            "max.message.bytes", Integer.toString(MAX_DEAD_LETTER_BYTES)));
  }

  private static NewTopic topic(String name, Map<String, String> config) {
    return new NewTopic(name, Optional.of(Topic.PARTITIONS), Optional.empty()).configs(config);
  }
}
