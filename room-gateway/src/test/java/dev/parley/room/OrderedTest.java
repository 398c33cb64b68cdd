package dev.parley.room;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OrderedTest {
  private final Map<String, Integer> source = new LinkedHashMap<>();

  @Test
  void aCopyKeepsTheOrderAndStaysAsItWas() {
    // Given
    source.put("z", 1);
    source.put("a", 2);

    // When
    Map<String, Integer> copy = Ordered.copyOf(source);
    source.put("m", 3);

    // Then
    assertThat(copy).containsExactly(Map.entry("z", 1), Map.entry("a", 2));
    assertThat(new ArrayList<>(copy.keySet())).isEqualTo(List.of("z", "a"));
    assertThat(new ArrayList<>(copy.values())).isEqualTo(List.of(1, 2));
    assertThat(copy).hasSize(2).isEqualTo(Map.of("a", 2, "z", 1));
    assertThat(Map.of("a", 2, "z", 1)).isEqualTo(copy).hasSameHashCodeAs(copy);
    assertThat(copy).isEqualTo(Ordered.copyOf(Map.of("a", 2, "z", 1))).isNotEqualTo(source);
    assertThat(copy.get("a")).isEqualTo(2);
    assertThat(copy.get("m")).isNull();
    assertThat(copy.containsKey("m")).isFalse();
  }

  @Test
  void aCopyOfACopyIsTheSame() {
    // Given
    source.put("a", 1);
    Map<String, Integer> copy = Ordered.copyOf(source);

    // When / Then
    assertThat(Ordered.copyOf(copy)).isSameAs(copy);
    assertThat(Ordered.copyOf(Map.of())).isEmpty();
  }

  @Test
  void nobodyCanChangeACopy() {
    // Given
    source.put("a", 1);

    // When
    Map<String, Integer> copy = Ordered.copyOf(source);

    // Then
    assertThatThrownBy(() -> copy.put("b", 2)).isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> copy.remove("a")).isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> copy.remove("b")).isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> copy.putAll(Map.of()))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(copy::clear).isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> copy.entrySet().iterator().next().setValue(2))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> copy.keySet().clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }
}
