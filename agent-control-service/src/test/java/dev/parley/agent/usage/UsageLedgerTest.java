package dev.parley.agent.usage;

import static dev.parley.agent.Samples.APP;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.agent.usage.UsageLedger.By;
import dev.parley.events.id.AppId;
import dev.parley.events.id.TaskId;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class UsageLedgerTest {
  private static final Instant MIDNIGHT = Instant.parse("2025-06-15T00:00:00Z");
  private static final Instant NOON = Instant.parse("2025-06-15T12:00:00Z");
  private static final Instant NEXT = Instant.parse("2025-06-16T00:00:00Z");
  private static final ZoneId SHANGHAI = ZoneId.of("Asia/Shanghai");
  private static final AppId OTHER_APP = new AppId("876543218765432187654321");

  private final UsageLedger ledger = new UsageLedger(1_000, Duration.ofDays(30));

  private static UsageSpan span(String task, String scene, String from, String to) {
    return new UsageSpan(
        APP,
        new TaskId(task),
        scene,
        Instant.parse("2025-06-15T" + from + "Z"),
        Instant.parse("2025-06-15T" + to + "Z"));
  }

  private static ObjectNode seconds(double seconds) {
    ObjectNode usage = JsonNodeFactory.instance.objectNode();
    usage.putObject("asr").put("seconds", seconds);
    return usage.put("model", "x");
  }

  @Test
  void sumsByTaskSceneAppAndDay() {
    // Given
    ledger.ended(span("t-1", "sales", "10:00:00", "10:01:00"));
    ledger.ended(span("t-2", "sales", "11:00:00", "11:00:30"));
    ledger.ended(span("t-3", "support", "11:00:00", "11:10:00"));
    ledger.ended(new UsageSpan(OTHER_APP, new TaskId("t-4"), "sales", NOON, NOON.plusSeconds(600)));

    // When / Then
    assertThat(ledger.sum(APP, MIDNIGHT, NEXT, By.TASK, ZoneOffset.UTC, NOON))
        .extracting(UsageSum::key, UsageSum::active, UsageSum::tasks)
        .containsExactly(
            tuple("t-1", Duration.ofSeconds(60), 1L),
            tuple("t-2", Duration.ofSeconds(30), 1L),
            tuple("t-3", Duration.ofSeconds(600), 1L));
    assertThat(ledger.sum(APP, MIDNIGHT, NEXT, By.SCENE, ZoneOffset.UTC, NOON))
        .extracting(UsageSum::key, UsageSum::active, UsageSum::tasks)
        .containsExactly(
            tuple("sales", Duration.ofSeconds(90), 2L),
            tuple("support", Duration.ofSeconds(600), 1L));
    assertThat(ledger.sum(APP, MIDNIGHT, NEXT, By.APP, ZoneOffset.UTC, NOON))
        .extracting(UsageSum::key, UsageSum::active, UsageSum::tasks)
        .containsExactly(tuple(APP.value(), Duration.ofSeconds(690), 3L));
  }

  @Test
  void aTaskThatLivesAgainCountsTwice() {
    // Given
    ledger.ended(span("t-1", "sales", "10:00:00", "10:01:00"));

    // When: the second end is told twice, and the first once more
    ledger.ended(span("t-1", "sales", "11:00:00", "11:00:30"));
    ledger.ended(span("t-1", "sales", "11:00:00", "11:00:30"));
    ledger.ended(span("t-1", "sales", "10:00:00", "10:01:00"));

    // Then
    assertThat(ledger.sum(APP, MIDNIGHT, NEXT, By.APP, ZoneOffset.UTC, NOON))
        .extracting(UsageSum::key, UsageSum::active, UsageSum::tasks)
        .containsExactly(tuple(APP.value(), Duration.ofSeconds(90), 2L));
  }

  @Test
  void anAgentOverMidnightCountsForBothDays() {
    // Given
    // 23:50 to 00:20 in Shanghai.
    ledger.ended(span("t-1", "sales", "15:50:00", "16:20:00"));

    // When / Then
    assertThat(ledger.sum(APP, MIDNIGHT, NEXT, By.DAY, SHANGHAI, NEXT))
        .extracting(UsageSum::key, UsageSum::active, UsageSum::tasks)
        .containsExactly(
            tuple("2025-06-15", Duration.ofMinutes(10), 1L),
            tuple("2025-06-16", Duration.ofMinutes(20), 1L));
  }

  @Test
  void onlyWhatLiesInTheTimeAskedForCounts() {
    // Given
    ledger.ended(span("t-1", "sales", "11:50:00", "12:30:00"));

    // When / Then
    assertThat(ledger.sum(APP, NOON, NOON.plusSeconds(600), By.SCENE, ZoneOffset.UTC, NEXT))
        .extracting(UsageSum::active)
        .containsExactly(Duration.ofMinutes(10));
    assertThat(ledger.sum(APP, NEXT, NEXT.plusSeconds(1), By.SCENE, ZoneOffset.UTC, NEXT))
        .isEmpty();
  }

  @Test
  void anAgentThatRunsCountsUpToNow() {
    // Given
    ledger.running(APP, new TaskId("t-1"), "sales", NOON.minusSeconds(90));

    // When / Then
    assertThat(ledger.sum(APP, MIDNIGHT, NEXT, By.SCENE, ZoneOffset.UTC, NOON))
        .extracting(UsageSum::active)
        .containsExactly(Duration.ofSeconds(90));
  }

  @Test
  void tellingItAgainChangesNothing() {
    // Given
    UsageSpan span = span("t-1", "sales", "10:00:00", "10:01:00");

    // When
    ledger.ended(span);
    ledger.ended(span);
    ledger.running(APP, span.taskId(), "sales", span.from());

    // Then
    assertThat(ledger.sum(APP, MIDNIGHT, NEXT, By.SCENE, ZoneOffset.UTC, NOON))
        .extracting(UsageSum::active, UsageSum::tasks)
        .containsExactly(tuple(Duration.ofSeconds(60), 1L));
    assertThat(ledger.active(APP, MIDNIGHT, NEXT, NOON)).isEqualTo(Duration.ofSeconds(60));
  }

  @Test
  void addsTheCloudsNumbersWhicheverComesFirst() {
    // Given
    ledger.reported(APP, new TaskId("t-1"), NOON, seconds(10));
    ledger.ended(span("t-1", "sales", "10:00:00", "10:01:00"));
    ledger.ended(span("t-2", "sales", "11:00:00", "11:00:30"));

    // When
    ledger.reported(APP, new TaskId("t-2"), NOON, seconds(2.5));
    ledger.reported(APP, new TaskId("t-2"), NOON, seconds(2.5));

    // Then
    assertThat(ledger.sum(APP, MIDNIGHT, NEXT, By.SCENE, ZoneOffset.UTC, NOON))
        .singleElement()
        .satisfies(sum -> assertThat(sum.cloud()).isEqualTo(Map.of("asr.seconds", 12.5)));
  }

  @Test
  void anAgentThatWasNeverSeenCountsWithoutTime() {
    // Given
    ledger.ended(span("t-1", "sales", "10:00:00", "10:01:00"));

    // When: told twice
    ledger.unseen(APP, new TaskId("t-2"), "sales", NOON, true);
    ledger.unseen(APP, new TaskId("t-2"), "sales", NOON, true);

    // Then
    for (By by : List.of(By.SCENE, By.APP, By.DAY)) {
      assertThat(ledger.sum(APP, MIDNIGHT, NEXT, by, ZoneOffset.UTC, NEXT))
          .as("by %s", by)
          .extracting(UsageSum::active, UsageSum::tasks, UsageSum::unseen)
          .containsExactly(tuple(Duration.ofSeconds(60), 2L, 1L));
    }
    assertThat(ledger.sum(APP, MIDNIGHT, NEXT, By.TASK, ZoneOffset.UTC, NEXT))
        .extracting(UsageSum::key, UsageSum::active, UsageSum::tasks, UsageSum::unseen)
        .containsExactly(
            tuple("t-1", Duration.ofSeconds(60), 1L, 0L), tuple("t-2", Duration.ZERO, 1L, 1L));
    assertThat(ledger.active(APP, MIDNIGHT, NEXT, NEXT)).isEqualTo(Duration.ofSeconds(60));
  }

  @Test
  void whatTheCloudSaysOfAnAgentThatWasNeverSeenIsCountedWhicheverComesFirst() {
    // Given
    ledger.reported(APP, new TaskId("t-1"), NOON, seconds(10));

    // When
    ledger.unseen(APP, new TaskId("t-1"), "sales", NOON, true);
    ledger.unseen(APP, new TaskId("t-2"), "sales", NOON, true);
    ledger.reported(APP, new TaskId("t-2"), NOON, seconds(2.5));

    // Then
    assertThat(ledger.sum(APP, MIDNIGHT, NEXT, By.SCENE, ZoneOffset.UTC, NEXT))
        .singleElement()
        .satisfies(
            sum -> {
              assertThat(sum.unseen()).isEqualTo(2);
              assertThat(sum.cloud()).isEqualTo(Map.of("asr.seconds", 12.5));
            });
  }

  @Test
  void aStartThatTheCloudDidNotAcceptCountsOnlyWhenTheCloudSaysThatItUsedSomething() {
    // Given
    ledger.unseen(APP, new TaskId("t-1"), "sales", NOON, false);
    ledger.unseen(APP, new TaskId("t-2"), "sales", NOON, false);

    // When
    ledger.reported(APP, new TaskId("t-2"), NOON, seconds(3));

    // Then
    assertThat(ledger.sum(APP, MIDNIGHT, NEXT, By.TASK, ZoneOffset.UTC, NEXT))
        .extracting(UsageSum::key, UsageSum::tasks, UsageSum::unseen, UsageSum::cloud)
        .containsExactly(tuple("t-2", 1L, 1L, Map.of("asr.seconds", 3.0)));
  }

  @Test
  void agentsThatWereNeverSeenStayMarkedWhenTheyAreFolded() {
    // Given
    UsageLedger small = new UsageLedger(2, Duration.ofDays(30));

    // When
    for (int i = 0; i < 5; i++) {
      small.unseen(APP, new TaskId("t-" + i), "sales", NOON.plusSeconds(i), true);
    }

    // Then
    assertThat(small.size()).isLessThanOrEqualTo(2);
    assertThat(small.sum(APP, MIDNIGHT, NEXT, By.SCENE, ZoneOffset.UTC, NEXT))
        .extracting(UsageSum::active, UsageSum::tasks, UsageSum::unseen)
        .containsExactly(tuple(Duration.ZERO, 5L, 5L));
  }

  @Test
  void foldsTheOldestWithoutLosingTheirTime() {
    // Given
    UsageLedger small = new UsageLedger(10, Duration.ofDays(30));
    for (int i = 0; i < 25; i++) {
      small.ended(
          new UsageSpan(
              APP,
              new TaskId("t-" + i),
              "sales",
              MIDNIGHT.plusSeconds(600L * i),
              MIDNIGHT.plusSeconds(600L * i + 1_000)));
    }

    // When / Then
    assertThat(small.size()).isLessThanOrEqualTo(10);
    assertThat(small.sum(APP, MIDNIGHT, NEXT, By.SCENE, ZoneOffset.UTC, NEXT))
        .extracting(UsageSum::active, UsageSum::tasks)
        .containsExactly(tuple(Duration.ofSeconds(25_000), 25L));
    assertThat(small.sum(APP, MIDNIGHT, NEXT, By.TASK, ZoneOffset.UTC, NEXT))
        .extracting(UsageSum::key)
        .contains(UsageSum.FOLDED, "t-24")
        .doesNotContain("t-0");
  }

  @Test
  void forgetsWhatIsOlderThanTheHistory() {
    // Given
    UsageLedger short1 = new UsageLedger(10, Duration.ofHours(1));
    short1.ended(span("t-1", "sales", "08:00:00", "08:10:00"));

    // When
    short1.ended(span("t-2", "sales", "12:00:00", "12:10:00"));

    // Then
    assertThat(short1.sum(APP, MIDNIGHT, NEXT, By.TASK, ZoneOffset.UTC, NEXT))
        .extracting(UsageSum::key)
        .containsExactly("t-2");
    assertThat(short1.active(APP, MIDNIGHT, NEXT, NEXT)).isEqualTo(Duration.ofMinutes(10));
  }

  @Provide
  Arbitrary<List<long[]>> spans() {
    return Arbitraries.longs()
        .between(0, 86_400 * 2)
        .array(long[].class)
        .ofSize(2)
        .list()
        .ofMaxSize(40);
  }

  @Property(tries = 300)
  void theQuickSumEqualsTheFullOne(@ForAll("spans") List<long[]> spans) {
    // Given
    UsageLedger any = new UsageLedger(7, Duration.ofDays(30));
    Duration expected = Duration.ZERO;
    for (int i = 0; i < spans.size(); i++) {
      long from = Math.min(spans.get(i)[0], spans.get(i)[1]);
      long to = Math.max(spans.get(i)[0], spans.get(i)[1]);
      any.ended(
          new UsageSpan(
              APP,
              new TaskId("t-" + i),
              "sales",
              MIDNIGHT.plusSeconds(from),
              MIDNIGHT.plusSeconds(to)));
      expected = expected.plusSeconds(Math.max(0, Math.min(to, 86_400) - Math.min(from, 86_400)));
    }

    // When / Then
    assertThat(any.active(APP, MIDNIGHT, NEXT, NEXT)).isEqualTo(expected);
    assertThat(
            any.sum(APP, MIDNIGHT, NEXT, By.APP, ZoneOffset.UTC, NEXT).stream()
                .map(UsageSum::active)
                .reduce(Duration.ZERO, Duration::plus))
        .isEqualTo(expected);
  }
}
