package dev.parley.agent.signing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Comparator;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Percent-encoding as the signature wants it: everything except {@code A-Z a-z 0-9 - _ . ~} as
 * upper-case {@code %XX} of UTF-8, also the space.
 */
final class PercentEncoding {
  private static final String HEX = "0123456789ABCDEF";

  private PercentEncoding() {}

  static String encode(String text) {
    StringBuilder encoded = new StringBuilder(text.length() + 16);
    for (byte b : text.getBytes(UTF_8)) {
      char c = (char) (b & 0xFF);
      if (unreserved(c)) {
        encoded.append(c);
      } else {
        encoded.append('%').append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 0xF));
      }
    }
    return encoded.toString();
  }

  /** {@code key=value} pairs joined by {@code &}, in the order of the encoded keys. */
  static String query(Map<String, String> parameters) {
    return parameters.entrySet().stream()
        .map(parameter -> Map.entry(encode(parameter.getKey()), encode(parameter.getValue())))
        .sorted(Comparator.comparing(Map.Entry::getKey))
        .map(pair -> pair.getKey() + "=" + pair.getValue())
        .collect(Collectors.joining("&"));
  }

  private static boolean unreserved(char c) {
    return (c >= 'A' && c <= 'Z')
        || (c >= 'a' && c <= 'z')
        || (c >= '0' && c <= '9')
        || c == '-'
        || c == '_'
        || c == '.'
        || c == '~';
  }
}
