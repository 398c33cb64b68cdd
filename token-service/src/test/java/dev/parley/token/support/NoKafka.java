package dev.parley.token.support;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;

/** Points the service at a port on which no broker is. */
public final class NoKafka implements QuarkusTestResourceLifecycleManager {
  @Override
  public Map<String, String> start() {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return Map.of(
          "kafka.bootstrap.servers",
          "localhost:" + free.getLocalPort(),
          "parley.kafka.delivery-timeout",
          "1s",
          "quarkus.log.category.\"org.apache.kafka\".level",
          "ERROR");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void stop() {}
}
