package dev.parley.simulator.http;

import dev.parley.simulator.SimulatorLoop;
import dev.parley.simulator.callback.Transport;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.client.HttpRequest;
import io.vertx.ext.web.client.WebClient;
import io.vertx.ext.web.client.WebClientOptions;
import io.vertx.ext.web.codec.BodyCodec;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.net.URI;
import java.time.Duration;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** Posts callbacks with the Vert.x web client. Redirects are not followed. */
@Singleton
public class VertxTransport implements Transport {

  private final SimulatorLoop loop;
  private final WebClient client;

  VertxTransport(Vertx vertx, SimulatorLoop loop) {
    this.loop = loop;
    this.client =
        WebClient.create(
            vertx,
            new WebClientOptions()
                .setFollowRedirects(false)
                .setUserAgent("parley-voicechat-simulator")
                .setMaxPoolSize(64)
                .setConnectTimeout(2_000));
  }

  @Override
  public void post(
      URI url, @Nullable String contentType, String body, Duration timeout, IntConsumer status) {
    HttpRequest<Void> request =
        client
            .requestAbs(HttpMethod.POST, url.toString())
            .timeout(timeout.toMillis())
            .as(BodyCodec.none());
    if (contentType != null) {
      request.putHeader("Content-Type", contentType);
    }
    request
        .sendBuffer(Buffer.buffer(body))
        .onComplete(
            answer -> {
              int code = answer.succeeded() ? answer.result().statusCode() : NO_ANSWER;
              loop.execute(() -> status.accept(code));
            });
  }

  @PreDestroy
  void close() {
    client.close();
  }
}
