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

/** The gateway as it is delivered, in a process of its own. */
final class PackagedGateway implements AutoCloseable {
  static final String WEBHOOK_SECRET = "cb-secret-0123456789";

  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final Process process;
  private final URI base;

  private PackagedGateway(Process process, URI base) {
    this.process = process;
    this.base = base;
  }

  static PackagedGateway start(Path folder, String bootstrapServers) throws IOException {
    int port = EmbeddedKafka.freePort();
    Map<String, String> settings = new TreeMap<>(new SessionKeys().start());
    settings.put("kafka.bootstrap.servers", bootstrapServers);
    settings.put("quarkus.http.port", Integer.toString(port));
    settings.put("parley.room.apps.default.app-id", "123456781234567812345678");
    settings.put("parley.room.apps.default.webhook-secret", WEBHOOK_SECRET);
    settings.put("parley.room.reducer.state-directory", folder.resolve("state").toString());
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
            .redirectOutput(folder.resolve("gateway.log").toFile())
            .start();
    PackagedGateway gateway = new PackagedGateway(process, URI.create("http://localhost:" + port));
    await().atMost(Duration.ofMinutes(2)).until(gateway::ready);
    return gateway;
  }

  boolean ready() throws InterruptedException {
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

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
