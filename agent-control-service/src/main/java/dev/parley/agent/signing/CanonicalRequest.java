package dev.parley.agent.signing;

import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What of a request is signed: method, path, query, the chosen headers and the hash of the body, in
 * the one form that both sides compute. Source: the vendor's page on the signature method, checked
 * with vectors made by the vendor's own SDKs.
 *
 * @param query the canonical query, see {@link #of}
 * @param headers lower-case names and trimmed values; their order is the order of the names
 * @param bodySha256 lower-case hex
 */
public record CanonicalRequest(
    String method,
    String path,
    String query,
    SortedMap<String, String> headers,
    String bodySha256) {

  public CanonicalRequest {
    if (!path.startsWith("/")) {
      throw new IllegalArgumentException("path must start with /");
    }
    headers = new TreeMap<>(headers);
  }

  /** Encodes and sorts the query, lower-cases and trims the headers. */
  public static CanonicalRequest of(
      String method,
      String path,
      Map<String, String> query,
      Map<String, String> headers,
      String bodySha256) {
    SortedMap<String, String> canonical = new TreeMap<>();
    headers.forEach((name, value) -> canonical.put(name.toLowerCase(Locale.ROOT), value.trim()));
    canonical.computeIfPresent("host", (name, host) -> withoutDefaultPort(host));
    return new CanonicalRequest(method, path, PercentEncoding.query(query), canonical, bodySha256);
  }

  /** The names of the signed headers, joined by semicolons. */
  public String signedHeaders() {
    return String.join(";", headers.keySet());
  }

  /** The text that is hashed into the string to sign. */
  public String text() {
    String headerLines =
        headers.entrySet().stream()
            .map(header -> header.getKey() + ":" + header.getValue() + "\n")
            .collect(Collectors.joining());
    return String.join("\n", method, path, query, headerLines, signedHeaders(), bodySha256);
  }

  private static String withoutDefaultPort(String host) {
    return host.replaceFirst(":(80|443)$", "");
  }
}
