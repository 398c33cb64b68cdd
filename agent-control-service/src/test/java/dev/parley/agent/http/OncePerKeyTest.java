package dev.parley.agent.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.events.id.AppId;
import dev.parley.kit.problem.ProblemException;
import dev.parley.kit.session.Role;
import dev.parley.kit.session.Session;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.smallrye.mutiny.subscription.UniEmitter;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class OncePerKeyTest {
  private static final Session OPERATOR =
      new Session(new AppId("123456781234567812345678"), null, "ops-1", Role.OPERATOR);
  private static final Optional<String> KEY = Optional.of("k-1");

  private final OncePerKey keys =
      new OncePerKey(new IdempotencyKeys(Duration.ofHours(24), Clock.systemUTC()));
  private final AtomicInteger done = new AtomicInteger();

  private Uni<Void> act() {
    done.incrementAndGet();
    return Uni.createFrom().voidItem();
  }

  private void run(String fingerprint) {
    keys.run(OPERATOR, "say:t-1", KEY, fingerprint, this::act)
        .await()
        .atMost(Duration.ofSeconds(5));
  }

  @Test
  void theSameRequestIsCarriedOutOnce() {
    // When
    run("body");
    run("body");

    // Then
    assertThat(done).hasValue(1);
  }

  @Test
  void anotherBodyIsRefusedWith422() {
    // Given
    run("body");

    // When / Then
    assertThatThrownBy(() -> run("other"))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> {
              assertThat(e.problem().status()).isEqualTo(422);
              assertThat(e.problem().code()).isEqualTo("idempotency_key_reused");
            });
  }

  @Test
  void aRequestThatIsUnderWayIsRefusedWith409() {
    // Given
    AtomicReference<@Nullable UniEmitter<? super Void>> first = new AtomicReference<>();
    Cancellable waiting =
        keys.run(
                OPERATOR,
                "say:t-1",
                KEY,
                "body",
                () -> Uni.createFrom().emitter((UniEmitter<? super Void> e) -> first.set(e)))
            .subscribe()
            .with(ok -> {});

    // When / Then
    assertThatThrownBy(() -> run("body"))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> {
              assertThat(e.problem().status()).isEqualTo(409);
              assertThat(e.problem().code()).isEqualTo("request_in_progress");
              assertThat(e.problem().retryAfterSeconds()).hasValue(1);
            });
    waiting.cancel();
    run("body");
    assertThat(done).hasValue(1);
  }

  @Test
  void aRequestThatFailedMayBeTriedAgain() {
    // Given
    assertThatThrownBy(
            () ->
                keys.run(
                        OPERATOR,
                        "say:t-1",
                        KEY,
                        "body",
                        () -> {
                          throw new IllegalStateException("Kafka is away");
                        })
                    .await()
                    .atMost(Duration.ofSeconds(5)))
        .isInstanceOf(IllegalStateException.class);

    // When
    run("body");

    // Then
    assertThat(done).hasValue(1);
  }

  @Test
  void withoutAKeyEveryRequestIsCarriedOut() {
    // When
    for (int i = 0; i < 2; i++) {
      keys.run(OPERATOR, "say:t-1", Optional.empty(), "body", this::act)
          .await()
          .atMost(Duration.ofSeconds(5));
    }

    // Then
    assertThat(done).hasValue(2);
  }
}
