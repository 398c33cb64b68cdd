package dev.parley.agent.http;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Takes connections and says nothing: of what is on Kafka nothing can be read. */
public final class SilentKafka implements QuarkusTestResourceLifecycleManager {
  private @Nullable ServerSocket socket;

  @Override
  public Map<String, String> start() {
    try {
      ServerSocket bound = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
      socket = bound;
      return Map.of(
          "kafka.bootstrap.servers",
          bound.getInetAddress().getHostAddress() + ":" + bound.getLocalPort());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void stop() {
    if (socket != null) {
      try {
        socket.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
