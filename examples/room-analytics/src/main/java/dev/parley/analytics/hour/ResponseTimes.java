package dev.parley.analytics.hour;

import dev.parley.analytics.hour.RoomHour.Response;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.zip.DataFormatException;
import org.HdrHistogram.Histogram;

/** Response times of any number of rounds; two of them can be added. */
public final class ResponseTimes {
  /** What is slower counts as this slow. */
  public static final long MAX_MILLIS = 600_000;

  // Percentiles are exact up to 2 s and within 0.1 % above.
  private static final int SIGNIFICANT_DIGITS = 3;

  private final Histogram histogram = new Histogram(MAX_MILLIS, SIGNIFICANT_DIGITS);

  /** Adds one. */
  public void add(long millis) {
    histogram.recordValue(Math.min(millis, MAX_MILLIS));
  }

  /**
   * Adds all of a published histogram.
   *
   * @throws IllegalArgumentException when the text is not one
   */
  public void addAll(String encoded) {
    try {
      histogram.add(
          Histogram.decodeFromCompressedByteBuffer(
              ByteBuffer.wrap(Base64.getDecoder().decode(encoded)), MAX_MILLIS));
    } catch (DataFormatException e) {
      throw new IllegalArgumentException("not a compressed HdrHistogram", e);
    }
  }

  /** Count, percentiles and the histogram itself. */
  public Response summary() {
    long measured = histogram.getTotalCount();
    if (measured == 0) {
      return new Response(0, null, null, null, null, null);
    }
    ByteBuffer bytes = ByteBuffer.allocate(histogram.getNeededByteBufferCapacity());
    int length = histogram.encodeIntoCompressedByteBuffer(bytes);
    return new Response(
        measured,
        histogram.getValueAtPercentile(50),
        histogram.getValueAtPercentile(95),
        histogram.getValueAtPercentile(99),
        histogram.getMaxValue(),
        Base64.getEncoder().encodeToString(Arrays.copyOf(bytes.array(), length)));
  }
}
