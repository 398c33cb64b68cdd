package dev.parley.token.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** Fetches key sets of identity providers. */
public final class HttpJwks {
  private static final int MAX_ANSWER = 256 * 1024;

  private final BoundedClient client;

  public HttpJwks(BoundedClient client) {
    this.client = client;
  }

  /** The document; fails within the timeout when there is none. */
  public CompletionStage<String> fetch(URI url, Duration timeout) {
    RequestOptions request =
        new RequestOptions()
            .setMethod(HttpMethod.GET)
            .setAbsoluteURI(url.toString())
            .putHeader("Accept", "application/json, application/jwk-set+json");
    return client
        .send(request, Buffer.buffer(), timeout, MAX_ANSWER)
        .thenApply(
            answer -> {
              if (answer.status() != 200) {
                throw new IllegalStateException("answered " + answer.status());
              }
              return answer.text();
            });
  }
}
