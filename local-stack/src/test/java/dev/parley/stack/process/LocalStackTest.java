package dev.parley.stack.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.parley.stack.Console;
import dev.parley.stack.StackException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalStackTest {
  private final Console console =
      Console.plain(new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8));

  @TempDir private Path temp;

  @Test
  void aTakenPortAmongTheHighestIsNamedAndOthersAreOffered() throws Exception {
    // Given
    Ports highest = new Ports(64_500).orNextFree();
    try (ServerSocket other = listenOn(highest.simulator())) {

      // When, Then
      assertThatThrownBy(() -> LocalStack.start(folder(), highest, false, console))
          .isInstanceOf(StackException.class)
          .hasMessageMatching(
              "Port "
                  + other.getLocalPort()
                  + " \\(for voicechat-simulator\\) is taken by another program\\."
                  + " Stop it, or choose other ports, for example: --port-base \\d+");
    }
  }

  @Test
  void severalTakenPortsAreAllNamed() throws Exception {
    // Given
    Ports ports = new Ports(20_000).orNextFree();
    try (ServerSocket one = listenOn(ports.tokenService());
        ServerSocket two = listenOn(ports.kafka())) {

      // When, Then
      assertThatThrownBy(() -> LocalStack.start(folder(), ports, false, console))
          .isInstanceOf(StackException.class)
          .hasMessageStartingWith(
              "Ports "
                  + one.getLocalPort()
                  + " (for token-service), "
                  + two.getLocalPort()
                  + " (for kafka) are taken by another program.");
    }
  }

  @Test
  void ofARunningStackThoseAreNamedThatAreNotReady() throws Exception {
    // Given
    Ports ports = new Ports(30_000).orNextFree();
    HttpServer ready = health(ports.roomGateway(), 200);
    HttpServer unready = health(ports.tokenService(), 503);
    try {

      // When
      Map<String, String> notReady = LocalStack.notReady(folder(), ports);

      // Then
      assertThat(notReady)
          .containsOnlyKeys(
              "kafka", "voicechat-simulator", "token-service", "agent-control-service")
          .containsEntry(
              "token-service",
              "token-service does not answer on port "
                  + ports.tokenService()
                  + " that it is ready. Its log: .parley/logs/token-service.log. To have it back:"
                  + " Ctrl-C where the stack runs, then ./parley run.");
    } finally {
      ready.stop(0);
      unready.stop(0);
    }
  }

  private static HttpServer health(int port, int status) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.createContext(
        "/q/health/ready",
        exchange -> {
          exchange.sendResponseHeaders(status, -1);
          exchange.close();
        });
    server.start();
    return server;
  }

  private StackFolder folder() {
    return new StackFolder(temp);
  }

  private static ServerSocket listenOn(int port) throws IOException {
    return new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
  }
}
