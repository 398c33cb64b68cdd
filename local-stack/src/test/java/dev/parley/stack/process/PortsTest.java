package dev.parley.stack.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PortsTest {
  @Test
  void aTakenPortIsNamedWithWhatWantsIt() throws Exception {
    // Given
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {

      // When
      Ports ports = new Ports(other.getLocalPort() - 3);

      // Then
      assertThat(ports.taken()).containsEntry("room-gateway", other.getLocalPort());
    }
  }

  @Test
  void theNextFreeBaseHasNoTakenPort() throws Exception {
    // Given
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Ports wanted = new Ports(other.getLocalPort() - 12);

      // When
      Ports found = wanted.orNextFree();

      // Then
      assertThat(found.base()).isNotEqualTo(wanted.base());
      assertThat(found.all()).doesNotContainValue(other.getLocalPort());
    }
  }

  @Test
  void portsAreOfferedThatAreApartFromTheTakenOnes() {
    Ports offered = new Ports(20_000).offer();
    assertThat(offered.base()).isBetween(21_000, 65_000);
    assertThat(offered.taken()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {64_000, 64_001, 65_000})
  void aboveTheHighestPortsTheOfferBeginsAnew(int base) {
    Ports offered = new Ports(base).offer();
    assertThat(offered.base()).isBetween(Ports.DEFAULT_BASE, 65_000);
    assertThat(offered.taken()).isEmpty();
  }

  @Test
  void aBaseOutOfRangeIsRefused() {
    assertThatThrownBy(() -> new Ports(80))
        .hasMessage("the port base must be 1024 to 65000, is 80");
  }
}
