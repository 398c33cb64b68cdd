package dev.parley.agent.http;

import jakarta.ws.rs.core.HttpHeaders;
import java.util.Locale;

/** In which language a caller wants to be told what to do. */
final class Languages {
  private Languages() {}

  static Locale of(HttpHeaders headers) {
    return headers.getAcceptableLanguages().stream()
        .filter(language -> !"*".equals(language.getLanguage()))
        .findFirst()
        .orElse(Locale.ENGLISH);
  }
}
