package dev.parley.stack;

import dev.parley.events.Topic;
import dev.parley.events.codec.TopicAdmin;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Creates Parley's topics on a cluster; those that are there stay as they are. */
@Command(
    name = "topics",
    description = "Create the topics that are missing on a cluster of yours; change none.")
final class Topics implements Callable<Integer> {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  @Option(
      names = "--bootstrap-servers",
      required = true,
      paramLabel = "HOST:PORT",
      description = "Where the cluster is.")
  private String bootstrapServers = "";

  @Option(
      names = "--replicas",
      paramLabel = "N",
      defaultValue = "3",
      description = "Copies of each partition; ${DEFAULT-VALUE} unless given.")
  private int replicas;

  @Option(
      names = "--kafka-properties",
      paramLabel = "FILE",
      description = "Further settings of the client, such as security.")
  private @Nullable Path kafkaProperties;

  @Override
  public Integer call() throws InterruptedException {
    if (replicas < 1 || replicas > Short.MAX_VALUE) {
      throw new StackException("--replicas must be 1 or more");
    }
    Console console = Console.system();
    try (Admin admin = Admin.create(settings())) {
      Set<String> before = names(admin);
      TopicAdmin.createMissing(admin, replicas, TIMEOUT);
      for (Topic topic : Topic.values()) {
        boolean there = before.contains(topic.topicName());
        console.line(
            "  " + (there ? "is there  " : console.green("created   ")) + topic.topicName());
      }
      return 0;
    } catch (ExecutionException | IllegalStateException | KafkaException e) {
      throw new StackException(
          "the topics are not all there: " + reason(e) + ". Run it again after mending that.");
    } catch (TimeoutException e) {
      throw new StackException(
          bootstrapServers + " does not answer within " + TIMEOUT.toSeconds() + " s");
    }
  }

  private static Set<String> names(Admin admin)
      throws ExecutionException, InterruptedException, TimeoutException {
    return admin.listTopics().names().get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
  }

  private Map<String, Object> settings() {
    Map<String, Object> settings = new HashMap<>();
    if (kafkaProperties != null) {
      Properties file = new Properties();
      try (Reader reader = Files.newBufferedReader(kafkaProperties)) {
        file.load(reader);
      } catch (NoSuchFileException e) {
        throw new StackException("there is no file " + kafkaProperties);
      } catch (IOException | IllegalArgumentException e) {
        throw new StackException(kafkaProperties + " is not a properties file");
      }
      file.stringPropertyNames().forEach(name -> settings.put(name, file.getProperty(name)));
    }
    settings.put("bootstrap.servers", bootstrapServers);
    // Closing waits for what was asked, so that must end as soon.
    settings.put("request.timeout.ms", Math.toIntExact(TIMEOUT.toMillis() / 2));
    settings.put("default.api.timeout.ms", Math.toIntExact(TIMEOUT.toMillis()));
    return settings;
  }

  private static String reason(Throwable failure) {
    Throwable at = failure;
    while (at.getCause() != null) {
      at = at.getCause();
    }
    return String.valueOf(at.getMessage()).replaceFirst("\\.$", "");
  }
}
