package dev.parley.events.codec;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;

/**
 * UTC times as {@code 2025-06-15T15:06:40.123Z}, without the generality of a formatter: every
 * record carries two of them, and formatting them costs more than writing a small payload.
 */
final class Rfc3339 {
  private static final int LENGTH = 24;
  private static final long DAY_MILLIS = 86_400_000L;
  private static final byte[] FORM = "0000-00-00T00:00:00.000Z".getBytes(StandardCharsets.US_ASCII);

  private Rfc3339() {}

  /** The moment with milliseconds; it must be in the years 0 to 9999. */
  static byte[] bytes(long epochMillis) {
    LocalDate date = LocalDate.ofEpochDay(Math.floorDiv(epochMillis, DAY_MILLIS));
    int millis = (int) Math.floorMod(epochMillis, DAY_MILLIS);
    byte[] text = FORM.clone();
    digits(text, 0, 4, date.getYear());
    digits(text, 5, 2, date.getMonthValue());
    digits(text, 8, 2, date.getDayOfMonth());
    digits(text, 11, 2, millis / 3_600_000);
    digits(text, 14, 2, millis / 60_000 % 60);
    digits(text, 17, 2, millis / 1_000 % 60);
    digits(text, 20, 3, millis % 1_000);
    return text;
  }

  /**
   * Reads any time that {@link Instant#parse} reads.
   *
   * @throws DateTimeException when it is none
   */
  static Instant parse(byte[] text) {
    if (!hasForm(text)) {
      return Instant.parse(new String(text, StandardCharsets.UTF_8));
    }
    LocalDate date = LocalDate.of(number(text, 0, 4), number(text, 5, 2), number(text, 8, 2));
    int hour = number(text, 11, 2);
    int minute = number(text, 14, 2);
    int second = number(text, 17, 2);
    if (hour > 23 || minute > 59 || second > 59) {
      return Instant.parse(new String(text, StandardCharsets.UTF_8));
    }
    long seconds = date.toEpochDay() * 86_400 + hour * 3_600L + minute * 60L + second;
    return Instant.ofEpochSecond(seconds, number(text, 20, 3) * 1_000_000L);
  }

  private static boolean hasForm(byte[] text) {
    if (text.length != LENGTH) {
      return false;
    }
    for (int i = 0; i < LENGTH; i++) {
      boolean fits = FORM[i] == '0' ? text[i] >= '0' && text[i] <= '9' : text[i] == FORM[i];
      if (!fits) {
        return false;
      }
    }
    return true;
  }

  private static void digits(byte[] text, int from, int count, int value) {
    int rest = value;
    for (int i = from + count - 1; i >= from; i--) {
      text[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
  }

  private static int number(byte[] text, int from, int count) {
    int value = 0;
    for (int i = from; i < from + count; i++) {
      value = value * 10 + text[i] - '0';
    }
    return value;
  }
}
