package dev.parley.events.publish;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.events.publish.Compatibility.Break;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class CompatibilityTest {
  private static final String RELEASED =
      """
      {
        "type": "object", "x-topic": "rtc.room.events", "x-since": "0.1",
        "properties": {
          "userId": {"type": "string", "pattern": "^[a-z]+$", "x-sensitivity": "personal"},
          "reason": {"type": "string", "enum": ["QUIT", "KICKED"], "x-sensitivity": "none"},
          "activeMillis": {"type": "integer", "minimum": 0, "x-unit": "ms",
                           "x-sensitivity": "none"},
          "note": {"type": "string", "x-sensitivity": "none"},
          "users": {"type": "array", "items": {"type": "object",
            "properties": {"screen": {"type": "boolean", "x-sensitivity": "none"}},
            "required": ["screen"]}}
        },
        "required": ["userId", "reason", "activeMillis"]
      }
      """;

  @Test
  void theSameIsNoBreak() {
    assertThat(Compatibility.breaks(released(), released())).isEmpty();
  }

  @Test
  void otherWordsANewOptionalFieldAndMoreCareAreNoBreak() {
    assertThat(
            Compatibility.breaks(
                released(),
                changed(
                    schema -> {
                      schema.put("description", "Other words.");
                      field(schema, "note").put("x-sensitivity", "personal");
                      fields(schema).putObject("mood").put("type", "string");
                    })))
        .isEmpty();
  }

  @Test
  void aRemovedFieldIsNamed() {
    assertBreak(
        schema -> fields(schema).remove("note"),
        new Break("note", "removed or renamed: readers look for it"));
  }

  @Test
  void aRenamedFieldIsNamed() {
    assertBreak(
        schema -> {
          fields(schema).remove("note");
          fields(schema).putObject("remark").put("type", "string");
        },
        new Break("note", "removed or renamed: readers look for it"));
  }

  @Test
  void aRetypedFieldIsNamed() {
    assertBreak(
        schema -> field(schema, "note").put("type", "integer"),
        new Break("note", "retyped from string to integer"));
  }

  @Test
  void aNewRequiredFieldIsNamed() {
    assertBreak(
        schema -> {
          fields(schema).putObject("mood").put("type", "string");
          schema.withArray("required").add("mood");
        },
        new Break("mood", "new and required: records that were written do not have it"));
  }

  @Test
  void aFieldThatBecameRequiredIsNamed() {
    assertBreak(
        schema -> schema.withArray("required").add("note"),
        new Break("note", "became required: records without it were written"));
  }

  @Test
  void aFieldThatIsNoLongerRequiredIsNamed() {
    assertBreak(
        schema -> schema.withArray("required").remove(0),
        new Break("userId", "is no longer required: readers count on it"));
  }

  @Test
  void aNarrowedSetOfWordsIsNamed() {
    assertBreak(
        schema -> field(schema, "reason").withArray("enum").remove(1),
        new Break("reason", "word KICKED removed: it was written"));
  }

  @Test
  void aWidenedSetOfWordsIsNamed() {
    assertBreak(
        schema -> field(schema, "reason").withArray("enum").add("EXPIRED"),
        new Break("reason", "word EXPIRED added: older readers refuse it"));
  }

  @Test
  void aNarrowedNumberIsNamed() {
    assertBreak(
        schema -> field(schema, "activeMillis").put("minimum", 1),
        new Break("activeMillis", "minimum narrowed from 0 to 1: what is beyond was written"));
  }

  @Test
  void aWidenedNumberIsNamed() {
    assertBreak(
        schema -> field(schema, "activeMillis").remove("minimum"),
        new Break("activeMillis", "minimum widened from 0 to nothing: older readers refuse it"));
  }

  @Test
  void anotherPatternIsNamed() {
    assertBreak(
        schema -> field(schema, "userId").put("pattern", "^[a-z]$"),
        new Break("userId", "pattern changed from ^[a-z]+$ to ^[a-z]$"));
  }

  @Test
  void anotherUnitIsNamed() {
    assertBreak(
        schema -> field(schema, "activeMillis").put("x-unit", "s"),
        new Break(
            "activeMillis", "unit changed from ms to s: the same number says something else"));
  }

  @Test
  void lessCareIsNamed() {
    assertBreak(
        schema -> field(schema, "userId").put("x-sensitivity", "none"),
        new Break("userId", "sensitivity lowered from personal to none: masking would stop"));
  }

  @Test
  void anotherTopicIsNamed() {
    assertBreak(
        schema -> schema.put("x-topic", "rtc.rooms"),
        new Break(
            "the type", "moved from topic rtc.room.events to rtc.rooms: readers wait at the old"));
  }

  @Test
  void aChangeInsideAListIsNamed() {
    assertBreak(
        schema ->
            ((ObjectNode) schema.at("/properties/users/items/properties/screen"))
                .put("type", "string"),
        new Break("users[].screen", "retyped from boolean to string"));
  }

  @Test
  void aKeywordThatIsNotKnownToBeHarmlessIsNamed() {
    assertBreak(
        schema -> field(schema, "note").put("const", "x"),
        new Break("note", "const changed from nothing to x"));
  }

  private static void assertBreak(Consumer<ObjectNode> change, Break expected) {
    assertThat(Compatibility.breaks(released(), changed(change))).containsExactly(expected);
  }

  private static JsonNode released() {
    return Schemas.parse(RELEASED);
  }

  private static JsonNode changed(Consumer<ObjectNode> change) {
    ObjectNode schema = (ObjectNode) released();
    change.accept(schema);
    return schema;
  }

  private static ObjectNode fields(ObjectNode schema) {
    return (ObjectNode) schema.path("properties");
  }

  private static ObjectNode field(ObjectNode schema, String name) {
    return (ObjectNode) fields(schema).path(name);
  }
}
