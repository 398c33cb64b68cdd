package dev.parley.events.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.api.Test;

class EventIdsTest {
  @Test
  void theSamePartsGiveTheSameId() {
    assertThat(EventIds.derived("a", "b")).isEqualTo(EventIds.derived("a", "b"));
  }

  @Test
  void whereOnePartEndsMatters() {
    assertThat(EventIds.derived("ab", "c")).isNotEqualTo(EventIds.derived("a", "bc"));
  }

  @Test
  void theIdIsAVersion8Uuid() {
    UUID id = UUID.fromString(EventIds.derived("a"));
    assertThat(id.version()).isEqualTo(8);
    assertThat(id.variant()).isEqualTo(2);
  }
}
