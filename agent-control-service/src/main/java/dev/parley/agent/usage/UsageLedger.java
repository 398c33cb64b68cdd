package dev.parley.agent.usage;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.events.id.AppId;
import dev.parley.events.id.TaskId;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What agents have used, as one instance knows it from Kafka. Every task is one span, whoever tells
 * of it and how often. Bounded: beyond a number of tasks the ones that ended first are folded into
 * quarters of an hour, which every time zone's midnight falls on.
 */
public final class UsageLedger {
  private static final Duration QUARTER = Duration.ofMinutes(15);

  /** Tasks of which only one half was told, the cloud's or Parley's own. */
  private static final int MAX_WAITING = 10_000;

  private record Key(AppId appId, TaskId taskId) {}

  private record Slot(AppId appId, String scene, Instant begin) {}

  private record Running(String scene, Instant from) {}

  /** A start of which nothing came, as far as it is known. */
  private record Unused(String scene, Instant at) {}

  /** What one task used; the cloud's word may come before or after Parley's own. */
  private record Used(
      Key key, String scene, Instant from, Instant to, boolean seen, Map<String, Double> cloud) {
    Used with(Map<String, Double> numbers) {
      return new Used(key, scene, from, to, seen, numbers);
    }

    UsageSpan span() {
      return new UsageSpan(key.appId(), key.taskId(), scene, from, to);
    }
  }

  private final int maxTasks;
  private final Duration history;
  private final Map<Key, Running> running = new HashMap<>();
  private final Map<Key, Used> ended = new LinkedHashMap<>();
  private final Map<Key, Map<String, Double>> early = new LinkedHashMap<>();
  private final Map<Key, Unused> unused = new LinkedHashMap<>();
  private final TreeMap<Instant, Map<Slot, UsageSum>> folded = new TreeMap<>();
  private final Map<AppId, TreeMap<Instant, Duration>> quarters = new HashMap<>();

  /**
   * An empty ledger.
   *
   * @param maxTasks ended tasks that are kept apart
   * @param history how long anything is kept
   */
  public UsageLedger(int maxTasks, Duration history) {
    this.maxTasks = maxTasks;
    this.history = history;
  }

  /** Begins anew. */
  public synchronized void clear() {
    running.clear();
    ended.clear();
    early.clear();
    unused.clear();
    folded.clear();
    quarters.clear();
  }

  /** An agent is in its room since then. */
  public synchronized void running(AppId appId, TaskId taskId, String scene, Instant from) {
    Key key = new Key(appId, taskId);
    Used before = ended.get(key);
    // A task id that lives again, long after, begins when its first life is over.
    if (before == null || from.isAfter(before.to())) {
      running.put(key, new Running(scene, from));
    }
  }

  /** An agent is gone; telling it again changes nothing. */
  public synchronized void ended(UsageSpan span) {
    Key key = new Key(span.appId(), span.taskId());
    running.remove(key);
    Used before = ended.get(key);
    Map<String, Double> cloud = numbers(key);
    if (before != null && !span.from().isAfter(before.to())) {
      if (before.seen()) {
        return;
      }
      // It was seen after all.
      cloud = cloud.isEmpty() ? before.cloud() : cloud;
      ended.remove(key);
    }
    countQuarters(span);
    keep(new Used(key, span.scene(), span.from(), span.to(), true, cloud));
  }

  /**
   * A task is over whose agent was never seen in its room. It counts, without time, where the cloud
   * accepted its start or says that it used something.
   */
  public synchronized void unseen(
      AppId appId, TaskId taskId, String scene, Instant at, boolean accepted) {
    Key key = new Key(appId, taskId);
    Used before = ended.get(key);
    if (before != null && !at.isAfter(before.to())) {
      return;
    }
    if (accepted || early.containsKey(key)) {
      keep(new Used(key, scene, at, at, false, numbers(key)));
    } else {
      unused.put(key, new Unused(scene, at));
      bound(unused);
    }
  }

  private Map<String, Double> numbers(Key key) {
    Map<String, Double> cloud = early.remove(key);
    return cloud == null ? Map.of() : cloud;
  }

