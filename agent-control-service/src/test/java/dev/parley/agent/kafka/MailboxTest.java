package dev.parley.agent.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MailboxTest {
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Mailbox mailbox = new Mailbox(threads);

  @AfterEach
  void stop() {
    threads.shutdownNow();
  }

  @Test
  void runsInOrderAndOneAtATime() {
    // Given
    List<Integer> seen = new CopyOnWriteArrayList<>();
    AtomicInteger running = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();

    // When
    for (int i = 0; i < 500; i++) {
      int number = i;
      mailbox.post(
          () -> {
            most.accumulateAndGet(running.incrementAndGet(), Math::max);
            seen.add(number);
            running.decrementAndGet();
          });
    }

    // Then
    await().until(mailbox::idle);
    assertThat(seen).containsExactlyElementsOf(IntStream.range(0, 500).boxed().toList());
    assertThat(most).hasValue(1);
  }

  @Test
  void dropsWhatWaitsWhenItIsClosed() throws InterruptedException {
    // Given
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    AtomicInteger ran = new AtomicInteger();
    mailbox.post(
        () -> {
          begun.countDown();
          awaitQuietly(go);
          ran.incrementAndGet();
        });
    mailbox.post(ran::incrementAndGet);
    begun.await();

    // When
    mailbox.close();
    mailbox.post(ran::incrementAndGet);
    go.countDown();

    // Then
    await().until(mailbox::idle);
    assertThat(ran).hasValue(1);
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
