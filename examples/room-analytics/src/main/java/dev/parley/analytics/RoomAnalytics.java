package dev.parley.analytics;

import dev.parley.analytics.kafka.BoundedStateMemory;
import dev.parley.analytics.kafka.ResultTopics;
import dev.parley.analytics.kafka.RoomHourTopology;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The running job. */
public final class RoomAnalytics implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RoomAnalytics.class);
  private static final Duration STOP_WITHIN = Duration.ofSeconds(20);

  private final KafkaStreams streams;
  private final CountDownLatch ended = new CountDownLatch(1);

  private RoomAnalytics(KafkaStreams streams) {
    this.streams = streams;
  }

  /**
   * Creates the job's own topics where they are missing, and starts it.
   *
   * @throws IllegalStateException when Kafka does not answer or Parley's topics are not there
   */
  public static RoomAnalytics start(AnalyticsSettings settings) {
    Properties kafka = kafka(settings);
    try (Admin admin = Admin.create(kafka)) {
      ResultTopics.prepare(admin);
    }
    RoomAnalytics job =
        new RoomAnalytics(
            new KafkaStreams(
                RoomHourTopology.of(settings.grace(), settings.updateEvery(), settings.idleAfter()),
                kafka));
    job.streams.setUncaughtExceptionHandler(
        failure -> {
          // Whoever runs the job starts it anew; it goes on where its last transaction ended.
          LOG.error("the job ends", failure);
          return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        });
    job.streams.setStateListener(
        (state, before) -> {
          if (state.hasCompletedShutdown()) {
            job.ended.countDown();
          }
        });
    job.streams.start();
    LOG.info(
        "started bootstrapServers={} results={} deadLetters={} grace={}",
        settings.bootstrapServers(),
        RoomHourTopology.RESULTS,
        RoomHourTopology.DEAD_LETTERS,
        settings.grace());
    return job;
  }

  private static Properties kafka(AnalyticsSettings settings) {
    Properties kafka = new Properties();
    kafka.putAll(settings.kafka());
    kafka.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, settings.bootstrapServers());
    kafka.put(StreamsConfig.APPLICATION_ID_CONFIG, settings.applicationId());
    kafka.put(StreamsConfig.STATE_DIR_CONFIG, settings.stateDirectory().toString());
    // State, results and positions move together; a crash counts nothing twice. It also makes the
    // consumers skip what an aborted transaction of the room reducer left behind.
    kafka.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    kafka.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 1_000);
    // Of three topics that have records waiting, always the oldest: without it, a long history
    // of one topic could close hours before another topic's records of these hours were read.
    kafka.put(StreamsConfig.MAX_TASK_IDLE_MS_CONFIG, 0);
    kafka.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, BoundedStateMemory.class);
    kafka.put(StreamsConfig.producerPrefix(ProducerConfig.COMPRESSION_TYPE_CONFIG), "lz4");
    return kafka;
  }

  /** True while it reads; false while it starts, and when it has ended. */
  public boolean running() {
    return streams.state() == KafkaStreams.State.RUNNING;
  }

  /**
   * Waits until the job has ended.
   *
   * @return true when it was closed, false when it failed
   */
  public boolean awaitEnd() throws InterruptedException {
    ended.await();
    return streams.state() == KafkaStreams.State.NOT_RUNNING;
  }

  @Override
  public void close() {
    if (!streams.close(STOP_WITHIN)) {
      LOG.warn("the job did not stop within {}", STOP_WITHIN);
    }
  }
}
