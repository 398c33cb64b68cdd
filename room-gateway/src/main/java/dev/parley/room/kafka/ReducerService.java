package dev.parley.room.kafka;

import dev.parley.kit.kafka.KafkaClients;
import dev.parley.room.ReducerRules;
import dev.parley.room.config.RoomConfig;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Runs the reducer while the process runs, when its role is on. */
@Readiness
@ApplicationScoped
public class ReducerService implements HealthCheck {
  private static final Logger LOG = Logger.getLogger(ReducerService.class);

  // Kafka's consumer knows it under this name; Kafka Streams sets it to false.
  private static final String LEAVE_GROUP_ON_CLOSE = "internal.leave.group.on.close";

  private final RoomConfig config;
  private final KafkaClients clients;
  private final Clock clock;
  private final MeterRegistry metrics;
  private final Hearing hearing = new Hearing(System::nanoTime);
  private volatile @Nullable KafkaStreams streams;
  private volatile boolean outdated;
  private @Nullable KafkaStreamsMetrics streamsMetrics;

  @Inject
  ReducerService(RoomConfig config, KafkaClients clients, Clock clock, MeterRegistry metrics) {
    this.config = config;
    this.clients = clients;
    this.clock = clock;
    this.metrics = metrics;
  }

  void start(@Observes StartupEvent event) {
    if (!config.roles().reducer()) {
      return;
    }
    RoomConfig.Reducer reducer = config.reducer();
    KafkaStreams started =
        new KafkaStreams(
            RoomTopology.of(
                rules(reducer),
                reducer.idleAfter(),
                this::kafkaAnswers,
                clock,
                metrics.counter("parley.records.passed.over", "reader", "reducer")),
            settings(reducer));
    started.setUncaughtExceptionHandler(this::failed);
    KafkaStreamsMetrics bound = new KafkaStreamsMetrics(started);
    bound.bindTo(metrics);
    streams = started;
    streamsMetrics = bound;
    started.start();
  }

  private StreamThreadExceptionResponse failed(Throwable failure) {
    StreamThreadExceptionResponse answer = after(failure);
    if (answer == StreamThreadExceptionResponse.SHUTDOWN_CLIENT) {
      outdated = true;
      LOG.errorf(failure, "this reducer is older than what it is to go on with, and ends");
    } else {
      LOG.errorf(failure, "reducer thread failed, a new one takes over");
    }
    return answer;
  }

  static StreamThreadExceptionResponse after(Throwable failure) {
    return NewerMemoryException.isBehind(failure)
        // A new thread would meet the same. The partitions go to those that can read them.
        ? StreamThreadExceptionResponse.SHUTDOWN_CLIENT
        // Topics may be missing at first, brokers come and go: facts wait, they are not lost.
        : StreamThreadExceptionResponse.REPLACE_THREAD;
  }

  void stop(@Observes ShutdownEvent event) {
    if (streamsMetrics != null) {
      streamsMetrics.close();
    }
    if (streams != null) {
      boolean unused = streams.close(Duration.ofSeconds(10));
    }
  }

  @Override
  public HealthCheckResponse call() {
    if (streams == null) {
      return HealthCheckResponse.named("reducer").up().withData("role", "off").build();
    }
    KafkaStreams.State state = streams.state();
    if (outdated) {
      return HealthCheckResponse.named("reducer")
          .down()
          .withData("state", state.name())
          .withData("reason", "a newer version wrote the memory of rooms: upgrade this reducer")
          .build();
    }
    return HealthCheckResponse.named("reducer")
        .status(state.isRunningOrRebalancing())
        .withData("state", state.name())
        .build();
  }

  // Grows with whatever Kafka answers, also with "nothing new", and stands still when it does not.
  private boolean kafkaAnswers() {
    KafkaStreams running = streams;
    double bytes =
        running == null
            ? 0
            : running.metrics().values().stream()
                .filter(
                    each ->
                        each.metricName().name().equals("incoming-byte-total")
                            && each.metricName().group().equals("consumer-metrics"))
                .mapToDouble(each -> (double) each.metricValue())
                .sum();
    return hearing.answers(bytes);
  }

  static ReducerRules rules(RoomConfig.Reducer reducer) {
    return new ReducerRules(
        reducer.clockTolerance(),
        reducer.reconnectGrace(),
        reducer.cloudGrace(),
        reducer.relayLease(),
        reducer.repeatWindow(),
        reducer.exactWindow(),
        reducer.roundSettle(),
        reducer.maxSilence());
  }

  private Properties settings(RoomConfig.Reducer reducer) {
    Properties settings = new Properties();
    clients
        .commonConfig()
        .forEach(
            (name, value) -> {
              // The streams library sets its own group and serializers.
              if (!name.endsWith("serializer") && !name.equals("group.id")) {
                settings.put(name, value);
              }
            });
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, reducer.applicationId());
    settings.put(
        StreamsConfig.STATE_DIR_CONFIG, reducer.stateDirectory().toAbsolutePath().toString());
    settings.put(
        StreamsConfig.PROCESSING_GUARANTEE_CONFIG,
        switch (reducer.guarantee()) {
          case EXACTLY_ONCE_V2 -> StreamsConfig.EXACTLY_ONCE_V2;
          case AT_LEAST_ONCE -> StreamsConfig.AT_LEAST_ONCE;
        });
    settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, reducer.commitInterval().toMillis());
    // While it waits for records a thread does not commit those that it has reduced.
    settings.put(
        StreamsConfig.POLL_MS_CONFIG, Math.clamp(reducer.commitInterval().toMillis() / 4, 1, 100));
    settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, reducer.threads());
    settings.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, reducer.replicationFactor());
    settings.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, BoundedStateMemory.class);
    settings.put(BoundedStateMemory.MEBIBYTES, reducer.stateMemoryMib());
    settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
    settings.put(
        StreamsConfig.consumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG),
        (int) reducer.sessionTimeout().toMillis());
    // Without it a stopped gateway's partitions wait for the session timeout, and facts with them.
    settings.put(StreamsConfig.consumerPrefix(LEAVE_GROUP_ON_CLOSE), true);
    // Twice what a room's memory may take, and less than the topics take.
    settings.put(StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG), 1_048_576);
    settings.put(StreamsConfig.producerPrefix(ProducerConfig.ACKS_CONFIG), "all");
    settings.put(StreamsConfig.producerPrefix(ProducerConfig.COMPRESSION_TYPE_CONFIG), "lz4");
    return settings;
  }
}
