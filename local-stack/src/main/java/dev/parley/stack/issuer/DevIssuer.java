package dev.parley.stack.issuer;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Stands in for the operator's identity provider on a developer's machine. It hands a bearer JWT to
 * whoever asks, and therefore listens on the loopback address only.
 */
public final class DevIssuer implements AutoCloseable {
  private final HttpServer server;

  private DevIssuer(HttpServer server) {
    this.server = server;
  }

  /** Where the issuer of a stack answers; also its {@code iss}. */
  public static URI address(int port) {
    return URI.create("http://localhost:" + port);
  }

  /**
   * Starts it.
   *
   * @param port where it listens; 0 for any free one
   * @param keyFile its signing key; made when missing
   */
  public static DevIssuer start(int port, Path keyFile) {
    DevKey key = DevKey.loadOrCreate(keyFile);
    try {
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
      server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
      server.createContext(
          "/.well-known/jwks.json",
          exchange -> answer(exchange, 200, "application/json", key.jwks()));
      server.createContext("/", DevIssuer::signpost);
      server.createContext(
          "/token", exchange -> token(exchange, key, address(server.getAddress().getPort())));
      server.start();
      return new DevIssuer(server);
    } catch (IOException e) {
      throw new UncheckedIOException("the development issuer cannot listen on port " + port, e);
    }
  }

  // Everything that has no context of its own ends here.
  private static void signpost(HttpExchange exchange) throws IOException {
    boolean root = exchange.getRequestURI().getPath().equals("/");
    answer(
        exchange,
        root ? 200 : 404,
        "text/plain",
        """
        Parley's development issuer.
        /token?user=NAME[&role=participant|operator|analyst]  a bearer JWT for token-service
        /.well-known/jwks.json  the key that it verifies with
        """);
  }

  private static void token(HttpExchange exchange, DevKey key, URI issuer) throws IOException {
    Map<String, String> query = query(exchange.getRequestURI().getRawQuery());
    Optional<String> user = Optional.ofNullable(query.get("user"));
    if (user.isEmpty()) {
      answer(exchange, 400, "text/plain", "Ask for /token?user=NAME[&role=ROLE]\n");
      return;
    }
    String role = query.getOrDefault("role", "participant");
    if (!List.of("participant", "operator", "analyst").contains(role)) {
      answer(exchange, 400, "text/plain", "role is participant, operator or analyst\n");
      return;
    }
    answer(exchange, 200, "text/plain", key.bearer(issuer, user.get(), role));
  }

  private static Map<String, String> query(@Nullable String raw) {
    if (raw == null) {
      return Map.of();
    }
    return Arrays.stream(raw.split("&"))
        .map(pair -> pair.split("=", 2))
        .filter(pair -> pair.length == 2 && !pair[1].isEmpty())
        .collect(
            Collectors.toMap(
                pair -> pair[0],
                pair -> URLDecoder.decode(pair[1], StandardCharsets.UTF_8),
                (first, second) -> first));
  }

  private static void answer(HttpExchange exchange, int status, String type, String body)
      throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", type);
    try (exchange) {
      exchange.sendResponseHeaders(status, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  /** Where it listens. */
  public int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
