package dev.parley.kafka;

import dev.parley.events.codec.TopicAdmin;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;

/**
 * Brokers with Parley's topics, each in a JVM of its own, so that one can be killed as a machine
 * dies and started again on its data.
 */
public final class KafkaCluster implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Path folder;
  private final String classpath;
  private final KafkaNodes nodes;
  private final List<@Nullable Process> processes = new ArrayList<>();

  private KafkaCluster(Path folder, String classpath, KafkaNodes nodes) {
    this.folder = folder;
    this.classpath = classpath;
    this.nodes = nodes;
    nodes.nodes().forEach(node -> processes.add(null));
  }

  /**
   * Starts brokers and creates the topics; from three brokers on with three copies each, of which
   * two must have a record.
   *
   * @param folder for data and logs
   * @param classpath with this module and what it needs
   */
  public static KafkaCluster start(Path folder, int brokers, String classpath) {
    KafkaCluster cluster = new KafkaCluster(folder, classpath, KafkaNodes.onFreePorts(brokers));
    try {
      for (int id = 0; id < brokers; id++) {
        cluster.start(id);
      }
      try (Admin admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrapServers()))) {
        cluster.createTopics(admin, Math.min(3, brokers));
      }
      return cluster;
    } catch (RuntimeException e) {
      cluster.close();
      throw e;
    }
  }

  // Brokers register one after the other: topics with three copies are refused before.
  private void createTopics(Admin admin, int replicas) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        TopicAdmin.createMissing(admin, replicas, Duration.ofSeconds(20));
        return;
      } catch (IllegalStateException e) {
        if (System.nanoTime() > deadline) {
          throw e;
        }
      }
    }
  }

  /** What a client needs as {@code bootstrap.servers}. */
  public String bootstrapServers() {
    return nodes.bootstrapServers();
  }

  /** Starts a broker on the data that it has; does not wait until it is ready. */
  public void start(int id) {
    Path data = folder.resolve("node-" + id);
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx384m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                classpath,
                KafkaNodeMain.class.getName(),
                data.toString(),
                Integer.toString(id)));
    command.addAll(nodes.arguments());
    try {
      Files.createDirectories(data);
      processes.set(
          id,
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(
                  ProcessBuilder.Redirect.appendTo(folder.resolve("node-" + id + ".log").toFile()))
              .start());
    } catch (IOException e) {
      throw new UncheckedIOException("broker " + id + " cannot be started", e);
    }
  }

  /** Kills a broker as {@code kill -9} does, and waits until it is gone. */
  public void kill(int id) {
    Process process = processes.get(id);
    if (process != null) {
      process.destroyForcibly().onExit().join();
    }
  }

  @Override
  public void close() {
    for (int id = 0; id < processes.size(); id++) {
      kill(id);
    }
  }
}
