package dev.parley.room.push;

import static dev.parley.room.push.Listening.PARTITION;
import static dev.parley.room.push.Listening.record;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.room.Rooms;
import dev.parley.room.push.Listening.Client;
import dev.parley.room.push.Listening.Log;
import dev.parley.room.push.RoomListener.End;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.Test;

class RoomListenerTest {
  private static final int PLENTY = 10_000_000;

  private final Client client = new Client();
  private final Log log = new Log();

  private void write(ListenerHub hub, int topic, long... offsets) {
    for (long offset : offsets) {
      StreamRecord record = record(topic, offset);
      log.add(record);
      hub.take(PARTITION, record);
    }
  }

  private RoomListener resume(ListenerHub hub, String position) {
    RoomListener listener = client.connect(1000);
    Thread resuming =
        Thread.ofVirtual()
            .start(
                new Resumption(
                    hub,
                    log,
                    listener,
                    StreamPosition.parse(position, Listening.TOPICS).orElseThrow(),
                    Duration.ofSeconds(10)));
    await()
        .pollInterval(Duration.ofMillis(5))
        .until(
            () -> {
              client.settle();
              return !resuming.isAlive();
            });
    client.settle();
    return listener;
  }

  @Test
  void hearsOfItsRoomAloneFromNowOn() {
    // Given
    ListenerHub hub = Listening.replica(PLENTY);
    write(hub, 0, 0);
    assertThat(hub.begin(client.connect(10))).isTrue();

    // When
    write(hub, 0, 1);
    hub.take(PARTITION, record("123456781234567812345678:another", 0, 2));
    write(hub, 2, 0);
    client.settle();

    // Then
    assertThat(client.heard).containsExactly("0-1", "2-0");
    assertThat(client.position().text()).isEqualTo("1-2.0.1");
  }

  /** The catching up runs on a thread of its own, as in the service; nothing is waited for. */
  private ListenerHub replicaThatCatchesUp(int memory, Duration slowAfter) {
    ListenerHub hub = Listening.replica(memory);
    hub.whenBehind(
        listener -> Thread.ofVirtual().start(Resumption.catchingUp(hub, log, listener, slowAfter)));
    return hub;
  }

  private void settleUntil(ThrowingRunnable assertion) {
    await()
        .pollInterval(Duration.ofMillis(5))
        .untilAsserted(
            () -> {
              client.settle();
              assertion.run();
            });
  }

  @Test
  void whoTakesNothingForTooLongIsLetGoWithAReasonAndHoldsNoMore() {
    // Given
    ListenerHub hub = replicaThatCatchesUp(PLENTY, Duration.ofMillis(50));
    RoomListener listener = client.connect(3);
    hub.begin(listener);
    client.takesNothing();

    // When
    write(hub, 0, 0, 1, 2);
    client.settle();
    assertThat(client.ends).isEmpty();
    write(hub, 0, 3, 4, 5);

    // Then
    settleUntil(() -> assertThat(client.ends).containsExactly(End.SLOW_LISTENER));
    assertThat(hub.listeners()).isZero();
    client.takesAgain(listener);
    assertThat(client.heard).isEmpty();
  }

  @Test
  void aBurstBeforeTheEventLoopRunsIsNoReasonToLetGo() {
    // Given
    ListenerHub hub = replicaThatCatchesUp(PLENTY, Duration.ofMinutes(1));
    hub.begin(client.connect(3));
    List<String> all = LongStream.range(0, 500).mapToObj(offset -> "0-" + offset).toList();

    // When
    write(hub, 0, LongStream.range(0, 500).toArray());

    // Then
    settleUntil(() -> assertThat(client.heard).containsExactlyElementsOf(all));
    settleUntil(() -> assertThat(hub.listeners()).isEqualTo(1));
    write(hub, 1, 0);
    client.settle();
    assertThat(client.heard).last().isEqualTo("1-0");
    assertThat(client.ends).isEmpty();
  }

  @Test
  void whoFallsBehindWhatIsInMemoryIsCaughtUpWithFromKafka() {
    // Given: memory for nothing
    ListenerHub hub = replicaThatCatchesUp(1, Duration.ofMinutes(1));
    hub.begin(client.connect(2));

    // When
    write(hub, 0, 0, 1, 2, 3, 4);

    // Then
    settleUntil(() -> assertThat(client.heard).containsExactly("0-0", "0-1", "0-2", "0-3", "0-4"));
    assertThat(client.gaps).isEmpty();
  }

