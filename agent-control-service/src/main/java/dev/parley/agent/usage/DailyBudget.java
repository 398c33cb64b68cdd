package dev.parley.agent.usage;

import dev.parley.events.id.AppId;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Optional;

/** How long an application's agents may be in rooms from one midnight to the next. */
public final class DailyBudget {
  private final UsageLedger ledger;
  private final ZoneId zone;

  /** A budget whose day begins at midnight in that zone. */
  public DailyBudget(UsageLedger ledger, ZoneId zone) {
    this.ledger = ledger;
    this.zone = zone;
  }

  /** A budget that is used up. */
  public record Exhausted(Duration used, Duration budget, Instant resetsAt) {}

  /** Says so when nothing may be started any more today. */
  public Optional<Exhausted> exhausted(AppId appId, Duration budget, Instant now) {
    LocalDate today = LocalDate.ofInstant(now, zone);
    Instant begin = today.atStartOfDay(zone).toInstant();
    Instant end = today.plusDays(1).atStartOfDay(zone).toInstant();
    Duration used = ledger.active(appId, begin, end, now);
    return used.compareTo(budget) < 0
        ? Optional.empty()
        : Optional.of(new Exhausted(used, budget, end));
  }
}
