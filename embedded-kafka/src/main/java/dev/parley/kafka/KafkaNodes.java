package dev.parley.kafka;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * The brokers of one cluster, all on this machine; each is a controller, too.
 *
 * @param nodes their ports; the place in the list is the node's id
 * @param clusterId the same for all; null to keep one beside the data of a single node
 */
public record KafkaNodes(List<Node> nodes, @Nullable String clusterId) {
  /** Where a node listens on localhost. */
  public record Node(int port, int controllerPort) {}

  public KafkaNodes {
    nodes = List.copyOf(nodes);
    if (nodes.isEmpty() || (nodes.size() > 1 && clusterId == null)) {
      throw new IllegalArgumentException("nodes must not be empty; several need a clusterId");
    }
  }

  /** That many nodes on free ports. */
  public static KafkaNodes onFreePorts(int count) {
    return new KafkaNodes(
        IntStream.range(0, count)
            .mapToObj(i -> new Node(EmbeddedKafka.freePort(), EmbeddedKafka.freePort()))
            .toList(),
        Uuid.randomUuid().toString());
  }

  /** What a client needs as {@code bootstrap.servers}. */
  public String bootstrapServers() {
    return nodes.stream()
        .map(node -> EmbeddedKafka.HOST + ":" + node.port())
        .collect(Collectors.joining(","));
  }

  String voters() {
    return IntStream.range(0, nodes.size())
        .mapToObj(i -> i + "@" + EmbeddedKafka.HOST + ":" + nodes.get(i).controllerPort())
        .collect(Collectors.joining(","));
  }

  /** As arguments of {@link KafkaNodeMain}. */
  List<String> arguments() {
    List<String> arguments = new ArrayList<>(List.of(clusterId == null ? "" : clusterId));
    nodes.forEach(node -> arguments.add(node.port() + ":" + node.controllerPort()));
    return arguments;
  }

  static KafkaNodes parse(List<String> arguments) {
    return new KafkaNodes(
        arguments.subList(1, arguments.size()).stream()
            .map(
                text -> {
                  String[] ports = text.split(":", 2);
                  return new Node(Integer.parseInt(ports[0]), Integer.parseInt(ports[1]));
                })
            .toList(),
        arguments.getFirst());
  }
}
