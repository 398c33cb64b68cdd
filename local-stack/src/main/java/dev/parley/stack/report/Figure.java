package dev.parley.stack.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * One measured figure.
 *
 * @param figure what was measured, in words
 * @param unit of value and baseline
 * @param baseline what was measured beside it in the same run, where there is something to compare
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record Figure(String figure, double value, String unit, @Nullable Double baseline) {

  /** A figure that stands alone. */
  public static Figure of(String figure, double value, String unit) {
    return new Figure(figure, value, unit, null);
  }

  /** A count that stands alone. */
  public static Figure count(String figure, long value, String unit) {
    return new Figure(figure, (double) value, unit, null);
  }

  /** The value over the baseline; null without one. */
  @JsonProperty
  public @Nullable Double ratio() {
    return baseline == null || baseline == 0 ? null : value / baseline;
  }
}
