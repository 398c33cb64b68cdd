package dev.parley.token.http;

import io.vertx.mutiny.ext.web.client.WebClient;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** Fetches key sets of identity providers. */
public final class HttpJwks {
  private static final int MAX_ANSWER = 256 * 1024;

  private final WebClient client;

  public HttpJwks(WebClient client) {
    this.client = client;
  }

  /** The document; fails within the timeout when there is none. */
  public CompletionStage<String> fetch(URI url, Duration timeout) {
    BoundedAnswer answer = new BoundedAnswer(MAX_ANSWER);
    return answer
        .sent(
            client
                .getAbs(url.toString())
                .as(answer.codec())
                .putHeader("Accept", "application/json, application/jwk-set+json")
                .timeout(timeout.toMillis())
                .send(),
            timeout)
        .map(
            response -> {
              if (response.statusCode() != 200) {
                throw new IllegalStateException("answered " + response.statusCode());
              }
              return answer.text();
            })
        .subscribeAsCompletionStage();
  }
}
