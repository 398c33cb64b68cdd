package dev.parley.agent.signing;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class PercentEncodingTest {

  @Test
  void encodesSpaceSlashAndChineseAsUpperCaseHex() {
    // When
    String encoded = PercentEncoding.encode("a b/c~天");

    // Then
    assertThat(encoded).isEqualTo("a%20b%2Fc~%E5%A4%A9");
  }

  @Test
  void sortsByEncodedKey() {
    // When
    String query = PercentEncoding.query(Map.of("b", "2", "a", "1", "B", "3"));

    // Then
    assertThat(query).isEqualTo("B=3&a=1&b=2");
  }

  @Property(tries = 300)
  void everyTextComesBackFromItsEncoding(@ForAll String text) {
    // Given: what UTF-8 can carry
    String carried = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);

    // When
    String encoded = PercentEncoding.encode(carried);

    // Then
    assertThat(encoded).matches("[A-Za-z0-9%._~-]*");
    assertThat(URLDecoder.decode(encoded, StandardCharsets.UTF_8)).isEqualTo(carried);
  }
}
