package dev.parley.bench;

import dev.parley.stack.client.Api;
import dev.parley.stack.process.Ports;
import java.net.URI;
import java.util.Map;

/** Session JWTs of the local stack. */
final class Sessions {
  private Sessions() {}

  /** A session that may do everything. */
  static String operator(Ports ports) {
    String bearer =
        Api.text(
            URI.create("http://localhost:" + ports.issuer() + "/token?user=bench&role=operator"));
    return Api.call(
            "POST",
            URI.create("http://localhost:" + ports.tokenService() + "/v1/sessions"),
            bearer,
            Api.object(),
            Map.of())
        .body()
        .path("token")
        .asText();
  }
}
