package dev.parley.stack;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class ParleyTest {
  @ParameterizedTest
  @ValueSource(classes = {Parley.Run.class, Parley.Demo.class})
  void helpSaysWhereThePortsBegin(Class<?> word) {
    assertThat(new CommandLine(word).getUsageMessage())
        .contains("First of the ports, 7480 unless given")
        .doesNotContain("null");
  }
}
