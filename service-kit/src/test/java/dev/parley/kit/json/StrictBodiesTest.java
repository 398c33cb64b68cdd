package dev.parley.kit.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import dev.parley.events.id.RoomId;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StrictBodiesTest {
  private final ObjectMapper mapper = new ObjectMapper();

  private enum Colour {
    RED
  }

  private record Body(
      @Nullable String text,
      @Nullable RoomId room,
      @Nullable List<String> texts,
      @Nullable Long whole,
      @Nullable Double number,
      @Nullable Boolean yes,
      int plainWhole,
      boolean plainYes,
      @Nullable Colour colour) {}

  StrictBodiesTest() {
    new StrictBodies().customize(mapper);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "text|{~text~:5}",
        "text|{~text~:1.5}",
        "text|{~text~:true}",
        "room|{~room~:5}",
        "texts|{~texts~:[~a~,5]}",
        "whole|{~whole~:~5~}",
        "whole|{~whole~:~~}",
        "whole|{~whole~:1.5}",
        "whole|{~whole~:true}",
        "number|{~number~:~1.5~}",
        "yes|{~yes~:~true~}",
        "yes|{~yes~:1}",
        "yes|{~yes~:~~}",
        "plainWhole|{~plainWhole~:~5~}",
        "plainWhole|{~plainWhole~:1.5}",
        "plainYes|{~plainYes~:0}",
        "colour|{~colour~:0}"
      })
  void refusesWhatIsOfAnotherKindAndNamesTheField(String field, String body) {
    assertThatExceptionOfType(MismatchedInputException.class)
        .isThrownBy(() -> mapper.readValue(body.replace('~', '"'), Body.class))
        .satisfies(e -> assertThat(e.getPath()).first().extracting("fieldName").isEqualTo(field));
  }

  @ParameterizedTest
  @ValueSource(strings = {"text", "room", "texts", "whole", "number", "yes", "colour"})
  void nullIsNoValueOfAnyKind(String field) throws JsonProcessingException {
    assertThat(mapper.readValue("{\"" + field + "\":null}", Body.class))
        .isEqualTo(new Body(null, null, null, null, null, null, 0, false, null));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"text\":\"5\"} x", "{} {}", "{}]", "{},", "{} null"})
  void refusesWhatFollowsTheDocument(String body) {
    assertThatExceptionOfType(JsonProcessingException.class)
        .isThrownBy(() -> mapper.readValue(body, Body.class));
  }

  @Test
  void refusesAFieldThatNobodyKnows() {
    // Given: Quarkus lets them pass unless it is told otherwise
    ObjectMapper lenient =
        new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    // When
    new StrictBodies().customize(lenient);

    // Then
    assertThatExceptionOfType(UnrecognizedPropertyException.class)
        .isThrownBy(() -> lenient.readValue("{\"txet\":\"5\"}", Body.class));
  }

  @Test
  void takesWhatIsOfItsKind() throws JsonProcessingException {
    assertThat(
            mapper.readValue(
                "{\"text\":\"5\",\"room\":\"r\",\"texts\":[\"\"],\"whole\":5,\"number\":1,"
                    + "\"yes\":true,\"plainWhole\":2,\"plainYes\":true,\"colour\":\"RED\"}",
                Body.class))
        .isEqualTo(new Body("5", new RoomId("r"), List.of(""), 5L, 1.0, true, 2, true, Colour.RED));
  }
}
