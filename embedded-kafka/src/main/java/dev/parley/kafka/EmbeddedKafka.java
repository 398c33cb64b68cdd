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
import org.jspecify.annotations.Nullable;

/**
 * One Kafka broker and controller in this JVM, from Kafka's own artifacts, with Parley's topics.
 * Its data survives in the folder that it was given; the cluster id is kept beside the logs.
 */
public final class EmbeddedKafka implements AutoCloseable {
  private static final Duration TOPICS_TIMEOUT = Duration.ofSeconds(30);
  static final String HOST = "localhost";

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
    EmbeddedKafka started =
        start(data, 0, new KafkaNodes(List.of(new KafkaNodes.Node(port, freePort())), null));
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", started.bootstrapServers()))) {
      TopicAdmin.createMissing(admin, 1, TOPICS_TIMEOUT);
    } catch (RuntimeException e) {
      started.close();
      throw e;
    }
    return started;
  }

  /**
   * Starts one broker and controller of several and creates no topics.
   *
   * @param data where its logs live; created when missing
   * @param id its place among the nodes
   */
  public static EmbeddedKafka start(Path data, int id, KafkaNodes nodes) {
    format(data, id, nodes.clusterId());
    KafkaRaftServer server =
        new KafkaRaftServer(new KafkaConfig(properties(data, id, nodes), false), Time.SYSTEM);
    server.startup();
    return new EmbeddedKafka(server, nodes.bootstrapServers());
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

  private static Map<String, Object> properties(Path data, int id, KafkaNodes nodes) {
    KafkaNodes.Node node = nodes.nodes().get(id);
    String replicas = Integer.toString(Math.min(3, nodes.nodes().size()));
    String inSync = nodes.nodes().size() >= 3 ? "2" : "1";
    Map<String, Object> properties = new HashMap<>();
    properties.put("process.roles", "broker,controller");
    properties.put("node.id", Integer.toString(id));
    properties.put(
        "listeners",
        "PLAINTEXT://"
            + HOST
            + ":"
            + node.port()
            + ",CONTROLLER://"
            + HOST
            + ":"
            + node.controllerPort());
    properties.put("advertised.listeners", "PLAINTEXT://" + HOST + ":" + node.port());
    properties.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
    properties.put("controller.listener.names", "CONTROLLER");
    properties.put("controller.quorum.voters", nodes.voters());
    properties.put("default.replication.factor", replicas);
    properties.put("min.insync.replicas", inSync);
    properties.put("log.dirs", data.resolve("logs").toString());
    properties.put("auto.create.topics.enable", "false");
    properties.put("offsets.topic.num.partitions", "4");
    properties.put("offsets.topic.replication.factor", replicas);
    properties.put("transaction.state.log.num.partitions", "4");
    properties.put("transaction.state.log.replication.factor", replicas);
    properties.put("transaction.state.log.min.isr", inSync);
    properties.put("share.coordinator.state.topic.num.partitions", "1");
    properties.put("share.coordinator.state.topic.replication.factor", replicas);
    properties.put("share.coordinator.state.topic.min.isr", inSync);
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

  private static void format(Path data, int id, @Nullable String clusterId) {
    Path logs = data.resolve("logs");
    try {
      Files.createDirectories(logs);
      Formatter formatter =
          new Formatter()
              .setNodeId(id)
              .setClusterId(clusterId == null ? clusterId(data) : clusterId)
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

  /** A port on which nobody listens now, for what has to be told its port beforehand. */
  public static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException("no free port", e);
    }
  }
}
