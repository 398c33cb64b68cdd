package dev.parley.bench;

import dev.parley.events.Topic;
import dev.parley.stack.StackException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.TopicExistsException;

/** Kafka's own {@code kafka-producer-perf-test}, in a JVM of its own. */
final class ProducerBaseline {
  private static final String TOPIC = "bench.baseline";
  private static final Pattern RATE = Pattern.compile("records sent, ([0-9.]+) records/sec");

  private final String bootstrapServers;

  ProducerBaseline(String bootstrapServers) {
    this.bootstrapServers = bootstrapServers;
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
      admin
          .createTopics(
              List.of(new NewTopic(TOPIC, Optional.of(Topic.PARTITIONS), Optional.empty())))
          .all()
          .get(30, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof TopicExistsException)) {
        throw new StackException("the baseline's topic cannot be created: " + e.getCause());
      }
    } catch (TimeoutException e) {
      throw new StackException("the broker does not answer");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StackException("interrupted");
    }
  }

  /**
   * Records per second with acks=all, everything else as Kafka's producer has it.
   *
   * @param records enough for some seconds
   */
  double perSecond(int recordBytes, int records) {
    try {
      Process process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xmx256m",
                  "-cp",
                  System.getProperty("java.class.path"),
                  "org.apache.kafka.tools.ProducerPerformance",
                  "--topic",
                  TOPIC,
                  "--num-records",
                  Integer.toString(records),
                  "--record-size",
                  Integer.toString(recordBytes),
                  "--throughput",
                  "-1",
                  "--producer-props",
                  "bootstrap.servers=" + bootstrapServers,
                  "acks=all")
              .redirectErrorStream(true)
              .start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int exit = process.waitFor();
      double rate = -1;
      // The last line is the whole run; those before are parts of it.
      for (Matcher matcher = RATE.matcher(output); matcher.find(); ) {
        rate = Double.parseDouble(matcher.group(1));
      }
      if (exit != 0 || rate < 0) {
        throw new StackException("kafka-producer-perf-test failed: " + output.strip());
      }
      return rate;
    } catch (IOException e) {
      throw new StackException("kafka-producer-perf-test cannot be started: " + e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StackException("interrupted");
    }
  }
}
