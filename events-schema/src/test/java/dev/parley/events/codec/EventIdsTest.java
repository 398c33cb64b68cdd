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

  // Expected values: SHA-256 of Python's hashlib over the parts, each after its length.
  @Test
  void theIdIsTheHashOfThePartsAndTheirLengths() {
    assertThat(
            EventIds.derived("report", "123456781234567812345678:Room123", "alice", "web-1", "7"))
        .isEqualTo("6dab3706-1424-8d5c-b7e8-f9dcbff85f43");
    assertThat(EventIds.derived("report", "\u00e9", "", "x"))
        .isEqualTo("0e86e690-3a21-8472-9047-11186ff06d2a");
  }

  @Test
  void aPrefixGivesTheSameIdsHoweverOften() {
    // Given
    EventIds.Prefix prefix =
        EventIds.startingWith("report", "123456781234567812345678:Room123", "alice", "web-1");

    // When
    String other = prefix.derived("6");
    String id = prefix.derived("7");

    // Then
    assertThat(id).isEqualTo("6dab3706-1424-8d5c-b7e8-f9dcbff85f43");
    assertThat(other).isNotEqualTo(id);
    assertThat(prefix.derived("7")).isEqualTo(id);
  }
}
