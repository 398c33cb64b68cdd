package dev.parley.simulator.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.simulator.SimulatorLoop;
import dev.parley.simulator.callback.Transport;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class VertxTransportTest {

  private final Vertx vertx = Vertx.vertx();
  private final SimulatorLoop loop = new SimulatorLoop();
  private final VertxTransport transport = new VertxTransport(vertx, loop);
  private final List<Integer> statuses = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() {
    transport.close();
    loop.close();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  @Test
  void reportsTheStatusAndFollowsNoRedirect() {
    // Given
    int port =
        listen(
            vertx
                .createHttpServer()
                .requestHandler(
                    request ->
                        request.response().setStatusCode(302).putHeader("Location", "/x").end()));
    // When
    post(port, Duration.ofSeconds(5));
    // Then
    await().untilAsserted(() -> assertThat(statuses).containsExactly(302));
  }

  @Test
  void reportsNoAnswerWhenNoneComesInTime() {
    // Given
    int port = listen(vertx.createHttpServer().requestHandler(request -> {}));
    // When
    post(port, Duration.ofMillis(50));
    // Then
    await().untilAsserted(() -> assertThat(statuses).containsExactly(Transport.NO_ANSWER));
  }

  @Test
  void reportsNoAnswerWhenNobodyListens() {
    // Given
    HttpServer server = vertx.createHttpServer().requestHandler(request -> {});
    int port = listen(server);
    server.close().toCompletionStage().toCompletableFuture().join();
    // When
    post(port, Duration.ofSeconds(5));
    // Then
    await().untilAsserted(() -> assertThat(statuses).containsExactly(Transport.NO_ANSWER));
  }

  private void post(int port, Duration timeout) {
    transport.post(
        URI.create("http://localhost:" + port + "/"), null, "{}", timeout, statuses::add);
  }

  private static int listen(HttpServer server) {
    return server.listen(0).toCompletionStage().toCompletableFuture().join().actualPort();
  }
}
