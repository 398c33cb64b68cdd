package dev.parley.room.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.events.Topic;
import dev.parley.events.id.RoomId;
import dev.parley.kafka.KafkaTestResource;
import dev.parley.kit.kafka.EventPublisher;
import dev.parley.room.http.SessionKeys;
import dev.parley.room.replay.ReplayOrder;
import dev.parley.room.replay.ReplayProgress;
import dev.parley.room.replay.ReplayProgress.State;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.Test;

/** A replay of which one process has told a part and another tells the rest. */
@QuarkusTest
@WithTestResource(KafkaTestResource.class)
@WithTestResource(SessionKeys.class)
class ReplayTakeoverComponentTest extends ReplaySetup {
  @Test
  void goesOnWhereItWasWhenAnotherTakesOverAndTellsNothingTwice() throws Exception {
    // Given
    long now = clock.millis();
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 1200; i++) {
      ids.add("resume-" + i);
    }
    List<EventPublisher.Draft> drafts = new ArrayList<>();
    for (int i = 0; i < ids.size(); i++) {
      drafts.add(new EventPublisher.Draft(fact("replay-resume", now + i), ids.get(i)));
    }
    publisher.publishAll(drafts).await().atMost(SOON);
    awaitJournal();
    ReplayOrder order =
        new ReplayOrder(
            "resume",
            APP,
            "operator-1",
            now,
            ReplayOrder.Kind.EVENTS,
            new RoomId("replay-resume"),
            now,
            now + ids.size(),
            List.of(Topic.ROOM_EVENTS),
            List.of(),
            "parley.replay.resumed",
            null);

    // When: the first is stopped after one step
    AtomicInteger asked = new AtomicInteger();
    run(order, () -> asked.incrementAndGet() > 2);
    await().atMost(SOON).until(() -> journal.progress(order).isPresent());
    ReplayProgress half = journal.progress(order).orElseThrow();
    assertThat(half.state()).isEqualTo(State.RUNNING);
    assertThat(half.left()).isPositive();
    run(order, () -> false);

    // Then
    await()
        .atMost(SOON)
        .until(() -> journal.progress(order).orElseThrow().state() == State.COMPLETED);
    assertThat(journal.progress(order).orElseThrow().written()).isEqualTo(1200);
    List<String> told = recordsOf("parley.replay.resumed").stream().map(ReplaySetup::id).toList();
    assertThat(new HashSet<>(told)).hasSameSizeAs(told);
    assertThat(told).containsExactlyElementsOf(ids);
  }

  @Test
  void waitsForItsOwnProgressBehindTheOpenTransactionOfAnother() throws Exception {
    // Given
    long now = clock.millis();
    List<EventPublisher.Draft> drafts = new ArrayList<>();
    for (int i = 0; i < 1200; i++) {
      drafts.add(new EventPublisher.Draft(fact("replay-behind", now + i), "behind-" + i));
    }
    publisher.publishAll(drafts).await().atMost(SOON);
    awaitJournal();
    ReplayOrder order = events("behind", "replay-behind", now, drafts.size());
    try (KafkaProducer<String, byte[]> other = transaction()) {
      // Given: another replay has a transaction open when this one is cut off after a step
      AtomicInteger asked = new AtomicInteger();
      run(
          order,
          () -> {
            if (asked.incrementAndGet() == 2) {
              other.beginTransaction();
              Future<RecordMetadata> unused =
                  other.send(
                      new ProducerRecord<>(
                          config.replays().journal(),
                          ReplayJournal.partition(order.key()),
                          "another:progress",
                          new byte[] {'{', '}'}));
              other.flush();
            }
            return asked.get() > 2;
          });

      // When
      AtomicInteger again = new AtomicInteger();
      Thread second =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      run(
                          order,
                          () -> {
                            again.incrementAndGet();
                            return false;
                          });
                    } catch (InterruptedException e) {
                      Thread.currentThread().interrupt();
                    }
                  });

      // Then
      await().during(Duration.ofSeconds(2)).atMost(SOON).until(() -> again.get() == 0);
      other.commitTransaction();
      second.join(SOON);
    }
    await().atMost(SOON).until(() -> state(order) == State.COMPLETED);
    assertThat(recordsOf("parley.replay.behind").stream().map(ReplaySetup::id))
        .containsExactlyElementsOf(drafts.stream().map(EventPublisher.Draft::id).toList());
  }

  private static boolean awaits(CountDownLatch latch) {
    try {
      return latch.await(60, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Test
  void whoIsOvertakenCanWriteNoMore() throws Exception {
    // Given: one that stands still before its second step, as in a long pause of its process
    ReplayOrder order = ofManyFacts("overtaken", 1200);
    CountDownLatch still = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    AtomicInteger asked = new AtomicInteger();
    AtomicReference<Throwable> stoppedBy = new AtomicReference<>();
    Thread first =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    run(
                        order,
                        () -> {
                          if (asked.incrementAndGet() == 2) {
                            still.countDown();
                            assertThat(awaits(goOn)).isTrue();
                          }
                          return false;
                        });
                  } catch (Exception e) {
                    stoppedBy.set(e);
                  }
                });
    assertThat(still.await(60, TimeUnit.SECONDS)).isTrue();

    // When
    run(order, () -> false);
    goOn.countDown();
    assertThat(first.join(SOON)).isTrue();

    // Then
    assertThat(stoppedBy.get()).isInstanceOf(KafkaException.class);
    await().atMost(SOON).until(() -> state(order) == State.COMPLETED);
    assertThat(recordsOf("parley.replay.overtaken").stream().map(ReplaySetup::id))
        .containsExactlyElementsOf(
            IntStream.range(0, 1200).mapToObj(i -> "overtaken-" + i).toList());
  }
}
