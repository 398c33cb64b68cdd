package dev.parley.stack.process;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * One process of the stack.
 *
 * @param name as people call it
 * @param arguments of the JVM: options, what to run, its arguments
 * @param settings written to the service's own settings file; empty when it takes none
 * @param port where it listens on localhost
 * @param readiness asks the process whether it is ready
 */
public record ServiceSpec(
    String name,
    List<String> arguments,
    Map<String, String> settings,
    int port,
    Readiness readiness) {

  public ServiceSpec {
    arguments = List.copyOf(arguments);
    settings = Map.copyOf(settings);
  }

  /** A packaged Quarkus service. */
  static ServiceSpec quarkus(
      StackFolder folder, Heap heap, String name, int port, Map<String, String> settings) {
    return quarkus(folder, heap, name, name, port, settings);
  }

  /** One of several processes of a packaged Quarkus service. */
  static ServiceSpec quarkus(
      StackFolder folder,
      Heap heap,
      String service,
      String name,
      int port,
      Map<String, String> settings) {
    Path jar = folder.root().resolve(service).resolve("target/quarkus-app/quarkus-run.jar");
    Map<String, String> all = new TreeMap<>(settings);
    all.put("quarkus.http.port", Integer.toString(port));
    // The secrets of the local stack are known to everybody: nobody else's machine may knock.
    all.put("quarkus.http.host", "localhost");
    return new ServiceSpec(
        name,
        with(
            heap.of(service),
            "-Dquarkus.config.locations=" + folder.config().resolve(name + ".properties").toUri(),
            "-jar",
            jar.toString()),
        all,
        port,
        new Readiness.Http(URI.create("http://localhost:" + port + "/q/health/ready")));
  }

  /** The broker. */
  static ServiceSpec kafka(StackFolder folder, Heap heap, int port) {
    Path jar = folder.root().resolve("local-stack/target/local-stack.jar");
    return new ServiceSpec(
        "kafka",
        with(
            heap.broker(),
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
            "-cp",
            jar.toString(),
            "dev.parley.stack.kafka.KafkaMain",
            folder.data().resolve("kafka").toString(),
            Integer.toString(port)),
        Map.of(),
        port,
        new Readiness.Kafka("localhost:" + port));
  }

  private static List<String> with(List<String> options, String... more) {
    return Stream.concat(options.stream(), Stream.of(more)).toList();
  }
}
