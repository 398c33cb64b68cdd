package dev.parley.agent.usage;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * What was used under one heading.
 *
 * @param key the task, scene, app or day; {@link #FOLDED} for tasks that are too old to be told
 *     apart
 * @param active time in rooms, by Parley's own clock
 * @param tasks how many agents had a part in it
 * @param unseen those of them that were never seen in their room: their time is not known
 * @param cloud every number of the cloud's own usage events, added up, by its path
 */
public record UsageSum(
    String key, Duration active, long tasks, long unseen, Map<String, Double> cloud) {
  /** Stands for tasks that were folded together. */
  public static final String FOLDED = "(older)";

  public UsageSum {
    cloud = Map.copyOf(cloud);
  }

  /** Both together, under the first one's heading. */
  UsageSum plus(UsageSum more) {
    return new UsageSum(
        key,
        active.plus(more.active),
        tasks + more.tasks,
        unseen + more.unseen,
        CloudNumbers.sum(cloud, more.cloud));
  }

  /** The cloud's numbers in the order of their paths. */
  public Map<String, Double> sortedCloud() {
    return new TreeMap<>(cloud);
  }
}
