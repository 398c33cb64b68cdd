package dev.parley.events.publish;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;
import net.jqwik.api.arbitraries.StringArbitrary;

/** Any JSON that a schema allows, from the schema alone; also fields that it does not know. */
final class SchemaInstances {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final Set<String> KNOWN =
      Set.of(
          "type",
          "format",
          "minimum",
          "maximum",
          "pattern",
          "maxLength",
          "enum",
          "properties",
          "required",
          "items",
          "additionalProperties",
          "contentEncoding",
          "description",
          "examples",
          "title",
          "$schema",
          "$id");

  private SchemaInstances() {}

  static Arbitrary<JsonNode> of(JsonNode schema) {
    schema
        .fieldNames()
        .forEachRemaining(
            keyword -> {
              if (!KNOWN.contains(keyword) && !keyword.startsWith("x-")) {
                throw new AssertionError("teach SchemaInstances the keyword " + keyword);
              }
            });
    if (schema.has("enum")) {
      List<JsonNode> words = new ArrayList<>();
      schema.path("enum").forEach(words::add);
      return Arbitraries.of(words);
    }
    return switch (schema.path("type").asText("any")) {
      case "object" -> object(schema);
      case "array" ->
          (schema.has("items") ? of(schema.path("items")) : foreign())
              .list()
              .ofMaxSize(3)
              .map(items -> NODES.arrayNode().addAll(items));
      case "string" -> strings(schema).map(NODES::textNode);
      case "integer" -> integers(schema);
      case "boolean" -> Arbitraries.of(true, false).map(NODES::booleanNode);
      case "any" -> foreign();
      default -> throw new AssertionError("teach SchemaInstances the type of " + schema);
    };
  }

  private static Arbitrary<JsonNode> object(JsonNode schema) {
    JsonNode properties = schema.path("properties");
    Set<String> required = new HashSet<>();
    schema.path("required").forEach(name -> required.add(name.textValue()));
    List<String> names = new ArrayList<>();
    List<Arbitrary<JsonNode>> values = new ArrayList<>();
    properties
        .properties()
        .forEach(
            property -> {
              Arbitrary<JsonNode> value = of(property.getValue());
              names.add(property.getKey());
              values.add(
                  required.contains(property.getKey())
                      ? value
                      : Arbitraries.oneOf(value, Arbitraries.just(NODES.missingNode())));
            });
    JsonNode additional = schema.path("additionalProperties");
    Arbitrary<Map<String, JsonNode>> unknown =
        Arbitraries.maps(
                Arbitraries.strings().ofMaxLength(12).filter(name -> !properties.has(name)),
                additional.isObject() ? of(additional) : foreign())
            .ofMaxSize(3);
    Arbitrary<ObjectNode> known =
        values.isEmpty()
            ? Arbitraries.create(NODES::objectNode)
            : Combinators.combine(values)
                .as(
                    parts -> {
                      ObjectNode object = NODES.objectNode();
                      for (int i = 0; i < parts.size(); i++) {
                        if (!parts.get(i).isMissingNode()) {
                          object.set(names.get(i), parts.get(i));
                        }
                      }
                      return object;
                    });
    return Combinators.combine(known, unknown)
        .as(
            (object, more) -> {
              ObjectNode whole = NODES.objectNode();
              whole.setAll(object);
              whole.setAll(more);
              return whole;
            });
  }

  private static Arbitrary<String> strings(JsonNode schema) {
    int maxLength = schema.path("maxLength").asInt(80);
    if (schema.path("contentEncoding").asText().equals("base64")) {
      return Arbitraries.bytes()
          .array(byte[].class)
          .ofMaxSize(schema.has("maxLength") ? maxLength / 4 * 3 - 2 : 100)
          .map(bytes -> Base64.getEncoder().encodeToString(bytes));
    }
    StringArbitrary strings = Arbitraries.strings();
    return switch (schema.path("pattern").asText()) {
      case "" -> strings.ofMaxLength(maxLength);
      case "^[A-Za-z0-9]{24}$" ->
          strings
              .withCharRange('a', 'z')
              .withCharRange('A', 'Z')
              .withCharRange('0', '9')
              .ofLength(24);
      case "^[A-Za-z0-9_@.-]{1,128}$" ->
          strings
              .withCharRange('a', 'z')
              .withCharRange('A', 'Z')
              .withCharRange('0', '9')
              .withChars("_@.-")
              .ofMinLength(1)
              .ofMaxLength(128);
      default -> throw new AssertionError("teach SchemaInstances the pattern of " + schema);
    };
  }

  // 5.0 is an integer to JSON Schema, and some languages write it so.
  private static Arbitrary<JsonNode> integers(JsonNode schema) {
    Arbitrary<Long> longs =
        Arbitraries.longs()
            .between(
                schema.path("minimum").asLong(Long.MIN_VALUE),
                schema.path("maximum").asLong(Long.MAX_VALUE));
    return Arbitraries.oneOf(
        longs.map(NODES::numberNode),
        longs.map(number -> DecimalNode.valueOf(new BigDecimal(number).setScale(1))));
  }

  private static Arbitrary<JsonNode> foreign() {
    return Arbitraries.frequencyOf(
        Tuple.of(9, PayloadArbitraries.json()), Tuple.of(1, Arbitraries.just(NODES.nullNode())));
  }
}
