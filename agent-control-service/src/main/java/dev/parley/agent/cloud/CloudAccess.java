package dev.parley.agent.cloud;

import dev.parley.agent.signing.Credentials;
import java.net.URI;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Where and as whom an application's calls are made.
 *
 * @param baseUrl scheme, host and port; the path is always {@code /}
 * @param version the OpenAPI's Version; an application belongs to exactly one
 * @param credentials read for every call: temporary ones are renewed while the service runs; empty
 *     while there are none
 */
public record CloudAccess(
    URI baseUrl, String region, String version, Supplier<Optional<Credentials>> credentials) {

  /** The newer product, with its own kind of AppId. */
  public static final String VERSION_2025 = "2025-06-01";

  public CloudAccess {
    String scheme = baseUrl.getScheme();
    if (baseUrl.getHost() == null || !("http".equals(scheme) || "https".equals(scheme))) {
      throw new IllegalArgumentException("baseUrl must be http(s)://host[:port]");
    }
  }

  /** The Host header: the port stands there only when it is not the scheme's own. */
  String hostHeader() {
    int port = baseUrl.getPort();
    boolean usual =
        port < 0
            || (port == 443 && "https".equals(baseUrl.getScheme()))
            || (port == 80 && "http".equals(baseUrl.getScheme()));
    return usual ? baseUrl.getHost() : baseUrl.getHost() + ":" + port;
  }

  boolean tls() {
    return "https".equals(baseUrl.getScheme());
  }

  int port() {
    return baseUrl.getPort() >= 0 ? baseUrl.getPort() : tls() ? 443 : 80;
  }
}
