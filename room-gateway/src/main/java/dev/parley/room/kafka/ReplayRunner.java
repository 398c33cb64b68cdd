package dev.parley.room.kafka;

import dev.parley.kit.kafka.KafkaClients;
import dev.parley.kit.kafka.KafkaUnavailableException;
import dev.parley.room.config.RoomApps;
import dev.parley.room.config.RoomConfig;
import dev.parley.room.ingest.CallbackDesk;
import dev.parley.room.ingest.ReportTaker;
import dev.parley.room.replay.Redrive;
import dev.parley.room.replay.ReplayOrder;
import dev.parley.room.replay.ReplayProgress.State;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Runs the replays whose partition of the journal this instance owns. When the instance goes, its
 * partitions go to another one, and with them the replays.
 */
@ApplicationScoped
public class ReplayRunner {
  private static final Logger LOG = Logger.getLogger(ReplayRunner.class);
  private static final String GROUP = "parley-room-replays";
  private static final Duration POLL = Duration.ofMillis(300);
  private static final Duration FORGETTING = Duration.ofSeconds(10);

  private final ReplayJournal journal;
  private final KafkaClients clients;
  private final RoomConfig config;
  private final Redrive redrive;
  private final Clock clock;
  private final MeterRegistry metrics;
  private final Set<Integer> owned = ConcurrentHashMap.newKeySet();
  private final Map<String, Thread> running = new ConcurrentHashMap<>();
  private long forgotMillis;
  private volatile boolean stopping;
  private volatile @Nullable KafkaConsumer<byte[], byte[]> owning;

  @Inject
  ReplayRunner(
      ReplayJournal journal,
      KafkaClients clients,
      RoomConfig config,
      RoomApps apps,
      Clock clock,
      MeterRegistry metrics) {
    this.metrics = metrics;
    this.journal = journal;
    this.clients = clients;
    this.config = config;
    this.clock = clock;
    this.redrive =
        new Redrive(
            apps.all(),
            new CallbackDesk(config.callbacks().replayWindow()),
            new ReportTaker.Limits(
                config.relay().maxEventBytes(),
                config.relay().maxEventAge(),
                config.relay().telemetryInterval()));
  }

  void start(@Observes StartupEvent event) {
    if (config.roles().push()) {
      Thread.ofPlatform().daemon().name("replay-runner").start(this::own);
    }
  }

  void stop(@Observes ShutdownEvent event) {
    stopping = true;
    KafkaConsumer<byte[], byte[]> consumer = owning;
    if (consumer != null) {
      consumer.wakeup();
    }
  }

  private void own() {
    while (!stopping) {
      // The journal creates its topic first.
      if (!journal.complete()) {
        pause();
        continue;
      }
      try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
        owning = consumer;
        consumer.subscribe(List.of(config.replays().journal()), new Owned());
        while (!stopping) {
          // The records themselves are the journal's affair: here only who owns what counts.
          for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
            LOG.tracef("passed over offset=%d", record.offset());
          }
          runDue();
          forgetEnded();
        }
      } catch (WakeupException e) {
        LOG.debug("replays are run no more");
        return;
      } catch (KafkaException | KafkaUnavailableException e) {
        LOG.warnf("replays cannot be run, trying again: %s", e.getMessage());
        owned.clear();
        pause();
      }
    }
  }

  private void runDue() {
    for (ReplayOrder order : journal.orders()) {
      if (running.size() >= config.replays().maxRunning()) {
        return;
      }
      boolean open =
          journal.progress(order).map(so -> so.state() == State.RUNNING).orElse(Boolean.TRUE);
      if (open && owned.contains(ReplayJournal.partition(order.key()))) {
        running.computeIfAbsent(
            order.key(),
            key ->
                Thread.ofPlatform().daemon().name("replay-" + order.id()).start(() -> run(order)));
      }
    }
  }

  private void forgetEnded() {
    long now = clock.millis();
    if (now - forgotMillis < FORGETTING.toMillis()) {
      return;
    }
    forgotMillis = now;
    long before = now - config.replays().remember().toMillis();
    for (ReplayOrder order : journal.orders()) {
      boolean ended =
          journal
              .progress(order)
              .map(so -> so.state() != State.RUNNING && so.updatedMillis() < before)
              .orElse(Boolean.FALSE);
      if (ended && owned.contains(ReplayJournal.partition(order.key()))) {
        journal.forget(order);
      }
    }
  }

  private void run(ReplayOrder order) {
    try {
      new ReplayRun(
              order,
              journal,
              redrive,
              clients,
              config.replays(),
              config.reducer().clockTolerance(),
              clock,
              metrics,
              () -> lost(order))
          .run();
    } catch (KafkaException | KafkaUnavailableException e) {
      // Somebody else took over, or Kafka is away: whoever owns it then goes on where this one was.
      LOG.infof("replay %s is interrupted: %s", order.id(), e.getMessage());
      pause();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOG.errorf(e, "replay %s broke off", order.id());
      pause();
    } finally {
      running.remove(order.key());
    }
  }

  private boolean lost(ReplayOrder order) {
    return stopping || !owned.contains(ReplayJournal.partition(order.key()));
  }

  private void pause() {
    try {
      TimeUnit.SECONDS.sleep(1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      stopping = true;
    }
  }

  private KafkaConsumer<byte[], byte[]> consumer() {
    Map<String, Object> settings = clients.consumerConfig(GROUP);
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "latest");
    settings.put(
        ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG,
        (int) config.reducer().sessionTimeout().toMillis());
    return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  private final class Owned implements ConsumerRebalanceListener {
    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> gone) {
      gone.forEach(partition -> owned.remove(partition.partition()));
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> mine) {
      mine.forEach(partition -> owned.add(partition.partition()));
    }
  }
}
