package dev.parley.token.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.events.TokenEvent;
import dev.parley.events.id.AppId;
import dev.parley.events.id.UserId;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class BufferedAuditTest {
  private final FakeSink sink = new FakeSink();
  private final Deque<Runnable> due = new ArrayDeque<>();
  private final List<Duration> pauses = new ArrayList<>();
  private final BufferedAudit audit =
      new BufferedAudit(
          sink,
          4,
          Duration.ofMillis(20),
          (pause, action) -> {
            pauses.add(pause);
            due.add(action);
          });

  @Test
  void callersDoNotWaitAndRecordsArriveInOrder() {
    // When
    boolean answered =
        audit.record(List.of(record("1"), record("2"))).toCompletableFuture().isDone();
    runDue();
    audit.record(List.of(record("3")));
    sink.answer(true);
    runDue();
    sink.answer(true);

    // Then
    assertThat(answered).isTrue();
    assertThat(sink.kept).containsExactly("1", "2", "3");
    assertThat(audit.waiting()).isZero();
    assertThat(audit.drained().toCompletableFuture()).isCompleted();
  }

  @Test
  void whatComesTogetherIsWrittenTogether() {
    // Given
    audit.record(List.of(record("1")));
    audit.record(List.of(record("2"), record("3")));

    // When
    runDue();

    // Then
    assertThat(pauses).containsExactly(Duration.ofMillis(20));
    assertThat(sink.offered()).containsExactly("1", "2", "3");
    assertThat(due).isEmpty();
  }

  @Test
  void whatTheSinkRefusedIsOfferedAgainAfterAGrowingPause() {
    // Given
    audit.record(List.of(record("1")));
    runDue();

    // When
    sink.answer(false);
    runDue();
    sink.answer(false);
    runDue();
    sink.answer(true);

    // Then
    assertThat(pauses)
        .containsExactly(Duration.ofMillis(20), Duration.ofMillis(500), Duration.ofSeconds(1));
    assertThat(sink.kept).containsExactly("1");
    assertThat(audit.lost()).isZero();
  }

  @Test
  void beyondTheBoundTheNewestAreLostAndCounted() {
    // Given
    audit.record(List.of(record("1"), record("2"), record("3")));

    // When
    audit.record(List.of(record("4"), record("5")));
    audit.record(List.of(record("6")));
    runDue();
    sink.answer(true);

    // Then
    assertThat(sink.kept).containsExactly("1", "2", "3", "4");
    assertThat(audit.lost()).isEqualTo(2);
  }

  @Test
  void offersOneRecordAloneUntilTheSinkIsBack() {
    // Given
    audit.record(List.of(record("1"), record("2"), record("3")));
    runDue();
    sink.answer(false);

    // When
    runDue();
    List<String> probe = sink.offered();
    sink.answer(true);
    runDue();
    List<String> rest = sink.offered();
    sink.answer(true);

    // Then
    assertThat(probe).containsExactly("1");
    assertThat(rest).containsExactly("2", "3");
    assertThat(sink.kept).containsExactly("1", "2", "3");
  }

  @Test
  void aSinkThatThrowsIsASinkThatFails() {
    // Given
    sink.throwing = true;

    // When
    audit.record(List.of(record("1")));
    runDue();
    sink.throwing = false;
    runDue();
    sink.answer(true);

    // Then
    assertThat(sink.kept).containsExactly("1");
  }

  @Test
  void drainedWaitsForWhatIsThere() {
    // Given
    audit.record(List.of(record("1")));
    CompletableFuture<Void> drained = audit.drained().toCompletableFuture();
    assertThat(drained).isNotDone();

    // When
    runDue();
    sink.answer(true);

    // Then
    assertThat(drained).isCompleted();
  }

  private void runDue() {
    due.removeFirst().run();
  }

  private static AuditRecord record(String id) {
    return new AuditRecord(
        id,
        new TokenEvent.TokenIssued(
            new AppId("123456781234567812345678"),
            "demo-1",
            1,
            "request",
            "alice",
            new UserId("alice"),
            List.of(),
            2,
            "https://idp.example.com",
            null),
        null);
  }

  private static final class FakeSink implements AuditSink {
    private final List<String> kept = new ArrayList<>();
    private final Deque<Runnable> accept = new ArrayDeque<>();
    private final Deque<CompletableFuture<Void>> open = new ArrayDeque<>();
    private List<String> offered = List.of();
    private boolean throwing;

    private List<String> offered() {
      return offered;
    }

    @Override
    public CompletionStage<Void> write(List<AuditRecord> records) {
      if (throwing) {
        throw new IllegalStateException("no");
      }
      CompletableFuture<Void> answer = new CompletableFuture<>();
      offered = records.stream().map(AuditRecord::id).toList();
      open.add(answer);
      accept.add(() -> records.forEach(record -> kept.add(record.id())));
      return answer;
    }

    private void answer(boolean success) {
      Runnable taken = accept.removeFirst();
      CompletableFuture<Void> answer = open.removeFirst();
      if (success) {
        taken.run();
        answer.complete(null);
      } else {
        answer.completeExceptionally(new IllegalStateException("down"));
      }
    }
  }
}
