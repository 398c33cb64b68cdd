package dev.parley.agent.kafka;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.agent.cloud.LeaseLostException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class PartitionLeaseTest {
  private static final Duration SESSION = Duration.ofSeconds(10);

  private long now;
  private long renewed;
  private final PartitionLease lease = new PartitionLease(() -> renewed, () -> now, SESSION);

  @Test
  void holdsWhileItIsRenewed() {
    // When
    now = SESSION.toNanos();

    // Then
    assertThatCode(lease::check).doesNotThrowAnyException();
    assertThatCode(lease::checkOwned).doesNotThrowAnyException();
  }

  @Test
  void staysLostWhenItIsRenewedTooLate() {
    // Given
    now = SESSION.toNanos() + 1;
    assertThatThrownBy(lease::checkOwned).isInstanceOf(LeaseLostException.class);

    // When
    renewed = now;

    // Then
    assertThatThrownBy(lease::check).isInstanceOf(LeaseLostException.class);
    assertThatThrownBy(lease::checkOwned).isInstanceOf(LeaseLostException.class);
  }

  @Test
  void permitsNoCallButWritesWhileItIsHandedOver() {
    // When
    lease.drain();

    // Then
    assertThatThrownBy(lease::check).isInstanceOf(LeaseLostException.class);
    assertThatCode(lease::checkOwned).doesNotThrowAnyException();
  }
}