  private void keep(Used used) {
    // Last in line, as the one that ended last.
    Used before = ended.remove(used.key());
    if (before != null) {
      fold(before);
    }
    ended.put(used.key(), used);
    forgetOld(used.to());
    if (ended.size() > maxTasks) {
      foldOldest();
    }
  }

  private static void bound(Map<Key, ?> waiting) {
    if (waiting.size() > MAX_WAITING) {
      Iterator<Key> eldest = waiting.keySet().iterator();
      eldest.next();
      eldest.remove();
    }
  }

  /** An agent is gone whose usage is told elsewhere. */
  public synchronized void gone(AppId appId, TaskId taskId) {
    running.remove(new Key(appId, taskId));
  }

  /** What the cloud says about a task. */
  public synchronized void reported(AppId appId, TaskId taskId, Instant at, JsonNode usage) {
    Key key = new Key(appId, taskId);
    Map<String, Double> numbers = CloudNumbers.of(usage);
    Used used = ended.get(key);
    if (used != null && !running.containsKey(key)) {
      ended.put(key, used.with(numbers));
      return;
    }
    Unused nothing = unused.remove(key);
    if (nothing != null) {
      keep(new Used(key, nothing.scene(), nothing.at(), nothing.at(), false, numbers));
      return;
    }
    early.put(key, numbers);
    bound(early);
  }

  private void forgetOld(Instant newest) {
    Instant oldest = newest.minus(history);
    folded.headMap(oldest).clear();
    quarters.values().forEach(each -> each.headMap(oldest).clear());
    Iterator<Used> eldest = ended.values().iterator();
    while (eldest.hasNext() && eldest.next().to().isBefore(oldest)) {
      eldest.remove();
    }
  }

  private void countQuarters(UsageSpan span) {
    TreeMap<Instant, Duration> counted =
        quarters.computeIfAbsent(span.appId(), appId -> new TreeMap<>());
    for (Instant begin = quarter(span.from());
        begin.isBefore(span.to());
        begin = begin.plus(QUARTER)) {
      counted.merge(begin, span.within(begin, begin.plus(QUARTER)), Duration::plus);
    }
  }

  /**
   * How long an application's agents were in rooms in that time, those that still run up to now
   * included. As {@link #sum}, and quick however many there were.
   *
   * @param begin a full quarter of an hour
   */
  synchronized Duration active(AppId appId, Instant begin, Instant end, Instant now) {
    Duration active =
        quarters.getOrDefault(appId, new TreeMap<>()).subMap(begin, end).values().stream()
            .reduce(Duration.ZERO, Duration::plus);
    for (Map.Entry<Key, Running> each : running.entrySet()) {
      Running runs = each.getValue();
      if (each.getKey().appId().equals(appId) && runs.from().isBefore(now)) {
        active =
            active.plus(
                new UsageSpan(appId, each.getKey().taskId(), runs.scene(), runs.from(), now)
                    .within(begin, end));
      }
    }
    return active;
  }

  // A tenth at once, so that it is rare.
  private void foldOldest() {
    Iterator<Used> eldest = ended.values().iterator();
    for (int i = 0; i < Math.max(1, maxTasks / 10) && eldest.hasNext(); i++) {
      fold(eldest.next());
      eldest.remove();
    }
  }

  private void fold(Used used) {
    UsageSpan span = used.span();
    boolean first = true;
    Instant begin = quarter(span.from());
    do {
      Instant end = begin.plus(QUARTER);
      Slot slot = new Slot(span.appId(), span.scene(), begin);
      // The task and the cloud's numbers count once, where it began.
      UsageSum part =
          new UsageSum(
              UsageSum.FOLDED,
              span.within(begin, end),
              first ? 1 : 0,
              first && !used.seen() ? 1 : 0,
              first ? used.cloud() : Map.of());
      folded
          .computeIfAbsent(begin, b -> new HashMap<>())
          .merge(slot, part, (there, more) -> there.plus(more));
      first = false;
      begin = end;
    } while (begin.isBefore(span.to()));
  }

