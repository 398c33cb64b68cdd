package dev.parley.stack.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.events.RoomEvent.Evidence;
import dev.parley.events.RoomEvent.RoomOpened;
import dev.parley.events.id.AppId;
import dev.parley.events.id.RoomId;
import dev.parley.stack.Console;
import dev.parley.stack.demo.RoomTimeline.Entry;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class TimelineCheckTest {
  private static final AppId APP = new AppId("123456781234567812345678");
  private static final long AT = 1_750_000_000_000L;

  @Test
  void theSameEventsAreTheSameInWhateverOrderTheTopicsGiveThem() {
    TimelineCheck check = new TimelineCheck(List.of(entry("a", 0), entry("b", 1)), ids("b", "a"));
    assertThat(check.same()).isTrue();
    assertThat(unmet(check)).isEmpty();
  }

  @Test
  void anotherEventInPlaceOfTheRightOneIsNamedThoughTheCountFits() {
    TimelineCheck check = new TimelineCheck(List.of(entry("a", 0), entry("x", 1)), ids("a", "b"));
    assertThat(check.same()).isFalse();
    assertThat(unmet(check))
        .containsExactly(
            "events, by their ids, that only the timeline or only its topics hold: 2, expected 0");
  }

  @Test
  void oneEventTwiceDoesNotStandForAnother() {
    TimelineCheck check = new TimelineCheck(List.of(entry("a", 0), entry("a", 0)), ids("a", "b"));
    assertThat(check.same()).isFalse();
    assertThat(unmet(check))
        .containsExactly(
            "events, by their ids, that only the timeline or only its topics hold: 1, expected 0");
  }

  @Test
  void anEventThatTheTopicsHoldOnceMustNotBeToldTwice() {
    TimelineCheck check = new TimelineCheck(List.of(entry("a", 0), entry("a", 0)), ids("a"));
    assertThat(check.same()).isFalse();
    assertThat(unmet(check))
        .containsExactly(
            "entries of the gateway's timeline, as many as its topics hold: 2, expected 1");
  }

  @Test
  void anEntryOfBeforeTheOneAboveItIsOutOfOrder() {
    TimelineCheck check = new TimelineCheck(List.of(entry("a", 1), entry("b", 0)), ids("a", "b"));
    assertThat(unmet(check)).containsExactly("entries of the timeline out of order: 1, expected 0");
  }

  private static Entry entry(String id, long after) {
    return new Entry(id, new RoomOpened(APP, new RoomId("demo-1"), AT + after, Evidence.CLOUD));
  }

  private static List<String> ids(String... ids) {
    return List.of(ids);
  }

  private static List<String> unmet(TimelineCheck check) {
    Findings findings = new Findings();
    check.judge(findings);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    findings.print(Console.plain(new PrintStream(bytes, true, StandardCharsets.UTF_8)));
    return bytes
        .toString(StandardCharsets.UTF_8)
        .lines()
        .filter(line -> line.contains("✗"))
        .map(line -> line.replace("✗", "").strip())
        .toList();
  }
}
