package dev.parley.room.config;

import dev.parley.kit.config.SettingBounds;
import dev.parley.kit.config.SettingsException;
import dev.parley.kit.secret.Secret;
import dev.parley.room.ReducerRules;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.interceptor.Interceptor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Settings that cannot be used, by themselves or beside each other, end the start. Every process
 * checks all of them, whatever its roles: a lease means the same to who renews and to who lets it
 * lapse.
 */
@ApplicationScoped
public class SettingsCheck {
  private static final Logger LOG = Logger.getLogger(SettingsCheck.class);
  private static final SettingBounds BOUNDS = new SettingBounds("parley.room.");

  private final RoomConfig config;

  @Inject
  SettingsCheck(RoomConfig config) {
    this.config = config;
  }

  void start(@Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE) StartupEvent event) {
    check(config);
    if (config.roles().reducer()) {
      createFolder("parley.room.reducer.state-directory", config.reducer().stateDirectory());
    }
    warning(config).ifPresent(LOG::warn);
  }

  /**
   * Creates a folder where there is none.
   *
   * @throws SettingsException names the setting when that fails
   */
  static void createFolder(String name, Path folder) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new SettingsException(name, "cannot be created: " + folder);
    }
  }

  /** What is allowed and may surprise whoever set it. */
  static Optional<String> warning(RoomConfig config) {
    return config.roles().reducer()
            && config.reducer().guarantee() == RoomConfig.Reducer.Guarantee.AT_LEAST_ONCE
        ? Optional.of(
            "parley.room.reducer.guarantee is at-least-once: after a crash of a reducer some facts"
                + " may be told twice, with the same id, and some may be missing for good. Where"
                + " every fact counts leave it at exactly-once-v2.")
        : Optional.empty();
  }

  /**
   * Looks at all of them.
   *
   * @throws SettingsException names the first that cannot be used
   */
  static void check(RoomConfig config) {
    check(config.relay());
    BOUNDS.positive("callbacks.answer-within", config.callbacks().answerWithin());
    BOUNDS.least("callbacks.max-body-bytes", config.callbacks().maxBodyBytes(), 1);
    BOUNDS.least("reducer.threads", config.reducer().threads(), 1);
    BOUNDS.least("reducer.state-memory-mib", config.reducer().stateMemoryMib(), 1);
    check(config.push());
    if (config.roles().push()) {
      Secret unused = Positions.secret(config);
    }
    BOUNDS.least("replays.max-page", config.replays().maxPage(), 1);
    BOUNDS.least("replays.records-per-second", config.replays().recordsPerSecond(), 1);
    BOUNDS.least("replays.max-running", config.replays().maxRunning(), 1);
    fitEachOther(config);
  }

  private static void check(RoomConfig.Relay relay) {
    BOUNDS.positive("relay.hello-timeout", relay.helloTimeout());
    BOUNDS.positive("relay.heartbeat", relay.heartbeat());
    BOUNDS.positive("relay.idle-timeout", relay.idleTimeout());
    BOUNDS.positive("relay.retry-delay", relay.retryDelay());
    BOUNDS.positive("relay.renew-interval", relay.renewInterval());
    BOUNDS.notNegative("relay.drain-timeout", relay.drainTimeout());
    BOUNDS.least("relay.max-unacknowledged", relay.maxUnacknowledged(), 1);
    BOUNDS.least("relay.max-batch-events", relay.maxBatchEvents(), 1);
    // What is further behind when it is sent again would be a bad row, and not count.
    int most = ReducerRules.MAX_REPORTS_BEHIND;
    BOUNDS.most("relay.max-unacknowledged", relay.maxUnacknowledged(), most);
    BOUNDS.most("relay.max-batch-events", relay.maxBatchEvents(), most);
  }

  private static void check(RoomConfig.Push push) {
    BOUNDS.positive("push.timeline-timeout", push.timelineTimeout());
    BOUNDS.least("push.max-page", push.maxPage(), 1);
    BOUNDS.least("push.max-pending-events", push.maxPendingEvents(), 1);
    BOUNDS.positive("push.slow-after", push.slowAfter());
    BOUNDS.positive("push.stream-heartbeat", push.streamHeartbeat());
    BOUNDS.positive("push.hello-timeout", push.helloTimeout());
  }

  private static void fitEachOther(RoomConfig config) {
    Duration lease = config.reducer().relayLease();
    // One renewal before a time without Kafka of a quarter of the lease, and one after it.
    atMost(
        "parley.room.relay.renew-interval",
        config.relay().renewInterval(),
        lease.dividedBy(3),
        "a third of parley.room.reducer.relay-lease",
        lease,
        "users with an open relay would be told as left");
    // After an idle time each relay would have half of its lease anew, and nobody would ever lapse.
    atMost(
        "parley.room.reducer.idle-after",
        config.reducer().idleAfter(),
        lease.dividedBy(4),
        "a quarter of parley.room.reducer.relay-lease",
        lease,
        "a quiet partition would be taken for one that Kafka was away from");
    // What was told is remembered for twice the window: a late report looks up one further back.
    Duration window = config.reducer().exactWindow();
    atMost(
        "parley.room.relay.max-event-age",
        config.relay().maxEventAge(),
        window,
        "parley.room.reducer.exact-window",
        window,
        "what is reported late would be told twice");
  }

  private static void atMost(
      String name, Duration value, Duration most, String bound, Duration other, String otherwise) {
    if (value.compareTo(most) > 0) {
      throw new SettingsException(
          name,
          "(%s) must be at most %s (%s): otherwise %s".formatted(value, bound, other, otherwise));
    }
  }
}