  @Test
  void aConnectionThatFillsUpForAMomentLosesNothing() {
    // Given
    ListenerHub hub = Listening.replica(PLENTY);
    RoomListener listener = client.connect(3);
    hub.begin(listener);
    client.takesNothing();
    write(hub, 0, 0, 1, 2);
    client.settle();

    // When
    client.takesAgain(listener);
    write(hub, 1, 0);
    client.settle();

    // Then
    assertThat(client.heard).containsExactly("0-0", "0-1", "0-2", "1-0");
  }

  @Test
  void resumesFromMemoryWithoutKafka() {
    // Given
    ListenerHub hub = Listening.replica(PLENTY);
    write(hub, 0, 0, 1, 2);
    write(hub, 1, 0);
    log.away();

    // When
    resume(hub, "1-1.0.0");
    write(hub, 1, 1);
    client.settle();

    // Then
    assertThat(client.heard).containsExactly("0-1", "0-2", "1-0", "1-1");
    assertThat(client.ends).isEmpty();
  }

  @Test
  void resumesFromKafkaWhatIsNoLongerInMemory() {
    // Given: memory for nothing
    ListenerHub hub = Listening.replica(1);
    write(hub, 0, 0, 1, 2);
    write(hub, 2, 0, 1);

    // When
    resume(hub, "1-1.0.1");
    write(hub, 0, 3);
    client.settle();

    // Then
    assertThat(client.heard).containsExactly("0-1", "0-2", "2-1", "0-3");
    assertThat(client.gaps).isEmpty();
  }

  @Test
  void saysWhatWasMissedForGood() {
    // Given
    ListenerHub hub = Listening.replica(1);
    write(hub, 0, 0, 1, 2, 3, 4, 5);
    log.forgetBefore(2);
    log.atMost(3);

    // When
    resume(hub, "1-0.0.0");
    write(hub, 0, 6);
    client.settle();

    // Then
    assertThat(client.heard).containsExactly("0-2", "0-3", "0-4", "0-6");
    assertThat(client.gaps).containsExactly("resume_expired", "resume_too_far");
    assertThat(client.position().text()).isEqualTo("1-7.0.0");
  }

  @Test
  void whoResumesWhileKafkaIsAwayIsToldToComeAgain() {
    // Given
    ListenerHub hub = Listening.replica(1);
    write(hub, 0, 0, 1);
    log.away();

    // When
    resume(hub, "1-0.0.0");

    // Then
    assertThat(client.ends).containsExactly(End.TRY_AGAIN);
    assertThat(client.heard).isEmpty();
  }

  @Test
  void aReplicaThatIsBehindTellsNothingTwice() {
    // Given: the client has heard more elsewhere than this replica knows yet
    ListenerHub hub = Listening.replica(PLENTY);
    write(hub, 0, 0);

    // When
    resume(hub, "1-3.0.0");
    write(hub, 0, 1, 2, 3);
    client.settle();

    // Then
    assertThat(client.heard).containsExactly("0-3");
  }

  @Test
  void aQuietRoomMovesOnWithTheStream() {
    // Given
    ListenerHub hub = Listening.replica(PLENTY);
    hub.begin(client.connect(10));
    hub.take(PARTITION, record("123456781234567812345678:another", 1, 0));

    // When
    hub.heartbeat();
    client.settle();

    // Then
    assertThat(client.position().text()).isEqualTo("1-0.1.0");
  }

  @Test
  void hearsOnlyTheTypesItAskedFor() {
    // Given
    ListenerHub hub = Listening.replica(PLENTY);
    hub.begin(
        new RoomListener(
            Listening.ALICE, Rooms.KEY, Set.of("dev.parley.room.user-joined.v1"), 10, client));

    // When
    write(hub, 0, 0);
    client.settle();

    // Then
    assertThat(client.heard).isEmpty();
  }

  @Test
  void refusesPositionsThatNoStreamHasSent() {
    for (String text :
        List.of("", "1-", "0-1.2.3", "1-1.2", "1-1.2.3.4", "1--1.2.3", "1-1.2.x!", "1-..")) {
      assertThat(StreamPosition.parse(text, Listening.TOPICS)).as(text).isEmpty();
    }
  }
}
