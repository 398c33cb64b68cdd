package dev.parley.room.push;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.kit.secret.Secret;
import org.junit.jupiter.api.Test;

class PositionSealTest {
  private static final String POSITION = "1-2s.0.1c.4.0.0";

  private final PositionSeal seal = new PositionSeal(Secret.of("shared by all replicas"));

  @Test
  void everyReplicaOpensWhatOneSealed() {
    // When
    String sealed = seal.seal(POSITION);

    // Then
    assertThat(sealed).matches("[A-Za-z0-9_-]+").doesNotContain("2s");
    assertThat(new PositionSeal(Secret.of("shared by all replicas")).open(sealed))
        .contains(POSITION);
  }

  @Test
  void onePositionLooksDifferentEachTime() {
    assertThat(seal.seal(POSITION)).isNotEqualTo(seal.seal(POSITION));
  }

  @Test
  void nobodyElseMakesOrChangesOne() {
    // Given
    String sealed = seal.seal(POSITION);
    String changed = (sealed.startsWith("A") ? "B" : "A") + sealed.substring(1);

    // When, Then
    assertThat(seal.open(changed)).isEmpty();
    assertThat(seal.open(sealed.substring(4))).isEmpty();
    assertThat(seal.open(POSITION)).isEmpty();
    assertThat(seal.open("")).isEmpty();
    assertThat(seal.open("A".repeat(5_000))).isEmpty();
    assertThat(new PositionSeal(Secret.of("another")).open(sealed)).isEmpty();
  }
}
