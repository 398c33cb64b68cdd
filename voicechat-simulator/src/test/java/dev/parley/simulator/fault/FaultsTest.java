package dev.parley.simulator.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class FaultsTest {

  private static final Occasion START = new Occasion("StartVoiceChat", "app", "room", "task");

  @Test
  void strikesWhereAllThatIsSaidFits() {
    // Given
    Faults faults = new Faults(5);
    faults.replace(
        List.of(
            new FaultRule(new Fault.EmptyAnswer(), "StartVoiceChat", null, "room", null, null),
            new FaultRule(new Fault.Cut(true), "StopVoiceChat", null, null, null, null),
            new FaultRule(new Fault.NeverJoins(), null, null, null, null, null)));
    // When
    List<Fault.OfCall> struck = faults.strike(Fault.OfCall.class, START);
    // Then
    assertThat(struck).containsExactly(new Fault.EmptyAnswer());
    assertThat(faults.strike(Fault.OfTask.class, START)).containsExactly(new Fault.NeverJoins());
  }

  @Test
  void isUsedUpAfterItsTimes() {
    // Given
    Faults faults = new Faults(5);
    faults.add(new FaultRule(new Fault.EmptyAnswer(), null, null, null, null, 2));
    // When // Then
    assertThat(faults.strike(Fault.OfCall.class, START)).hasSize(1);
    assertThat(faults.strike(Fault.OfCall.class, START)).hasSize(1);
    assertThat(faults.strike(Fault.OfCall.class, START)).isEmpty();
    assertThat(faults.inForce()).isEmpty();
  }

  @Test
  void isBounded() {
    // Given
    Faults faults = new Faults(1);
    FaultRule rule = new FaultRule(new Fault.NeverJoins(), null, null, null, null, null);
    // When // Then
    assertThatThrownBy(() -> faults.replace(List.of(rule, rule)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1");
    assertThatThrownBy(() -> new Fault.Latency(Duration.ofHours(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("delay");
    assertThatThrownBy(() -> new Fault.Refusal(99, "x", "y"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("status");
  }
}
