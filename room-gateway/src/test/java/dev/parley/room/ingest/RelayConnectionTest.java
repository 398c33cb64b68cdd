package dev.parley.room.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.events.Observation.RelayClosed;
import dev.parley.events.Observation.RelayOpened;
import dev.parley.events.Observation.SdkEventReported;
import dev.parley.events.Payload;
import dev.parley.events.id.RoomId;
import dev.parley.kit.kafka.EventPublisher.Draft;
import dev.parley.kit.kafka.KafkaUnavailableException;
import dev.parley.kit.session.Role;
import dev.parley.kit.session.Session;
import dev.parley.room.Rooms;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RelayConnectionTest {
  private static final int MAX_UNACKNOWLEDGED = 4;

  /** An event loop, a socket and a clock, all by hand. */
  private static final class FakeLink extends Clock implements RelayConnection.Link {
    private record Timer(long atMillis, long number, Runnable task) {}

    private final List<JsonNode> sent = new ArrayList<>();
    private final Deque<Runnable> tasks = new ArrayDeque<>();
    private final PriorityQueue<Timer> timers =
        new PriorityQueue<>(
            Comparator.comparingLong(Timer::atMillis).thenComparingLong(Timer::number));
    private long now = Rooms.T0;
    private long timersSet;
    private boolean paused;
    private @Nullable Short closeCode;

    @Override
    public void send(String text) {
      sent.add(Rooms.json(text));
    }

    @Override
    public void ping() {}

    @Override
    public void pause() {
      paused = true;
    }

    @Override
    public void resume() {
      paused = false;
    }

    @Override
    public void close(short code, String reason) {
      closeCode = code;
    }

    @Override
    public void run(Runnable task) {
      tasks.add(task);
    }

    @Override
    public Runnable after(Duration delay, Runnable task) {
      Timer timer = new Timer(now + delay.toMillis(), timersSet++, task);
      timers.add(timer);
      return () -> timers.removeIf(timer::equals);
    }

    void settle() {
      while (!tasks.isEmpty()) {
        tasks.remove().run();
      }
    }

    void pass(Duration time) {
      long until = now + time.toMillis();
      while (!timers.isEmpty() && timers.element().atMillis() <= until) {
        Timer due = timers.remove();
        now = due.atMillis();
        due.task().run();
        settle();
      }
      now = until;
    }

    long acknowledged() {
      return sent.stream()
          .filter(frame -> frame.path("type").asText().equals("ack"))
          .mapToLong(frame -> frame.path("sequence").asLong())
          .max()
          .orElse(0);
    }

    @Override
    public long millis() {
      return now;
    }

    @Override
    public Instant instant() {
      return Instant.ofEpochMilli(now);
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  /** Kafka by hand: what was handed over waits until the test says how it went. */
  private static final class FakeKafka {
    private record Handed(Draft draft, CompletableFuture<Void> outcome) {}

    private final Deque<Handed> handed = new ArrayDeque<>();
    private final List<Payload> kept = new ArrayList<>();

    CompletionStage<Void> send(Draft draft) {
      CompletableFuture<Void> outcome = new CompletableFuture<>();
      handed.add(new Handed(draft, outcome));
      return outcome;
    }

    void acknowledge() {
      Handed next = handed.remove();
      kept.add(next.draft().data());
      next.outcome().complete(null);
    }

    void acknowledgeAll() {
      while (!handed.isEmpty()) {
        acknowledge();
      }
    }

    void refuse() {
      handed.remove().outcome().completeExceptionally(new KafkaUnavailableException("away", null));
    }

    List<Long> keptSequences() {
      return kept.stream()
          .filter(SdkEventReported.class::isInstance)
          .map(event -> ((SdkEventReported) event).observer().sequence())
          .toList();
    }
  }

  private final FakeLink link = new FakeLink();
  private final FakeKafka kafka = new FakeKafka();
  private final RelayConnection connection =
      new RelayConnection(
          new RoomId("Room123"),
          "connection-1",
          link,
          new RelayConnection.Settings(
              Duration.ofSeconds(10),
              Duration.ofSeconds(15),
              Duration.ofSeconds(45),
              Duration.ofSeconds(1),
              Duration.ofMinutes(10),
              MAX_UNACKNOWLEDGED,
              new ReportTaker.Limits(32_768, Duration.ofHours(6), Duration.ofSeconds(10))),
          token ->
              CompletableFuture.completedFuture(
                  new Session(Rooms.APP, Rooms.ROOM, "alice", Role.PARTICIPANT)),
          kafka::send,
          new AcknowledgedSequences(10),
          link,
          () -> {});

  private void hello() {
    connection.start();
    connection.text(
        "{\"type\":\"hello\",\"token\":\"t\",\"clientId\":\"web-1\",\"clientTimeMillis\":%d}"
            .formatted(Rooms.T0));
    link.settle();
  }

  private void welcomed() {
    hello();
    kafka.acknowledge();
    link.settle();
  }

  private void report(long sequence) {
    connection.text(
        "{\"type\":\"event\",\"sequence\":%d,\"clientTimeMillis\":%d,\"name\":\"onTokenWillExpire\"}"
            .formatted(sequence, Rooms.T0 + sequence));
  }

  @Test
  void nothingIsAcknowledgedBeforeKafkaHasItAndEverythingBefore() {
    // Given
    welcomed();
    report(1);
    report(2);
    link.settle();
    assertThat(link.acknowledged()).isZero();

    // When
    kafka.acknowledge();
    link.settle();
    assertThat(link.acknowledged()).isEqualTo(1);
    kafka.acknowledge();
    link.settle();

    // Then
    assertThat(link.acknowledged()).isEqualTo(2);
  }

  @Test
  void theSocketIsNotReadWhileTooMuchWaits() {
    // Given
    welcomed();
    for (int i = 1; i < MAX_UNACKNOWLEDGED; i++) {
      report(i);
    }
    assertThat(link.paused).isFalse();

    // When
    report(MAX_UNACKNOWLEDGED);
    assertThat(link.paused).isTrue();
    kafka.acknowledgeAll();
    link.settle();

    // Then
    assertThat(link.paused).isFalse();
    assertThat(link.acknowledged()).isEqualTo(MAX_UNACKNOWLEDGED);
  }

  @Test
  void whatKafkaDidNotTakeIsHandedOverAgainInOrderAndTheClientNoticesNothing() {
    // Given
    welcomed();
    report(1);
    report(2);
    report(3);

    // When: Kafka is away for a while
    for (int i = 0; i < 5; i++) {
      while (!kafka.handed.isEmpty()) {
        kafka.refuse();
      }
      link.settle();
      assertThat(link.paused).isTrue();
      assertThat(link.acknowledged()).isZero();
      link.pass(Duration.ofSeconds(1));
    }
    kafka.acknowledgeAll();
    link.settle();

    // Then
    assertThat(kafka.keptSequences()).containsExactly(1L, 2L, 3L);
    assertThat(link.acknowledged()).isEqualTo(3);
    assertThat(link.paused).isFalse();
    assertThat(link.closeCode).isNull();
  }

  @Test
  void aReportBehindOneThatFailedIsNotAcknowledged() {
    // Given
    welcomed();
    report(1);
    report(2);

    // When
    kafka.refuse();
    kafka.acknowledge();
    link.settle();
    assertThat(link.acknowledged()).isZero();
    link.pass(Duration.ofSeconds(1));
    kafka.acknowledgeAll();
    link.settle();

    // Then
    assertThat(link.acknowledged()).isEqualTo(2);
  }

  @Test
  void whoComesWhileKafkaIsAwayIsToldToComeLater() {
    // When
    hello();
    kafka.refuse();
    link.settle();

    // Then
    assertThat(link.closeCode).isEqualTo(RelayConnection.TRY_AGAIN_LATER);
    assertThat(link.sent)
        .singleElement()
        .satisfies(error -> assertThat(error.path("code").asText()).isEqualTo("kafka_unavailable"));
  }

  @Test
  void theEndOfAConnectionIsToldUntilKafkaHasIt() {
    // Given
    welcomed();

    // When
    connection.closed();
    kafka.refuse();
    link.settle();
    link.pass(Duration.ofSeconds(1));
    kafka.acknowledge();

    // Then
    assertThat(kafka.kept).first().isInstanceOf(RelayOpened.class);
    assertThat(kafka.kept)
        .last()
        .isInstanceOfSatisfying(RelayClosed.class, closed -> assertThat(closed.clean()).isFalse());
  }

  @Test
  void aGoodbyeWaitsForWhatIsOpen() {
    // Given
    welcomed();
    report(1);

    // When
    connection.text("{\"type\":\"goodbye\"}");
    link.settle();
    assertThat(link.closeCode).isNull();
    kafka.acknowledge();
    link.settle();

    // Then
    assertThat(link.acknowledged()).isEqualTo(1);
    assertThat(link.closeCode).isEqualTo(RelayConnection.NORMAL);
  }

  @Test
  void whoSaysNothingIsLetGo() {
    // When
    connection.start();
    link.pass(Duration.ofSeconds(10));

    // Then
    assertThat(link.closeCode).isEqualTo(RelayConnection.TIMEOUT);
  }

  @Test
  void whoFallsSilentIsLetGoButNotWhileItIsNotRead() {
    // Given
    welcomed();
    for (int i = 1; i <= MAX_UNACKNOWLEDGED; i++) {
      report(i);
    }

    // When: the socket is not read for two minutes
    link.pass(Duration.ofMinutes(2));
    assertThat(link.closeCode).isNull();
    kafka.acknowledgeAll();
    link.settle();
    link.pass(Duration.ofMinutes(2));

    // Then
    assertThat(link.closeCode).isEqualTo(RelayConnection.TIMEOUT);
  }
}