  private static Instant quarter(Instant at) {
    Instant hour = at.truncatedTo(ChronoUnit.HOURS);
    return hour.plus(
        QUARTER.multipliedBy(Duration.between(hour, at).toMinutes() / QUARTER.toMinutes()));
  }

  /** By what a sum is divided. */
  public enum By {
    TASK,
    SCENE,
    APP,
    DAY
  }

  /**
   * What an application used in that time, agents that still run up to now included.
   *
   * @param zone whose midnights divide days
   */
  public synchronized List<UsageSum> sum(
      AppId appId, Instant from, Instant to, By by, ZoneId zone, Instant now) {
    Map<String, UsageSum> sums = new TreeMap<>();
    for (Used used : ended.values()) {
      if (used.key().appId().equals(appId)) {
        add(sums, used, from, to, by, zone);
      }
    }
    running.forEach(
        (key, runs) -> {
          if (key.appId().equals(appId) && runs.from().isBefore(now)) {
            add(
                sums,
                new Used(key, runs.scene(), runs.from(), now, true, Map.of()),
                from,
                to,
                by,
                zone);
          }
        });
    folded
        .subMap(quarter(from), true, to, false)
        .values()
        .forEach(
            slots ->
                slots.forEach(
                    (slot, sum) -> {
                      if (slot.appId().equals(appId)) {
                        put(sums, heading(by, slot, zone), sum);
                      }
                    }));
    return List.copyOf(sums.values());
  }

  private static String heading(By by, Slot slot, ZoneId zone) {
    return switch (by) {
      case TASK -> UsageSum.FOLDED;
      case SCENE -> slot.scene();
      case APP -> slot.appId().value();
      case DAY -> LocalDate.ofInstant(slot.begin(), zone).toString();
    };
  }

  private static void add(
      Map<String, UsageSum> sums, Used used, Instant from, Instant to, By by, ZoneId zone) {
    if (by == By.DAY) {
      addByDay(sums, used, from, to, zone);
      return;
    }
    Duration active = used.span().within(from, to);
    boolean reportedHere = !used.to().isBefore(from) && used.to().isBefore(to);
    if (active.isZero() && !reportedHere) {
      return;
    }
    String key =
        switch (by) {
          case TASK -> used.key().taskId().value();
          case SCENE -> used.scene();
          case APP -> used.key().appId().value();
          case DAY -> throw new IllegalStateException("days are divided elsewhere");
        };
    put(sums, key, sumOf(key, active, used, reportedHere));
  }

  private static void addByDay(
      Map<String, UsageSum> sums, Used used, Instant from, Instant to, ZoneId zone) {
    LocalDate day = LocalDate.ofInstant(used.from().isBefore(from) ? from : used.from(), zone);
    while (true) {
      Instant begin = day.atStartOfDay(zone).toInstant();
      if (!begin.isBefore(to) || begin.isAfter(used.to())) {
        return;
      }
      Instant end = day.plusDays(1).atStartOfDay(zone).toInstant();
      Instant first = begin.isBefore(from) ? from : begin;
      Instant last = end.isAfter(to) ? to : end;
      Duration active = used.span().within(first, last);
      boolean reportedHere = !used.to().isBefore(first) && used.to().isBefore(last);
      if (!active.isZero() || reportedHere) {
        put(sums, day.toString(), sumOf(day.toString(), active, used, reportedHere));
      }
      day = day.plusDays(1);
    }
  }

  private static UsageSum sumOf(String key, Duration active, Used used, boolean reportedHere) {
    return new UsageSum(
        key, active, 1, used.seen() ? 0 : 1, reportedHere ? used.cloud() : Map.of());
  }

  private static void put(Map<String, UsageSum> sums, String key, UsageSum more) {
    sums.merge(
        key,
        new UsageSum(key, more.active(), more.tasks(), more.unseen(), more.cloud()),
        (there, same) -> there.plus(same));
  }

  /** How many ended tasks are kept apart. */
  synchronized int size() {
    return ended.size();
  }
}
