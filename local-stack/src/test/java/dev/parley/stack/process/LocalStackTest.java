package dev.parley.stack.process;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.stack.Console;
import dev.parley.stack.StackException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
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

  private StackFolder folder() {
    return new StackFolder(temp);
  }

  private static ServerSocket listenOn(int port) throws IOException {
    return new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
  }
}
