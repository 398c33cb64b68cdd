package dev.parley.token.support;

import dev.parley.kafka.EmbeddedKafka;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A broker that comes up and goes down when a test says so, and keeps what it was given. */
public final class LateKafka implements QuarkusTestResourceLifecycleManager {
  private int port;
  private @Nullable Path data;
  private @Nullable EmbeddedKafka broker;

  @Override
  public Map<String, String> start() {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Map.of(
        "kafka.bootstrap.servers",
        "localhost:" + port,
        "parley.kafka.delivery-timeout",
        "2s",
        "quarkus.log.category.\"org.apache.kafka\".level",
        "ERROR");
  }

  /** Starts the broker where the service looks for it. */
  public String comeUp() {
    try {
      if (data == null) {
        data = Files.createTempDirectory("parley-late-kafka");
      }
      EmbeddedKafka started = EmbeddedKafka.start(data, port);
      broker = started;
      return started.bootstrapServers();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Stops the broker. */
  public void goDown() {
    if (broker != null) {
      broker.close();
      broker = null;
    }
  }

  @Override
  public void inject(TestInjector injector) {
    injector.injectIntoFields(this, new TestInjector.MatchesType(LateKafka.class));
  }

  @Override
  public void stop() {
    goDown();
  }
}
