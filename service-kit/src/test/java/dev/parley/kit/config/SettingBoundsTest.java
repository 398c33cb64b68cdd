package dev.parley.kit.config;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.runtime.configuration.ConfigurationException;
import java.time.Duration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class SettingBoundsTest {
  private final SettingBounds bounds = new SettingBounds("parley.x.");

  // Quarkus prints the message of this exception, and nothing else, when a start ends with it.
  private static void assertEnds(ThrowingCallable check, String sentence) {
    assertThatThrownBy(check).isInstanceOf(ConfigurationException.class).hasMessage(sentence);
  }

  @Test
  void whatIsWithinItsBoundsIsTaken() {
    assertThatCode(
            () -> {
              bounds.least("a", 1, 1);
              bounds.most("a", 512, 512);
              bounds.positive("a", Duration.ofMillis(1));
              bounds.notNegative("a", Duration.ZERO);
            })
        .doesNotThrowAnyException();
  }

  @Test
  void whatIsNotEndsTheStartWithItsName() {
    assertEnds(() -> bounds.least("a", 0, 1), "parley.x.a must be at least 1, is 0");
    assertEnds(() -> bounds.most("a", 513, 512), "parley.x.a must be at most 512, is 513");
    assertEnds(
        () -> bounds.positive("a", Duration.ofNanos(999_999)),
        "parley.x.a must be at least 1 ms, is PT0.000999999S");
    assertEnds(
        () -> bounds.notNegative("a", Duration.ofSeconds(-1)),
        "parley.x.a must not be negative, is PT-1S");
  }
}
