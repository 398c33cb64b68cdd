package dev.parley.stack.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.stack.Console;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class FindingsTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final Console console =
      Console.plain(new PrintStream(bytes, true, StandardCharsets.UTF_8));

  @Test
  void oneMissingFactFailsTheDemoAndIsNamed() {
    // Given
    Findings findings = new Findings();
    findings.exactly(1, "alice joined", 1);
    findings.exactly(1, "agent stopped", 0);

    // When
    boolean holds = findings.print(console);

    // Then
    assertThat(holds).isFalse();
    assertThat(bytes.toString(StandardCharsets.UTF_8))
        .contains("✓ alice joined: 1")
        .contains("✗ agent stopped: 0, expected 1")
        .contains("1 of 2 expectations do not hold.");
  }

  @Test
  void allFactsLetTheDemoPass() {
    Findings findings = new Findings();
    findings.exactly(1, "alice joined", 1);
    findings.atLeast(1, "interruption", 2);
    assertThat(findings.print(console)).isTrue();
  }
}
