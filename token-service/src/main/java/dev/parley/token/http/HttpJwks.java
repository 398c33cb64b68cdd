package dev.parley.token.http;

import io.vertx.mutiny.ext.web.client.WebClient;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** Fetches key sets of identity providers. */
public final class HttpJwks {
  private final WebClient client;

  public HttpJwks(WebClient client) {
    this.client = client;
  }

  /** The document; fails within the timeout when there is none. */
  public CompletionStage<String> fetch(URI url, Duration timeout) {
    return client
        .getAbs(url.toString())
        .putHeader("Accept", "application/json, application/jwk-set+json")
        .timeout(timeout.toMillis())
        .send()
        .map(
            response -> {
              String body = response.bodyAsString();
              if (response.statusCode() != 200 || body == null) {
                throw new IllegalStateException("answered " + response.statusCode());
              }
              return body;
            })
        .subscribeAsCompletionStage();
  }
}
