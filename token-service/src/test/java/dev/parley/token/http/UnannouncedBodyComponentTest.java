package dev.parley.token.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.token.support.NoKafka;
import dev.parley.token.support.WorldResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** Bodies in chunks, which say their length only by their end. Spoken by hand over a socket. */
@QuarkusTest
@WithTestResource(WorldResource.class)
@WithTestResource(NoKafka.class)
class UnannouncedBodyComponentTest extends ApiCalls {
  private static final int PATIENCE_MILLIS = 20_000;

  @Test
  void takesABodyInChunks() throws IOException {
    try (Socket socket = connect()) {
      begin(socket, bearer("alice-chunks", "participant"), "");
      chunk(socket, "{\"roomId\":");
      chunk(socket, "\"demo-1\"}");
      end(socket);

      assertThat(answer(socket)).startsWith("HTTP/1.1 201 ").contains("\"roomId\":\"demo-1\"");
    }
  }

  @Test
  void takesABodyOfNothing() throws IOException {
    try (Socket socket = connect()) {
      begin(socket, bearer("alice-empty", "participant"), "");
      end(socket);

      assertThat(answer(socket)).startsWith("HTTP/1.1 201 ").contains("\"userId\":\"alice-empty\"");
    }
  }

  @Test
  void asksForABodyThatWaitsToBeAskedFor() throws IOException {
    try (Socket socket = connect()) {
      begin(socket, bearer("alice-expects", "participant"), "Expect: 100-continue\r\n");

      assertThat(line(socket.getInputStream())).isEqualTo("HTTP/1.1 100 Continue");
      chunk(socket, "{\"roomId\":\"demo-1\"}");
      end(socket);
      assertThat(answer(socket)).contains("HTTP/1.1 201 ");
    }
  }

  @Test
  void saysSoWhenItIsTooLarge() throws IOException {
    try (Socket socket = connect()) {
      begin(socket, bearer("alice-large-chunks", "participant"), "");
      chunk(socket, "{\"roomId\":\"");
      for (int i = 0; i < 70; i++) {
        chunk(socket, "x".repeat(1000));
      }

      assertThat(answer(socket))
          .startsWith("HTTP/1.1 413 ")
          .containsIgnoringCase("connection: close")
          .containsIgnoringCase("content-type: application/problem+json")
          .contains("\"code\":\"body_too_large\"", "larger than 65536 bytes");
    }
  }

  @Test
  void saysSoWhenOneChunkIsTooLarge() throws IOException {
    try (Socket socket = connect()) {
      begin(socket, bearer("alice-large-chunk", "participant"), "");
      chunk(socket, "{\"roomId\":\"" + "x".repeat(70_000) + "\"}");
      end(socket);

      assertThat(answer(socket))
          .startsWith("HTTP/1.1 413 ")
          .contains("\"code\":\"body_too_large\"");
    }
  }

  @Test
  void asksWhoCallsBeforeItReads() throws IOException {
    try (Socket socket = connect()) {
      begin(socket, "not-a-jwt", "");
      chunk(socket, "{");

      assertThat(line(socket.getInputStream())).isEqualTo("HTTP/1.1 401 Unauthorized");
    }
  }

  private static Socket connect() throws IOException {
    Socket socket = new Socket("localhost", RestAssured.port);
    socket.setSoTimeout(PATIENCE_MILLIS);
    return socket;
  }

  private static void begin(Socket socket, String bearer, String header) throws IOException {
    send(
        socket,
        "POST /v1/tokens HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            + ("Authorization: Bearer " + bearer + "\r\nTransfer-Encoding: chunked\r\n")
            + header
            + "\r\n");
  }

  private static void chunk(Socket socket, String text) throws IOException {
    send(socket, Integer.toHexString(text.length()) + "\r\n" + text + "\r\n");
  }

  private static void end(Socket socket) throws IOException {
    send(socket, "0\r\n\r\n");
  }

  private static void send(Socket socket, String text) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write(text.getBytes(US_ASCII));
    out.flush();
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
      line.append((char) c);
    }
    return line.toString().trim();
  }

  private static String answer(Socket socket) throws IOException {
    InputStream in = socket.getInputStream();
    StringBuilder head = new StringBuilder();
    int length = 0;
    for (String line = line(in); !line.isEmpty() || head.isEmpty(); line = line(in)) {
      head.append(line).append('\n');
      if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
        length = Integer.parseInt(line.substring("content-length:".length()).trim());
      }
    }
    return head + new String(in.readNBytes(length), UTF_8);
  }
}
