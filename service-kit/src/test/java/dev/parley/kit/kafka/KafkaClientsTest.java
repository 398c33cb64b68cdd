package dev.parley.kit.kafka;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.runtime.configuration.ConfigurationException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KafkaClientsTest {
  // Quarkus prints the message of this exception, and nothing else, when a start ends with it.
  private static void assertNamesTheKey(Map<String, Object> settings) {
    assertThatThrownBy(() -> new KafkaClients(settings, TestKafka.config(Duration.ofSeconds(1), 1)))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage(
            "kafka.bootstrap.servers must be set: name brokers as host:port, separated by commas");
  }

  @Test
  void noBrokersEndTheStartWithTheNameOfTheSetting() {
    assertNamesTheKey(Map.of("security.protocol", "SSL"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " "})
  void emptyOnesAreNone(String brokers) {
    assertNamesTheKey(Map.of("bootstrap.servers", brokers));
  }
}
