package dev.parley.room.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RecentBytesTest {
  // With its overhead and a name of one character, one of these takes 1,000 bytes.
  private static final byte[] ROOM = new byte[871];

  private final RecentBytes recent = new RecentBytes(3_000);

  private void put(String... rooms) {
    for (String room : rooms) {
      recent.put(room, ROOM);
    }
  }

  @Test
  void asManyAreKeptAsFitAndTheOldestGoFirst() {
    // When
    put("a", "b", "c", "d");

    // Then
    assertThat(recent.get("a")).isNull();
    assertThat(recent.get("b")).isSameAs(ROOM);
    assertThat(recent.get("d")).isSameAs(ROOM);
  }

  @Test
  void whatWasAskedForOfLateStays() {
    // Given
    put("a", "b", "c");
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
    put("a", "b");

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
    put("a", "b", "c");

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
  void whatIsLargerThanAllIsNotKeptNorWhatItWasBefore() {
    // Given
    put("a", "b");

    // When
    recent.put("b", new byte[5_000]);
    recent.put("c", new byte[5_000]);

    // Then
    assertThat(recent.get("b")).isNull();
    assertThat(recent.get("c")).isNull();
    assertThat(recent.get("a")).isSameAs(ROOM);
  }

  @Test
  void afterForgettingThereIsSpaceForAsManyAsBefore() {
    // Given
    put("a", "b", "c");

    // When
    recent.clear();

    // Then
    assertThat(recent.get("a")).isNull();
    put("d", "e", "f");
    assertThat(recent.get("d")).isSameAs(ROOM);
    assertThat(recent.get("f")).isSameAs(ROOM);
  }
}
