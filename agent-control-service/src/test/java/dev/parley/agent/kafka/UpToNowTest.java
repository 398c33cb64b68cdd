package dev.parley.agent.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.agent.Samples;
import dev.parley.testkit.MutableClock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class UpToNowTest {
  private static final TopicPartition PARTITION = new TopicPartition("rtc.agent.tasks", 3);
  private static final Duration LONGEST = Duration.ofHours(1);

  private final MutableClock time = new MutableClock(Samples.NOW);
  private final Deque<Runnable> later = new ArrayDeque<>();
  private final List<CompletableFuture<Map<TopicPartition, Long>>> questions = new ArrayList<>();
  private long position;

  private final UpToNow upToNow =
      new UpToNow(
          () -> {
            CompletableFuture<Map<TopicPartition, Long>> question = new CompletableFuture<>();
            questions.add(question);
            return question;
          },
          partition -> position,
          time::nanos,
          later::add);

  private CompletableFuture<Boolean> asked() {
    return upToNow.reached(LONGEST).toCompletableFuture();
  }

  @Test
  void waitsUntilWhatWasThereIsRead() {
    // Given
    position = 41;
    CompletableFuture<Boolean> reached = asked();
    questions.getFirst().complete(Map.of(PARTITION, 42L));
    later.remove().run();
    assertThat(reached).isNotDone();

    // When
    position = 42;
    later.remove().run();

    // Then
    assertThat(reached).isCompletedWithValue(true);
  }

  @Test
  void doesNotWaitForWhatComesLater() {
    // Given
    position = 42;

    // When
    CompletableFuture<Boolean> reached = asked();
    questions.getFirst().complete(Map.of(PARTITION, 42L));

    // Then
    assertThat(reached).isCompletedWithValue(true);
    assertThat(later).isEmpty();
  }

  @Test
  void saysSoWhenItTakesTooLong() {
    // Given
    CompletableFuture<Boolean> reached = asked();
    questions.getFirst().complete(Map.of(PARTITION, 42L));

    // When
    time.advance(LONGEST);
    later.remove().run();

    // Then
    assertThat(reached).isCompletedWithValue(false);
  }

  @Test
  void saysSoWhenKafkaDoesNotSay() {
    // Given
    CompletableFuture<Boolean> reached = asked();

    // When
    questions.getFirst().completeExceptionally(new IllegalStateException("away"));

    // Then
    assertThat(reached).isCompletedWithValue(false);
  }

  @Test
  void asksOnceMoreForAllWhoComeWhileAQuestionIsUnderWay() {
    // Given
    position = 42;
    CompletableFuture<Boolean> first = asked();
    CompletableFuture<Boolean> second = asked();
    CompletableFuture<Boolean> third = asked();
    assertThat(questions).hasSize(1);

    // When
    questions.getFirst().complete(Map.of(PARTITION, 41L));

    // Then: what came in between may not be in the answer to the first question
    assertThat(first).isCompletedWithValue(true);
    assertThat(second).isNotDone();
    assertThat(questions).hasSize(2);
    questions.getLast().complete(Map.of(PARTITION, 42L));
    assertThat(second).isCompletedWithValue(true);
    assertThat(third).isCompletedWithValue(true);
  }
}
