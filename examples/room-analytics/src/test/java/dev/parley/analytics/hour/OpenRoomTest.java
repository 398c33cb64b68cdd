package dev.parley.analytics.hour;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.parley.analytics.hour.OpenRoom.Step;
import dev.parley.analytics.hour.RoomHour.Split;
import dev.parley.events.codec.Json;
import dev.parley.events.id.RoomKey;
import dev.parley.events.id.UserId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OpenRoomTest {
  private static final RoomKey ROOM = RoomKey.parse("123456781234567812345678:room-1");
  private static final Hour NINE = new Hour(9 * 3_600_000L);
  private static final Hour TEN = NINE.next();
  private static final Hour ELEVEN = TEN.next();
  private static final UserId ANN = new UserId("ann");
  private static final UserId BOB = new UserId("bob");

  private final List<Mark> marks = new ArrayList<>();

  private void at(long millis, Change change) {
    marks.add(new Mark(millis, 0, marks.size(), change));
  }

  @Test
  void updateTellsWhatChangedAndNothingElse() {
    // Given
    at(NINE.startMillis(), new Change.Entered(ANN));
    at(NINE.startMillis() + 1_000, new Change.Left(ANN));
    Step first = OpenRoom.EMPTY.update(ROOM, NINE, marks);

    // When
    Step second = first.room().update(ROOM, NINE, marks);
    at(TEN.startMillis(), new Change.Entered(BOB));
    Step third = second.room().update(ROOM, NINE, marks);

    // Then
    assertThat(first.news()).extracting(RoomHour::revision).containsExactly(1);
    assertThat(first.news()).extracting(RoomHour::last).containsExactly(false);
    assertThat(second.news()).isEmpty();
    assertThat(third.news())
        .extracting(RoomHour::hourStartTimeMillis, RoomHour::revision)
        .containsExactly(tuple(TEN.startMillis(), 1));
  }

  @Test
  void lateMarkChangesItsHourAndTheHoursAfterIt() {
    // Given
    at(TEN.startMillis() + 1_000, new Change.Left(ANN));
    at(TEN.startMillis() + 2_000, new Change.Entered(BOB));
    Step before = OpenRoom.EMPTY.update(ROOM, NINE, marks);

    // When
    at(NINE.endMillis() - 5_000, new Change.Entered(ANN));
    Step after = before.room().update(ROOM, NINE, marks);

    // Then
    assertThat(before.news()).hasSize(1);
    assertThat(after.news())
        .extracting(RoomHour::hourStartTimeMillis, RoomHour::revision, RoomHour::presentMillis)
        .containsExactly(
            tuple(NINE.startMillis(), 1, new Split(5_000, 0)),
            tuple(TEN.startMillis(), 2, new Split(1_000, 0)));
  }

  @Test
  void closingTellsTheLastResultEvenIfNothingChanged() {
    // Given
    at(NINE.startMillis(), new Change.Entered(ANN));
    at(NINE.startMillis() + 1_000, new Change.Left(ANN));
    Step told = OpenRoom.EMPTY.update(ROOM, NINE, marks);

    // When
    Step closed = told.room().close(ROOM, NINE, TEN, marks);

    // Then
    assertThat(closed.news())
        .extracting(RoomHour::revision, RoomHour::last, RoomHour::asOfTimeMillis)
        .containsExactly(tuple(2, true, NINE.endMillis()));
    assertThat(closed.room()).isEqualTo(OpenRoom.EMPTY);
  }

  @Test
  void hourInWhichNothingHappensButSomebodyIsThereIsTold() {
    // Given
    at(NINE.startMillis(), new Change.Entered(ANN));

    // When
    Step closed = OpenRoom.EMPTY.close(ROOM, NINE, ELEVEN, marks);

    // Then
    assertThat(closed.news())
        .extracting(RoomHour::hourStartTimeMillis, RoomHour::presentMillis)
        .containsExactly(
            tuple(NINE.startMillis(), new Split(3_600_000, 0)),
            tuple(TEN.startMillis(), new Split(3_600_000, 0)));
  }

  @Test
  void emptyHoursAreNotTold() {
    // Given
    at(TEN.startMillis(), new Change.Entered(ANN));
    at(TEN.startMillis() + 1, new Change.Left(ANN));

    // When
    Step closed = OpenRoom.EMPTY.close(ROOM, NINE, ELEVEN.next(), marks);

    // Then
    assertThat(closed.news())
        .extracting(RoomHour::hourStartTimeMillis)
        .containsExactly(TEN.startMillis());
  }

  @Test
  void survivesTheStateStore() throws Exception {
    // Given
    at(NINE.startMillis(), new Change.Entered(ANN));
    at(NINE.startMillis(), new Change.Microphone(ANN, true));
    at(NINE.startMillis() + 5, new Change.RoundEnded(false, 5L));
    at(TEN.startMillis() + 5, new Change.RoundEnded(false, null));
    OpenRoom room =
        OpenRoom.EMPTY
            .close(ROOM, NINE, TEN, marks)
            .room()
            .update(ROOM, TEN, marks.subList(3, 4))
            .room();

    // When
    byte[] stored = Json.mapper().writeValueAsBytes(room);

    // Then
    assertThat(Json.mapper().readValue(stored, OpenRoom.class)).isEqualTo(room);
    assertThat(room.told()).hasSize(1);
    assertThat(room.start().users()).hasSize(1);
  }
}
