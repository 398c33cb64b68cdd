package dev.parley.kit.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class SecretTest {
  @Test
  void doesNotPrintItself() {
    assertThat(Secret.of("hunter2")).hasToString("****");
    assertThat("key=" + Secret.of("hunter2")).isEqualTo("key=****");
  }

  @Test
  void matchesOnlyTheSameText() {
    assertThat(Secret.of("a").matches("a")).isTrue();
    assertThat(Secret.of("a").matches("b")).isFalse();
    assertThat(Secret.of("a").matches("")).isFalse();
  }

  @Test
  void aBlankSecretIsRefused() {
    assertThatThrownBy(() -> Secret.of(" ")).hasMessage("a secret must not be blank");
  }
}
