package dev.parley.stack.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.parley.stack.Console;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
  private static final Report REPORT =
      new Report(
          "sample",
          List.of(
              new Figure("acknowledged events per second", 1500, "1/s", 3000.0),
              Figure.of("events lost", 0, "events")));

  @TempDir private Path temp;

  @Test
  void theFileHasTheFiveFieldsOfEveryFigure() throws Exception {
    // When
    Path file = REPORT.write(temp);

    // Then
    assertThat(file.getFileName()).hasToString("sample.json");
    assertThat(new ObjectMapper().readTree(file.toFile()))
        .isEqualTo(
            new ObjectMapper()
                .readTree(
                    "[{\"figure\":\"acknowledged events per second\",\"value\":1500.0,"
                        + "\"unit\":\"1/s\",\"baseline\":3000.0,\"ratio\":0.5},"
                        + "{\"figure\":\"events lost\",\"value\":0.0,\"unit\":\"events\","
                        + "\"baseline\":null,\"ratio\":null}]"));
  }

  @Test
  void theFileSaysWhatAFigureMustBe() throws Exception {
    // When
    Path file =
        new Report("sample", List.of(Figure.mustBe(0, "facts doubled", 2, "facts"))).write(temp);

    // Then
    assertThat(new ObjectMapper().readTree(file.toFile()))
        .isEqualTo(
            new ObjectMapper()
                .readTree(
                    "[{\"figure\":\"facts doubled\",\"value\":2.0,\"unit\":\"facts\","
                        + "\"baseline\":null,\"expected\":0.0,\"ratio\":null}]"));
  }

  @Test
  void figuresWithAnotherValueThanTheyMustHaveAreWrong() {
    // Given
    Figure right = Figure.mustBe(0, "events lost", 0, "events");
    Figure wrong = Figure.mustBe(0, "facts doubled", 2, "facts");
    Report report = new Report("sample", List.of(right, wrong, Figure.count("kills", 4, "kills")));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    // When
    report.print(Console.plain(new PrintStream(bytes, true, StandardCharsets.UTF_8)));

    // Then
    assertThat(report.wrong()).containsExactly(wrong);
    assertThat(bytes.toString(StandardCharsets.UTF_8).lines())
        .containsExactly(
            "figure         value  unit    baseline  ratio    must be",
            "events lost        0  events                           0",
            "facts doubled      2  facts                    0 (wrong)",
            "kills              4  kills");
  }

  @Test
  void theTableLinesUp() {
    // Given
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    // When
    REPORT.print(Console.plain(new PrintStream(bytes, true, StandardCharsets.UTF_8)));

    // Then
    assertThat(bytes.toString(StandardCharsets.UTF_8).lines())
        .containsExactly(
            "figure                          value  unit    baseline  ratio",
            "acknowledged events per second  1,500  1/s        3,000  0.500",
            "events lost                         0  events");
  }
}
