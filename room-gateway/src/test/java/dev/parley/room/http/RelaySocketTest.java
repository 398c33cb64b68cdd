package dev.parley.room.http;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.room.config.RoomConfig;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RelaySocketTest {
  private static RoomConfig.Relay relay(Map<String, String> settings) {
    return new SmallRyeConfigBuilder()
        .addDiscoveredConverters()
        .withMapping(RoomConfig.class)
        .withSources(new PropertiesConfigSource(settings, "test", 100))
        .build()
        .getConfigMapping(RoomConfig.class)
        .relay();
  }

  @ParameterizedTest
  @ValueSource(strings = {"max-unacknowledged", "max-batch-events"})
  void asManyReportsUnderWayAsTheReducerTellsApart(String setting) {
    String name = "parley.room.relay." + setting;
    assertThatCode(() -> RelaySocket.check(relay(Map.of(name, "512")))).doesNotThrowAnyException();
    assertThatThrownBy(() -> RelaySocket.check(relay(Map.of(name, "513"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(setting);
  }

  @Test
  void theDefaultsAreWithin() {
    assertThatCode(() -> RelaySocket.check(relay(Map.of()))).doesNotThrowAnyException();
  }
}
