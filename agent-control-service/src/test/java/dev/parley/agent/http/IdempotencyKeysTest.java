package dev.parley.agent.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.agent.http.IdempotencyKeys.Seen;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class IdempotencyKeysTest {
  private Instant now = Instant.parse("2026-03-01T10:00:00Z");
  private final Clock clock =
      new Clock() {
        @Override
        public ZoneId getZone() {
          return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
          return this;
        }

        @Override
        public Instant instant() {
          return now;
        }
      };

  private final IdempotencyKeys keys = new IdempotencyKeys(Duration.ofHours(24), clock);

  @Test
  void aKeyIsNewOnce() {
    // When / Then
    assertThat(keys.begin("k", "body", () -> true)).isEqualTo(Seen.NEW);
    assertThat(keys.begin("k", "body", () -> true)).isEqualTo(Seen.IN_PROGRESS);
    keys.done("k");
    assertThat(keys.begin("k", "body", () -> true)).isEqualTo(Seen.DONE);
  }

  @Test
  void anotherBodyIsNoticedBeforeAndAfter() {
    // Given
    keys.begin("k", "body", () -> true);

    // When / Then
    assertThat(keys.begin("k", "other", () -> true)).isEqualTo(Seen.OTHER_BODY);
    keys.done("k");
    assertThat(keys.begin("k", "other", () -> true)).isEqualTo(Seen.OTHER_BODY);
  }

  @Test
  void aKeyIsForgottenAfterItsMemory() {
    // Given
    keys.begin("k", "body", () -> true);
    keys.done("k");

    // When
    now = now.plus(Duration.ofHours(24));

    // Then
    assertThat(keys.begin("k", "other", () -> true)).isEqualTo(Seen.NEW);
    assertThat(keys.begin("k", "other", () -> true)).isEqualTo(Seen.IN_PROGRESS);
  }

  @Test
  void aKeyIsForgottenWithWhatItMade() {
    // Given
    keys.begin("k", "body", () -> false);
    assertThat(keys.begin("k", "body", () -> false)).isEqualTo(Seen.IN_PROGRESS);
    keys.done("k");

    // When / Then
    assertThat(keys.begin("k", "other", () -> false)).isEqualTo(Seen.NEW);
    assertThat(keys.begin("k", "other", () -> false)).isEqualTo(Seen.IN_PROGRESS);
  }

  @Test
  void whatFailedMayBeTriedAgain() {
    // Given
    keys.begin("k", "body", () -> true);

    // When
    keys.failed("k");

    // Then
    assertThat(keys.begin("k", "other", () -> true)).isEqualTo(Seen.NEW);
  }
}
