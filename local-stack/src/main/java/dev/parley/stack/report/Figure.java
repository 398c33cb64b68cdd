package dev.parley.stack.report;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * One measured figure.
 *
 * @param figure what was measured, in words
 * @param unit of value and baseline
 * @param baseline what was measured beside it in the same run, where there is something to compare
 * @param expected the only value that is right, where there is such a one; not written where there
 *     is none
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record Figure(
    String figure,
    double value,
    String unit,
    @Nullable Double baseline,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Double expected) {

  /** A figure that is compared with its baseline, or stands alone. */
  public Figure(String figure, double value, String unit, @Nullable Double baseline) {
    this(figure, value, unit, baseline, null);
  }

  /** A figure that stands alone. */
  public static Figure of(String figure, double value, String unit) {
    return new Figure(figure, value, unit, null);
  }

  /** A count that stands alone. */
  public static Figure count(String figure, long value, String unit) {
    return new Figure(figure, (double) value, unit, null);
  }

  /** A count of which only one value is right. */
  public static Figure mustBe(long expected, String figure, long value, String unit) {
    return new Figure(figure, (double) value, unit, null, (double) expected);
  }

  /** False when there is a value that it must have, and it has another one. */
  @JsonIgnore
  public boolean asExpected() {
    return expected == null || expected == value;
  }

  /** The value over the baseline; null without one. */
  @JsonProperty
  public @Nullable Double ratio() {
    return baseline == null || baseline == 0 ? null : value / baseline;
  }
}
