package dev.parley.events.codec;

import dev.parley.events.Topic;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.TopicExistsException;

/** Creates the topics of {@link Topic} on a broker. */
public final class TopicAdmin {
  private TopicAdmin() {}

  /**
   * Creates the topics that are missing and leaves the others as they are.
   *
   * @param replicas copies of each partition, 1 up to the number of brokers
   * @throws IllegalStateException when the broker refuses or does not answer in time
   */
  public static void createMissing(Admin admin, int replicas, Duration timeout) {
    try {
      Set<String> existing =
          admin.listTopics().names().get(timeout.toMillis(), TimeUnit.MILLISECONDS);
      List<NewTopic> missing =
          Arrays.stream(Topic.values())
              .filter(topic -> !existing.contains(topic.topicName()))
              .map(
                  topic ->
                      new NewTopic(topic.topicName(), Topic.PARTITIONS, (short) replicas)
                          .configs(topic.config(replicas)))
              .toList();
      admin.createTopics(missing).all().get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      // Another instance was faster: what matters is that they are there.
      if (!(e.getCause() instanceof TopicExistsException)) {
        throw new IllegalStateException("Kafka refused to create the topics", e.getCause());
      }
    } catch (TimeoutException e) {
      throw new IllegalStateException("Kafka did not answer within " + timeout, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while creating the topics", e);
    }
  }
}
