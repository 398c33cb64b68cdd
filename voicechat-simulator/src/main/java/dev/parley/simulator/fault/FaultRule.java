package dev.parley.simulator.fault;

import org.jspecify.annotations.Nullable;

/**
 * A fault and where it strikes; an absent field strikes everywhere.
 *
 * @param times how often it strikes before it is used up; absent for always
 */
public record FaultRule(
    Fault fault,
    @Nullable String action,
    @Nullable String appId,
    @Nullable String roomId,
    @Nullable String taskId,
    @Nullable Integer times) {

  public FaultRule {
    if (times != null && times < 1) {
      throw new IllegalArgumentException("times must be at least 1");
    }
  }

  boolean strikes(Occasion occasion) {
    return matches(action, occasion.action())
        && matches(appId, occasion.appId())
        && matches(roomId, occasion.roomId())
        && matches(taskId, occasion.taskId());
  }

  private static boolean matches(@Nullable String wanted, @Nullable String actual) {
    return wanted == null || wanted.equals(actual);
  }
}
