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
  void theFileHasEveryFieldOfEveryFigure() throws Exception {
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
