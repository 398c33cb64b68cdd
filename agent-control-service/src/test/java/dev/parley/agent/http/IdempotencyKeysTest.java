package dev.parley.agent.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.agent.http.IdempotencyKeys.Seen;
import org.junit.jupiter.api.Test;

class IdempotencyKeysTest {
  private final IdempotencyKeys keys = new IdempotencyKeys();

  @Test
  void aKeyIsNewOnce() {
    // When / Then
    assertThat(keys.begin("k", "body")).isEqualTo(Seen.NEW);
    assertThat(keys.begin("k", "body")).isEqualTo(Seen.IN_PROGRESS);
    keys.done("k");
    assertThat(keys.begin("k", "body")).isEqualTo(Seen.DONE);
  }

  @Test
  void anotherBodyIsNoticedBeforeAndAfter() {
    // Given
    keys.begin("k", "body");

    // When / Then
    assertThat(keys.begin("k", "other")).isEqualTo(Seen.OTHER_BODY);
    keys.done("k");
    assertThat(keys.begin("k", "other")).isEqualTo(Seen.OTHER_BODY);
  }

  @Test
  void whatFailedMayBeTriedAgain() {
    // Given
    keys.begin("k", "body");

    // When
    keys.failed("k");

    // Then
    assertThat(keys.begin("k", "other")).isEqualTo(Seen.NEW);
  }
}
