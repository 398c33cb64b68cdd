package dev.parley.kit.trace;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;

/**
 * The {@code traceparent} of a caller, to be carried to the events that its call causes. Parley
 * makes no spans of its own: what it carries names the caller's. Source: W3C Trace Context, version
 * 00, sections 3.2 and 4.
 */
public final class TraceParent {
  private static final CharSequence HEADER = HttpHeaders.createOptimized("traceparent");

  private static final int TRACE_ID = 3;
  private static final int PARENT_ID = 36;
  private static final int FLAGS = 53;
  private static final int LENGTH = 55;

  private TraceParent() {}

  /** What the request carries; null when it carries none that could be used. */
  public static @Nullable String of(HttpServerRequest request) {
    return checked(request.getHeader(HEADER));
  }

  /**
   * A header's value as version 00 writes it. One of a later version is read as far as version 00
   * goes; whatever else it is, it is as if it were not there.
   */
  public static @Nullable String checked(@Nullable String header) {
    if (header == null
        || header.length() < LENGTH
        || !hex(header, 0, 2)
        || !id(header, TRACE_ID, PARENT_ID - 1)
        || !id(header, PARENT_ID, FLAGS - 1)
        || !hex(header, FLAGS, LENGTH)
        || header.charAt(TRACE_ID - 1) != '-'
        || header.charAt(PARENT_ID - 1) != '-'
        || header.charAt(FLAGS - 1) != '-') {
      return null;
    }
    if (header.startsWith("00")) {
      return header.length() == LENGTH ? header : null;
    }
    if (header.startsWith("ff") || (header.length() > LENGTH && header.charAt(LENGTH) != '-')) {
      return null;
    }
    // Of a later version's flags only the lowest bit is known to mean the same.
    boolean sampled = Character.digit(header.charAt(LENGTH - 1), 16) % 2 == 1;
    return "00" + header.substring(2, FLAGS) + (sampled ? "01" : "00");
  }

  private static boolean id(String text, int from, int to) {
    if (!hex(text, from, to)) {
      return false;
    }
    for (int i = from; i < to; i++) {
      if (text.charAt(i) != '0') {
        return true;
      }
    }
    return false;
  }

  private static boolean hex(String text, int from, int to) {
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
        return false;
      }
    }
    return true;
  }
}
