package dev.parley.events.id;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.events.RefusedValueException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RecentTest {
  // Two texts of one hash code want one place.
  private static final String ONE = "Aa";
  private static final String OTHER = "BB";

  @Test
  void equalIdsAreOneObject() {
    // Given
    byte[] read = "Room123".getBytes(StandardCharsets.UTF_8);

    // When
    RoomId first = RoomId.of(new String(read, StandardCharsets.UTF_8));

    // Then
    assertThat(RoomId.of(new String(read, StandardCharsets.UTF_8))).isSameAs(first);
    assertThat(first).isEqualTo(new RoomId("Room123"));
  }

  @Test
  void idsThatWantOnePlaceAreNotMistakenForEachOther() {
    // Given
    assertThat(ONE.hashCode()).isEqualTo(OTHER.hashCode());

    // When / Then
    assertThat(TaskId.of(ONE).value()).isEqualTo(ONE);
    assertThat(TaskId.of(OTHER).value()).isEqualTo(OTHER);
    assertThat(TaskId.of(ONE).value()).isEqualTo(ONE);
  }

  @Test
  void moreThanThereArePlacesForAreAllTheirOwn() {
    // Given
    List<String> names = IntStream.range(0, 20_000).mapToObj(i -> "user-" + i).toList();

    // When
    List<UserId> ids = names.stream().map(UserId::of).toList();

    // Then
    assertThat(ids).extracting(UserId::value).isEqualTo(names);
  }

  @Test
  void whatIsNoIdIsRefusedEachTime() {
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> RoomId.of("Room 123"))
          .isInstanceOf(RefusedValueException.class)
          .hasMessageContaining("roomId");
    }
  }
}
