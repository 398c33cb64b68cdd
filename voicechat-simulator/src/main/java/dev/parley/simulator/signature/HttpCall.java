package dev.parley.simulator.signature;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** One HTTP request exactly as it came over the wire, with nothing decoded. */
public final class HttpCall {

  private final String method;
  private final String path;
  private final String rawQuery;
  private final Map<String, List<String>> headers;
  private final byte[] body;

  /**
   * Keeps a request.
   *
   * @param rawQuery without the question mark, still percent-encoded
   * @param headers names in any case
   */
  public HttpCall(
      String method, String path, String rawQuery, Map<String, List<String>> headers, byte[] body) {
    this.method = method;
    this.path = path;
    this.rawQuery = rawQuery;
    this.body = body.clone();
    Map<String, List<String>> byName = new TreeMap<>();
    headers.forEach(
        (name, values) -> byName.put(name.toLowerCase(Locale.ROOT), List.copyOf(values)));
    this.headers = byName;
  }

  /** The HTTP method, upper case. */
  public String method() {
    return method;
  }

  /** The path as sent. */
  public String path() {
    return path;
  }

  /** The query as sent. */
  public String rawQuery() {
    return rawQuery;
  }

  /** All values of a header, comma-joined and trimmed; empty when it did not come. */
  public String header(String lowerCaseName) {
    List<String> values = headers.getOrDefault(lowerCaseName, List.of());
    return String.join(",", values.stream().map(String::strip).toList());
  }

  /** Whether the header came at all. */
  public boolean hasHeader(String lowerCaseName) {
    return headers.containsKey(lowerCaseName);
  }

  /** The body's bytes. */
  public byte[] body() {
    return body.clone();
  }
}
