package dev.parley.room.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RecentBytesTest {
  // With its overhead and a name of one character, one of these takes 1,000 bytes.
  private static final byte[] ROOM = new byte[871];

  private final RecentBytes recent = new RecentBytes(3_000);

  @Test
  void asManyAreKeptAsFitAndTheOldestGoFirst() {
    // When
    for (String room : new String[] {"a", "b", "c", "d"}) {
      recent.put(room, ROOM);
    }

    // Then
    assertThat(recent.get("a")).isNull();
    assertThat(recent.get("b")).isSameAs(ROOM);
    assertThat(recent.get("d")).isSameAs(ROOM);
  }

  @Test
  void whatWasAskedForOfLateStays() {
    // Given
    recent.put("a", ROOM);
    recent.put("b", ROOM);
    recent.put("c", ROOM);
    assertThat(recent.get("a")).isSameAs(ROOM);

    // When
    recent.put("d", ROOM);

    // Then
    assertThat(recent.get("a")).isSameAs(ROOM);
    assertThat(recent.get("b")).isNull();
  }

  @Test
  void aRoomThatIsWrittenAgainTakesTheRoomOfOne() {
    // Given
    recent.put("a", ROOM);
    recent.put("b", ROOM);

    // When
    for (int i = 0; i < 100; i++) {
      recent.put("c", ROOM.clone());
    }

    // Then
    assertThat(recent.get("a")).isSameAs(ROOM);
    assertThat(recent.get("b")).isSameAs(ROOM);
  }

  @Test
  void whatIsRemovedMakesRoom() {
    // Given
    recent.put("a", ROOM);
    recent.put("b", ROOM);
    recent.put("c", ROOM);

    // When
    recent.remove("c");
    recent.remove("nobody");
    recent.put("d", ROOM);

    // Then
    assertThat(recent.get("c")).isNull();
    assertThat(recent.get("a")).isSameAs(ROOM);
    assertThat(recent.get("d")).isSameAs(ROOM);
  }

  @Test
  void whatIsLargerThanAllIsNotKept() {
    // Given
    recent.put("a", ROOM);

    // When
    recent.put("b", new byte[5_000]);

    // Then
    assertThat(recent.get("b")).isNull();
    assertThat(recent.get("a")).isSameAs(ROOM);
  }

  @Test
  void aRoomThatHasBecomeTooLargeIsNotKeptAsItWas() {
    // Given
    recent.put("a", ROOM);

    // When
    recent.put("a", new byte[5_000]);

    // Then
    assertThat(recent.get("a")).isNull();
  }

  @Test
  void afterForgettingThereIsSpaceForAsManyAsBefore() {
    // Given
    for (String room : new String[] {"a", "b", "c"}) {
      recent.put(room, ROOM);
    }

    // When
    recent.clear();

    // Then
    assertThat(recent.get("a")).isNull();
    for (String room : new String[] {"d", "e", "f"}) {
      recent.put(room, ROOM);
    }
    assertThat(recent.get("d")).isSameAs(ROOM);
    assertThat(recent.get("f")).isSameAs(ROOM);
  }
}
