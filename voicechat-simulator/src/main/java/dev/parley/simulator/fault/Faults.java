package dev.parley.simulator.fault;

import java.util.ArrayList;
import java.util.List;

/** The faults in force. */
public final class Faults {

  private static final class Armed {
    private final FaultRule rule;
    private int struck;

    private Armed(FaultRule rule) {
      this.rule = rule;
    }

    private boolean usedUp() {
      Integer times = rule.times();
      return times != null && struck >= times;
    }
  }

  private final int max;
  private final List<Armed> armed = new ArrayList<>();

  /** Holds at most {@code max} rules. */
  public Faults(int max) {
    this.max = max;
  }

  /** Replaces all rules. */
  public void replace(List<FaultRule> rules) {
    if (rules.size() > max) {
      throw new IllegalArgumentException("at most " + max + " faults");
    }
    armed.clear();
    rules.forEach(this::add);
  }

  /** Adds a rule; the oldest gives way when there are too many. */
  public void add(FaultRule rule) {
    if (armed.size() >= max) {
      armed.remove(0);
    }
    armed.add(new Armed(rule));
  }

  /** The rules that may still strike. */
  public List<FaultRule> inForce() {
    return armed.stream().filter(each -> !each.usedUp()).map(each -> each.rule).toList();
  }

  /** The faults of a kind that strike here, each counted as having struck. */
  public <F extends Fault> List<F> strike(Class<F> kind, Occasion occasion) {
    List<F> struck = new ArrayList<>();
    for (Armed each : armed) {
      if (kind.isInstance(each.rule.fault()) && !each.usedUp() && each.rule.strikes(occasion)) {
        each.struck++;
        struck.add(kind.cast(each.rule.fault()));
      }
    }
    armed.removeIf(Armed::usedUp);
    return struck;
  }
}
