package dev.parley.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.parley.stack.report.Figure;
import dev.parley.stack.report.Report;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SerdeBenchTest {
  private static final Map<String, Map<String, Double>> NANOS =
      Map.of(
          "one.v1", nanos(100, 200),
          "two.v1", nanos(100, 100),
          "three.v1", nanos(100, 50));

  private static Map<String, Double> nanos(double baseline, double measured) {
    return Map.of(
        "encode", measured,
        "equalEncode", baseline,
        "plainEncode", baseline,
        "decode", baseline,
        "equalDecode", baseline,
        "plainDecode", baseline);
  }

  @Test
  void theMeanTheWorstAndHowManyAreBeyondTheTargetStandLast() {
    // When
    List<Figure> figures = SerdeBench.figures(NANOS);

    // Then: the geometric mean of 2, 1 and 1/2 is 1
    List<Figure> last = figures.subList(figures.size() - 6, figures.size());
    assertThat(last)
        .extracting(Figure::figure)
        .containsExactly(
            "TARGET encode, mean of the types",
            "TARGET encode, worst: one.v1",
            "TARGET encode, types at or beyond 1.5 of 3",
            "TARGET decode, mean of the types",
            last.get(4).figure(),
            "TARGET decode, types at or beyond 1.5 of 3");
    assertThat(last.get(0).value()).isCloseTo(1.0, within(1e-9));
    assertThat(last.get(1).value()).isEqualTo(2.0);
    assertThat(last.get(1).baseline()).isEqualTo(1.5);
    assertThat(last.get(2).value()).isEqualTo(1.0);
    assertThat(last.get(4).value()).isEqualTo(1.0);
    assertThat(last.get(5).value()).isZero();
  }

  @Test
  void aTargetThatIsMissedIsShownAndFailsNoRun() {
    // When
    Report report = new Report("serde", SerdeBench.figures(NANOS));

    // Then
    assertThat(report.wrong()).isEmpty();
  }
}
