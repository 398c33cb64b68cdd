package dev.parley.agent.http;

import jakarta.ws.rs.core.HttpHeaders;
import java.util.Locale;
import java.util.Locale.LanguageRange;

/** In which language a caller wants to be told what to do. */
final class Languages {
  private Languages() {}

  static Locale of(HttpHeaders headers) {
    String accepted = headers.getHeaderString(HttpHeaders.ACCEPT_LANGUAGE);
    return accepted == null ? Locale.ENGLISH : of(accepted);
  }

  /** The most wanted of an Accept-Language; English where that cannot be read. */
  static Locale of(String accepted) {
    try {
      return LanguageRange.parse(accepted).stream()
          .filter(range -> range.getWeight() > 0 && !range.getRange().startsWith("*"))
          .findFirst()
          .map(range -> Locale.forLanguageTag(range.getRange()))
          .orElse(Locale.ENGLISH);
    } catch (IllegalArgumentException e) {
      return Locale.ENGLISH;
    }
  }
}
