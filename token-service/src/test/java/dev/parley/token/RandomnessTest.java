package dev.parley.token;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class RandomnessTest {
  /** Hands out 0, 1, 2 and so on, and counts the calls. */
  private static final class Counting extends SecureRandom {
    private static final long serialVersionUID = 1L;

    private int next;
    private int calls;

    @Override
    public void nextBytes(byte[] bytes) {
      calls++;
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) next++;
      }
    }
  }

  @Test
  void handsOutEachByteOfTheSourceOnceAndInOrder() {
    // Given
    Randomness random = new Randomness(new Counting());

    // When
    int bits = random.bits();
    byte[] bytes = random.bytes(3);
    String uuid = random.uuid();

    // Then
    assertThat(bits).isEqualTo(0x00010203);
    assertThat(bytes).containsExactly(4, 5, 6);
    // Bytes 7 to 22 with the bits of version 4 and of the variant (RFC 9562, section 5.4).
    assertThat(uuid).isEqualTo("0708090a-0b0c-4d0e-8f10-111213141516");
  }

  @Test
  void drawsAgainWhenABlockHasNotEnoughLeft() {
    // Given
    Counting source = new Counting();
    Randomness random = new Randomness(source);
    random.bytes(1023);

    // When
    byte[] bytes = random.bytes(2);

    // Then: byte 1023 is left over
    assertThat(bytes).containsExactly((byte) 1024, (byte) 1025);
    assertThat(source.calls).isEqualTo(2);
  }

  @Test
  void uuidsAreOfVersion4() {
    // Given
    Randomness random = new Randomness(new SecureRandom());

    // When
    UUID uuid = UUID.fromString(random.uuid());

    // Then
    assertThat(uuid.version()).isEqualTo(4);
    assertThat(uuid.variant()).isEqualTo(2);
  }
}
