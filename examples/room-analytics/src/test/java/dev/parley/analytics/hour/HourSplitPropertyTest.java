package dev.parley.analytics.hour;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.events.id.RoomKey;
import dev.parley.events.id.TaskId;
import dev.parley.events.id.UserId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Spans of any length and place, against a count by plain arithmetic on the spans. */
class HourSplitPropertyTest {
  private static final RoomKey ROOM = RoomKey.parse("123456781234567812345678:room-1");
  private static final Hour FIRST = new Hour(100 * 3_600_000L);
  private static final int HOURS = 6;

  /** A pause, then something that lasts. */
  record Span(long pauseMillis, long lengthMillis) {}

  @Provide
  Arbitrary<List<Span>> spans() {
    return Combinators.combine(
            Arbitraries.longs().between(0, 2 * 3_600_000),
            Arbitraries.longs().between(1, 3 * 3_600_000))
        .as(Span::new)
        .list()
        .ofMinSize(1)
        .ofMaxSize(8);
  }

  @Property
  void everySpanIsCountedWhollyAndEachPartInItsHour(
      @ForAll("spans") List<Span> stays,
      @ForAll("spans") List<Span> speeches,
      @ForAll long shuffle) {
    // Given
    UserId human = new UserId("ann");
    UserId agent = new UserId("agent-1");
    TaskId task = new TaskId("task-1");
    List<Mark> marks = new ArrayList<>();
    long[] present = new long[HOURS];
    long[] speaking = new long[HOURS];
    long offset = 0;
    for (long[] stay : places(stays)) {
      marks.add(new Mark(stay[0], 0, offset++, new Change.Entered(human)));
      marks.add(new Mark(stay[1], 0, offset++, new Change.Left(human)));
      addOverlaps(present, stay);
    }
    // The agent is there all the time, so that no speech is cut short.
    marks.add(new Mark(FIRST.startMillis(), 0, offset++, new Change.Entered(agent)));
    marks.add(new Mark(FIRST.startMillis(), 1, offset++, new Change.AgentNamed(agent, task)));
    for (long[] speech : places(speeches)) {
      marks.add(new Mark(speech[0], 1, offset++, new Change.AgentStage(agent, task, true)));
      marks.add(new Mark(speech[1], 1, offset++, new Change.AgentStage(agent, task, false)));
      addOverlaps(speaking, speech);
    }
    Collections.shuffle(marks, new Random(shuffle));

    // When
    List<RoomHour> hours =
        OpenRoom.EMPTY
            .close(ROOM, FIRST, new Hour(FIRST.startMillis() + HOURS * 3_600_000L), marks)
            .news();

    // Then
    assertThat(hours).hasSize(HOURS);
    for (int i = 0; i < HOURS; i++) {
      assertThat(hours.get(i).presentMillis().humans()).as("hour %d", i).isEqualTo(present[i]);
      assertThat(hours.get(i).talkMillis().agents()).as("hour %d", i).isEqualTo(speaking[i]);
      assertThat(hours.get(i).presentMillis().agents()).isEqualTo(3_600_000);
    }
  }

  // Start and end of each span, cut where the last hour ends.
  private static List<long[]> places(List<Span> spans) {
    List<long[]> result = new ArrayList<>();
    long end = FIRST.startMillis() + HOURS * 3_600_000L;
    long at = FIRST.startMillis();
    for (Span span : spans) {
      long start = at + span.pauseMillis();
      at = start + span.lengthMillis();
      if (at < end) {
        result.add(new long[] {start, at});
      }
    }
    return result;
  }

  private static void addOverlaps(long[] hours, long[] span) {
    for (int i = 0; i < hours.length; i++) {
      long start = FIRST.startMillis() + i * 3_600_000L;
      hours[i] += Math.max(0, Math.min(span[1], start + 3_600_000L) - Math.max(span[0], start));
    }
  }
}
