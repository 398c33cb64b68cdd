package dev.parley.room.outage;

import static org.awaitility.Awaitility.await;

import dev.parley.kafka.EmbeddedKafka;
import dev.parley.room.http.SessionKeys;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** The gateway as it is delivered, in a process of its own. */
final class PackagedGateway implements AutoCloseable {
  static final String WEBHOOK_SECRET = "cb-secret-0123456789";

  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final Process process;
  private final URI base;
  private final Path log;

  private PackagedGateway(Process process, URI base, Path log) {
    this.process = process;
    this.base = base;
    this.log = log;
  }

  static PackagedGateway start(Path folder, String bootstrapServers) throws IOException {
    return start(folder, bootstrapServers, Map.of());
  }

  /** With settings beside or instead of those that every gateway has here. */
  static PackagedGateway start(Path folder, String bootstrapServers, Map<String, String> own)
      throws IOException {
    int port = EmbeddedKafka.freePort();
    Map<String, String> settings = new TreeMap<>(new SessionKeys().start());
    settings.put("kafka.bootstrap.servers", bootstrapServers);
    settings.put("quarkus.http.port", Integer.toString(port));
    settings.put("parley.room.apps.default.app-id", "123456781234567812345678");
    settings.put("parley.room.apps.default.webhook-secret", WEBHOOK_SECRET);
    settings.put("parley.room.push.position-key", "the same for all replicas");
    settings.put("parley.room.reducer.state-directory", folder.resolve("state").toString());
    settings.putAll(own);
    Path log = folder.resolve("gateway.log");
    Path file = folder.resolve("gateway.properties");
    StringBuilder text = new StringBuilder();
    settings.forEach(
        (name, value) ->
            text.append(name)
                .append('=')
                .append(value.replace("\r", "\\r").replace("\n", "\\n"))
                .append('\n'));
    Files.writeString(file, text);
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx320m",
                "-Dquarkus.config.locations=" + file.toUri(),
                "-jar",
                Path.of("target/quarkus-app/quarkus-run.jar").toAbsolutePath().toString()));
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    PackagedGateway gateway =
        new PackagedGateway(process, URI.create("http://localhost:" + port), log);
    await().atMost(Duration.ofMinutes(2)).until(gateway::ready);
    return gateway;
  }

  boolean ready() throws InterruptedException {
    if (!process.isAlive()) {
      throw new IllegalStateException("the gateway has ended: " + tail());
    }
    try {
      return HTTP.send(
                  HttpRequest.newBuilder(base.resolve("/q/health/ready")).build(),
                  HttpResponse.BodyHandlers.discarding())
              .statusCode()
          == 200;
    } catch (IOException e) {
      return false;
    }
  }

  URI base() {
    return base;
  }

  private String tail() {
    try {
      List<String> lines = log();
      return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
    } catch (IOException e) {
      return "its log cannot be read";
    }
  }

  /** What it has logged so far. */
  List<String> log() throws IOException {
    return Files.readAllLines(log);
  }

  /** A metric without labels. */
  double metric(String name) throws IOException, InterruptedException {
    return HTTP.send(
            HttpRequest.newBuilder(base.resolve("/q/metrics")).build(),
            HttpResponse.BodyHandlers.ofLines())
        .body()
        .filter(line -> line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
        .findFirst()
        .orElseThrow();
  }

  /** Tells it to stop, as an orchestrator does (SIGTERM). */
  void terminate() {
    process.destroy();
  }

  /** Waits until it has ended by itself; its exit code. */
  int exitCode() throws InterruptedException {
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      throw new IllegalStateException("the gateway does not end");
    }
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
