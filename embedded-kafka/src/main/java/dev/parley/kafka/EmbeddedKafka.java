package dev.parley.kafka;

import dev.parley.events.codec.TopicAdmin;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/**
 * One Kafka broker and controller in this JVM, from Kafka's own artifacts, with Parley's topics.
 * Its data survives in the folder that it was given; the cluster id is kept beside the logs.
 */
public final class EmbeddedKafka implements AutoCloseable {
  private static final Duration TOPICS_TIMEOUT = Duration.ofSeconds(30);
  private static final String HOST = "localhost";

  private final KafkaRaftServer server;
  private final String bootstrapServers;

  private EmbeddedKafka(KafkaRaftServer server, String bootstrapServers) {
    this.server = server;
    this.bootstrapServers = bootstrapServers;
  }

  /**
   * Starts a broker on free ports and creates the topics.
   *
   * @param data where its logs live; created when missing
   */
  public static EmbeddedKafka start(Path data) {
    return start(data, freePort());
  }

  /**
   * Starts a broker on a given port and creates the topics.
   *
   * @param data where its logs live; created when missing
   * @param port where clients connect on localhost
   * @throws IllegalStateException when it cannot start, with the reason
   */
  public static EmbeddedKafka start(Path data, int port) {
    int controllerPort = freePort();
    Map<String, Object> properties = properties(data, port, controllerPort);
    format(data);
    KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(properties, false), Time.SYSTEM);
    server.startup();
    String bootstrapServers = HOST + ":" + port;
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
      TopicAdmin.createMissing(admin, 1, TOPICS_TIMEOUT);
    } catch (RuntimeException e) {
      server.shutdown();
      throw e;
    }
    return new EmbeddedKafka(server, bootstrapServers);
  }

  /** What a client needs as {@code bootstrap.servers}. */
  public String bootstrapServers() {
    return bootstrapServers;
  }

  /** Waits until the broker has shut down. */
  public void awaitShutdown() {
    server.awaitShutdown();
  }

  @Override
  public void close() {
    server.shutdown();
    server.awaitShutdown();
  }

  private static Map<String, Object> properties(Path data, int port, int controllerPort) {
    Map<String, Object> properties = new HashMap<>();
    properties.put("process.roles", "broker,controller");
    properties.put("node.id", "0");
    properties.put(
        "listeners",
        "PLAINTEXT://" + HOST + ":" + port + ",CONTROLLER://" + HOST + ":" + controllerPort);
    properties.put("advertised.listeners", "PLAINTEXT://" + HOST + ":" + port);
    properties.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
    properties.put("controller.listener.names", "CONTROLLER");
    properties.put("controller.quorum.voters", "0@" + HOST + ":" + controllerPort);
    properties.put("log.dirs", data.resolve("logs").toString());
    properties.put("auto.create.topics.enable", "false");
    properties.put("offsets.topic.num.partitions", "4");
    properties.put("offsets.topic.replication.factor", "1");
    properties.put("transaction.state.log.num.partitions", "4");
    properties.put("transaction.state.log.replication.factor", "1");
    properties.put("transaction.state.log.min.isr", "1");
    properties.put("share.coordinator.state.topic.num.partitions", "1");
    properties.put("share.coordinator.state.topic.replication.factor", "1");
    properties.put("share.coordinator.state.topic.min.isr", "1");
    properties.put("group.initial.rebalance.delay.ms", "0");
    properties.put("log.cleaner.dedupe.buffer.size", "2097152");
    properties.put("num.network.threads", "2");
    properties.put("num.io.threads", "2");
    properties.put("log.segment.bytes", Integer.toString(64 * 1024 * 1024));
    // After a hard kill the old registration must time out before the broker is let in again.
    properties.put("broker.session.timeout.ms", "2000");
    properties.put("broker.heartbeat.interval.ms", "500");
    return properties;
  }

  private static void format(Path data) {
    Path logs = data.resolve("logs");
    try {
      Files.createDirectories(logs);
      Formatter formatter =
          new Formatter()
              .setNodeId(0)
              .setClusterId(clusterId(data))
              .setDirectories(List.of(logs.toString()))
              .setMetadataLogDirectory(logs.toString())
              .setControllerListenerName("CONTROLLER")
              .setIgnoreFormatted(true)
              .setReleaseVersion(MetadataVersion.latestProduction());
      formatter.run();
    } catch (IOException e) {
      throw new UncheckedIOException("the Kafka data folder " + data + " cannot be prepared", e);
    } catch (Exception e) {
      throw new IllegalStateException("the Kafka data folder " + data + " cannot be formatted", e);
    }
  }

  private static String clusterId(Path data) throws IOException {
    Path file = data.resolve("cluster.id");
    if (Files.exists(file)) {
      return Files.readString(file).strip();
    }
    String id = Uuid.randomUuid().toString();
    Files.writeString(file, id + System.lineSeparator());
    return id;
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException("no free port", e);
    }
  }
}
