package dev.parley.analytics;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * How the job runs.
 *
 * @param bootstrapServers where Kafka is
 * @param applicationId consumer group, and prefix of the job's internal topics
 * @param stateDirectory where the state is kept; what is lost is restored from Kafka
 * @param grace how long after its end an hour waits for late events; the room reducer may tell that
 *     somebody left some minutes after the fact
 * @param updateEvery how often changed results are told
 * @param idleAfter a partition without any record for so long goes by the wall clock
 * @param kafka further settings of the Kafka clients, such as security
 */
public record AnalyticsSettings(
    String bootstrapServers,
    String applicationId,
    Path stateDirectory,
    Duration grace,
    Duration updateEvery,
    Duration idleAfter,
    Map<String, String> kafka) {
  public AnalyticsSettings {
    kafka = Map.copyOf(kafka);
    check("grace", grace, Duration.ZERO);
    check("updateEvery", updateEvery, Duration.ofMillis(10));
    check("idleAfter", idleAfter, Duration.ofSeconds(1));
  }

  private static void check(String name, Duration value, Duration least) {
    if (value.compareTo(least) < 0) {
      throw new IllegalArgumentException(name + " must be at least " + least + ", is " + value);
    }
  }
}
