package dev.parley.room.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.kit.problem.Problem;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class OpenConnectionsTest {
  private final OpenConnections connections =
      new OpenConnections(2, Problem.of(503, "full", "Full."));
  private final AtomicInteger ended = new AtomicInteger();

  private OpenConnections.Place open() {
    OpenConnections.Place place = connections.enter().orElseThrow();
    place.endsBy(ended::incrementAndGet);
    return place;
  }

  @Test
  void aPlaceThatIsGivenBackIsThereOnceForAnother() {
    // Given
    OpenConnections.Place first = open();
    OpenConnections.Place unused = open();
    assertThat(connections.enter()).isEmpty();
    assertThat(connections.refusal().code()).isEqualTo("full");

    // When
    first.leave();
    first.leave();

    // Then
    assertThat(connections.count()).isEqualTo(1);
    assertThat(connections.enter()).isPresent();
    assertThat(connections.enter()).isEmpty();
  }

  @Test
  void whoIsThereIsToldOnceAndNobodyElseIsLetIn() throws Exception {
    // Given: one of the two is not yet accepted
    OpenConnections.Place first = open();
    OpenConnections.Place second = connections.enter().orElseThrow();

    // When
    connections.stop();
    connections.stop();

    // Then
    assertThat(ended).hasValue(1);
    second.endsBy(ended::incrementAndGet);
    assertThat(ended).hasValue(2);
    assertThat(connections.awaitAllLeft(Duration.ZERO)).isFalse();
    first.leave();
    assertThat(connections.enter()).isEmpty();
    assertThat(connections.refusal().code()).isEqualTo("stopping");
    assertThat(connections.awaitAllLeft(Duration.ZERO)).isFalse();
    second.leave();
    assertThat(connections.awaitAllLeft(Duration.ZERO)).isTrue();
  }

  @Test
  void whereNobodyIsNobodyIsWaitedFor() throws Exception {
    connections.stop();
    assertThat(connections.awaitAllLeft(Duration.ZERO)).isTrue();
  }
}
