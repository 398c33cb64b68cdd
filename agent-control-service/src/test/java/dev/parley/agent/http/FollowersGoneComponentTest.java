package dev.parley.agent.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.agent.kafka.LogCapture;
import dev.parley.kafka.KafkaTestResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Whoever followed a task and is gone, amid its events, is no error. */
@QuarkusTest
@TestProfile(FollowersGoneComponentTest.WithLogFile.class)
@WithTestResource(KafkaTestResource.class)
@WithTestResource(SessionKeys.class)
class FollowersGoneComponentTest extends AgentApiHarness {
  private static final Path LOG = Path.of("target", "followers-gone", "service.log");
  private static final String TOLD_BY_REST = "org.jboss.resteasy.reactive.server.handlers";

  /** What is filtered out of the log is known only where it is written. */
  public static final class WithLogFile implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of(
          "quarkus.log.file.enabled", "true",
          "quarkus.log.file.path", LOG.toString(),
          "quarkus.log.file.rotation.rotate-on-boot", "true");
    }
  }

  @Test
  void leavesNoErrorInTheLog() throws IOException {
    // Given
    String taskId = started();
    awaitState(taskId, "DISPATCHED");

    try (LogCapture rest = LogCapture.of(TOLD_BY_REST)) {
      await()
          .atMost(PATIENCE)
          .until(
              () -> {
                // When
                List<Socket> followers = new ArrayList<>();
                for (int i = 0; i < 4; i++) {
                  followers.add(follow(taskId));
                }
                appear(taskId);
                for (Socket follower : followers) {
                  kill(follower);
                  appear(taskId);
                }
                return !rest.linesWith("Exception in SSE server handling").isEmpty();
              });
    }

    // Then
    assertThat(Files.readString(LOG)).contains("Installed features").doesNotContain(" ERROR ");
  }

  private static Socket follow(String taskId) throws IOException {
    Socket socket = new Socket("localhost", RestAssured.port);
    socket.setSoTimeout((int) PATIENCE.toMillis());
    socket
        .getOutputStream()
        .write(
            "GET /v1/agents/%s/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n\r\n"
                .formatted(taskId, Tokens.analyst())
                .getBytes(StandardCharsets.US_ASCII));
    readUntil(socket.getInputStream(), "dispatched");
    return socket;
  }

  private static void readUntil(InputStream in, String text) throws IOException {
    StringBuilder read = new StringBuilder();
    while (read.indexOf(text) < 0) {
      int next = in.read();
      assertThat(next).as("more after " + read).isNotNegative();
      read.append((char) next);
    }
  }

  // As the kernel does for a process that is killed with something unread.
  private static void kill(Socket socket) throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }
}
