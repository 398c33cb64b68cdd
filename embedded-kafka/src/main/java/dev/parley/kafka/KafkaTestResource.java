package dev.parley.kafka;

import dev.parley.events.codec.TopicAdmin;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;
import org.testcontainers.kafka.KafkaContainer;

/**
 * A real broker with Parley's topics for {@code @QuarkusTest}: embedded by default; in a container
 * when the system property {@code parley.test.kafka} is {@code container}, which needs Docker.
 */
public final class KafkaTestResource implements QuarkusTestResourceLifecycleManager {
  private static final String IMAGE = "apache/kafka:4.1.1";

  private @Nullable EmbeddedKafka embedded;
  private @Nullable KafkaContainer container;
  private @Nullable Path data;

  @Override
  public Map<String, String> start() {
    return Map.of(
        "kafka.bootstrap.servers",
        "container".equals(System.getProperty("parley.test.kafka"))
            ? startContainer()
            : startEmbedded());
  }

  private String startContainer() {
    KafkaContainer started = new KafkaContainer(IMAGE);
    started.start();
    container = started;
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", started.getBootstrapServers()))) {
      TopicAdmin.createMissing(admin, 1, Duration.ofSeconds(30));
    }
    return started.getBootstrapServers();
  }

  private String startEmbedded() {
    try {
      Path folder = Files.createTempDirectory("parley-kafka");
      data = folder;
      EmbeddedKafka started = EmbeddedKafka.start(folder);
      embedded = started;
      return started.bootstrapServers();
    } catch (IOException e) {
      throw new UncheckedIOException("no temporary folder for Kafka", e);
    }
  }

  @Override
  public void stop() {
    if (container != null) {
      container.stop();
    }
    if (embedded != null) {
      embedded.close();
    }
    if (data != null) {
      delete(data);
    }
  }

  private static void delete(Path folder) {
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the temporary Kafka folder " + folder + " stays behind", e);
    }
  }
}
