package dev.parley.events.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
  @Test
  void aTreeIsReadFromTextAndFromBytes() throws Exception {
    // Given
    String text = "{\"name\":\"z\u00e9\",\"arguments\":[1,{\"a\":null}]}";

    // When, Then
    assertThat(Json.tree(text).path("name").textValue()).isEqualTo("z\u00e9");
    assertThat(Json.tree(text.getBytes(StandardCharsets.UTF_8)).path("arguments").toString())
        .isEqualTo("[1,{\"a\":null}]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"a\":1,\"a\":2}",
        "{\"o\":{\"a\":1,\"b\":2,\"a\":1}}",
        "[{\"a\":1,\"a\":1}]",
        "{\"a\":1} x",
        "{\"a\":1}{}",
        "{\"a\":1e400}",
        "{\"a\":NaN}",
        "{\"a\":"
      })
  void whatIsNotOneCleanTreeIsRefused(String text) {
    assertThatThrownBy(() -> Json.tree(text)).isInstanceOf(JsonProcessingException.class);
    assertThatThrownBy(() -> Json.tree(text.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(JsonProcessingException.class);
  }
}
