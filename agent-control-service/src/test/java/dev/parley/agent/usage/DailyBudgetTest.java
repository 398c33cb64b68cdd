package dev.parley.agent.usage;

import static dev.parley.agent.Samples.APP;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.agent.usage.DailyBudget.Exhausted;
import dev.parley.events.id.TaskId;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;

class DailyBudgetTest {
  private static final ZoneId SHANGHAI = ZoneId.of("Asia/Shanghai");
  // 20:00 in Shanghai, whose midnight is at 16:00 UTC.
  private static final Instant NOON = Instant.parse("2025-06-15T12:00:00Z");
  private static final Instant RESET = Instant.parse("2025-06-15T16:00:00Z");
  private static final Duration HOUR = Duration.ofHours(1);

  private final UsageLedger ledger = new UsageLedger(100, Duration.ofDays(30));
  private final DailyBudget budget = new DailyBudget(ledger, SHANGHAI);

  private void used(String task, Instant from, Duration active) {
    ledger.ended(new UsageSpan(APP, new TaskId(task), "sales", from, from.plus(active)));
  }

  @Test
  void permitsWhatIsWithinIt() {
    // Given
    used("t-1", NOON.minus(HOUR), HOUR.minusSeconds(1));

    // When / Then
    assertThat(budget.exhausted(APP, HOUR, NOON)).isEmpty();
  }

  @Test
  void saysWhatWasUsedAndWhenItResets() {
    // Given
    used("t-1", NOON.minus(HOUR), Duration.ofMinutes(50));
    ledger.running(APP, new TaskId("t-2"), "sales", NOON.minusSeconds(600));

    // When / Then
    assertThat(budget.exhausted(APP, HOUR, NOON)).contains(new Exhausted(HOUR, HOUR, RESET));
  }

  @Test
  void beginsAnewAtMidnightOfItsZone() {
    // Given
    used("t-1", RESET.minusSeconds(7_200), Duration.ofHours(3));

    // When / Then
    assertThat(budget.exhausted(APP, HOUR, RESET.minusSeconds(1))).isPresent();
    assertThat(budget.exhausted(APP, HOUR.plusSeconds(1), RESET.plus(Duration.ofHours(2))))
        .isEmpty();
  }

  @Test
  void nothingIsPermittedWithNone() {
    // When / Then
    assertThat(budget.exhausted(APP, Duration.ZERO, NOON))
        .contains(new Exhausted(Duration.ZERO, Duration.ZERO, RESET));
  }
}
