package dev.parley.events.publish;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.events.EventType;
import dev.parley.events.Payload;
import dev.parley.events.PayloadTypes;
import dev.parley.events.codec.Json;
import dev.parley.events.contract.Contract;
import dev.parley.events.contract.Field;
import dev.parley.events.contract.Shape;
import java.util.List;
import java.util.Locale;

/** The JSON Schemas (draft 2020-12) of the payload types, from the types. */
final class Schemas {
  static final String BASE64 = "^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$";

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final ObjectWriter PRETTY =
      MAPPER.writer(
          new DefaultPrettyPrinter()
              .withObjectIndenter(new DefaultIndenter("  ", "\n"))
              .withArrayIndenter(new DefaultIndenter("  ", "\n")));

  private Schemas() {}

  /** Where the schema of a type is, under the resources. */
  static String path(Class<? extends Payload> type) {
    EventType published = PayloadTypes.of(type);
    return published.topic().topicName() + "/" + published.value() + ".schema.json";
  }

  /** The schema of a type. */
  static ObjectNode of(Class<? extends Payload> type) {
    EventType published = PayloadTypes.of(type);
    ObjectNode schema =
        object()
            .put("$schema", "https://json-schema.org/draft/2020-12/schema")
            .put("$id", "urn:parley:schema:" + published.value())
            .put("title", published.value())
            .put("description", published.about())
            .put("x-topic", published.topic().topicName())
            .put("x-since", published.since());
    schema.setAll(group(Contract.fields(type)));
    schema.set("examples", array().add(Json.mapper().<JsonNode>valueToTree(Examples.of(type))));
    return schema;
  }

  /** The example of a field as JSON: what its author wrote, or else what its shape says. */
  static JsonNode example(Field field) {
    return field.example().isEmpty()
        ? example(field.shape(), field.name())
        : switch (field.shape()) {
          case Shape.Text text -> text(field.example());
          case Shape.Id id -> text(field.example());
          case Shape.Choice choice -> text(field.example());
          case Shape.Raw raw -> text(field.example());
          case Shape.Whole whole -> parse(field.example());
          case Shape.Flag flag -> parse(field.example());
          case Shape.Foreign foreign -> parse(field.example());
          case Shape.Items items -> parse(field.example());
          case Shape.Texts texts -> parse(field.example());
          case Shape.Group group -> parse(field.example());
        };
  }

  private static JsonNode example(Shape shape, String name) {
    return switch (shape) {
      case Shape.Choice choice -> text(choice.words().getFirst());
      case Shape.Items items -> array().add(example(items.item(), name));
      case Shape.Group group -> {
        ObjectNode object = object();
        group.fields().forEach(field -> object.set(field.name(), example(field)));
        yield object;
      }
      default -> throw new AssertionError("field " + name + " has no example: complete its @About");
    };
  }

  private static ObjectNode group(List<Field> fields) {
    ObjectNode properties = object();
    ArrayNode required = array();
    for (Field field : fields) {
      properties.set(field.name(), property(field));
      if (field.required()) {
        required.add(field.name());
      }
    }
    ObjectNode group = object().put("type", "object");
    group.set("properties", properties);
    group.set("required", required);
    return group;
  }

  private static ObjectNode property(Field field) {
    if (field.description().isEmpty()) {
      throw new AssertionError("field " + field.name() + " has no description: give it an @About");
    }
    ObjectNode property = object().put("description", field.description());
    property.setAll(shape(field.shape()));
    if (!field.unit().isEmpty()) {
      property.put("x-unit", field.unit());
    }
    property.put("x-sensitivity", field.sensitivity().name().toLowerCase(Locale.ROOT));
    if (!field.since().isEmpty()) {
      property.put("x-since", field.since());
    }
    property.set("examples", array().add(example(field)));
    return property;
  }

  private static ObjectNode shape(Shape shape) {
    return switch (shape) {
      case Shape.Text text -> withPattern(object().put("type", "string"), text.pattern());
      case Shape.Id id -> withPattern(object().put("type", "string"), id.pattern());
      case Shape.Whole whole -> {
        ObjectNode number = object().put("type", "integer").put("format", "int64");
        number.put("minimum", whole.minimum());
        yield number.put("maximum", whole.maximum());
      }
      case Shape.Flag flag -> object().put("type", "boolean");
      case Shape.Choice choice -> {
        ObjectNode text = object().put("type", "string");
        ArrayNode words = text.putArray("enum");
        choice.words().forEach(words::add);
        yield text;
      }
      case Shape.Raw raw -> {
        ObjectNode text =
            object().put("type", "string").put("contentEncoding", "base64").put("pattern", BASE64);
        yield raw.maxBytes() == 0 ? text : text.put("maxLength", (raw.maxBytes() + 2) / 3 * 4);
      }
      case Shape.Foreign foreign ->
          switch (foreign.kind()) {
            case ANY -> object();
            case ARRAY -> object().put("type", "array");
            case OBJECT -> object().put("type", "object");
          };
      case Shape.Items items -> object().put("type", "array").set("items", shape(items.item()));
      case Shape.Texts texts ->
          object()
              .put("type", "object")
              .set("additionalProperties", object().put("type", "string"));
      case Shape.Group group -> group(group.fields());
    };
  }

  private static ObjectNode withPattern(ObjectNode text, String pattern) {
    return pattern.isEmpty() ? text : text.put("pattern", pattern);
  }

  /** As it is written into a file. */
  static String pretty(JsonNode json) {
    try {
      return PRETTY.writeValueAsString(json) + "\n";
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  static JsonNode parse(String json) {
    try {
      return MAPPER.readTree(json);
    } catch (JsonProcessingException e) {
      throw new AssertionError("not JSON: " + json, e);
    }
  }

  static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  static ArrayNode array() {
    return JsonNodeFactory.instance.arrayNode();
  }

  private static JsonNode text(String text) {
    return JsonNodeFactory.instance.textNode(text);
  }
}
