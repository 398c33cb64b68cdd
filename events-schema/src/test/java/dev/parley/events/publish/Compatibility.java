package dev.parley.events.publish;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Compares a schema with a released version of it. What is allowed between two versions: other
 * words (descriptions, examples), stricter sensitivity, a new optional field. Everything else would
 * break somebody: a new reader on old records, or an old reader on new records. What is not known
 * to be harmless counts as a break.
 */
final class Compatibility {
  /** One change that breaks a reader. */
  record Break(String path, String reason) {
    @Override
    public String toString() {
      return path + ": " + reason;
    }
  }

  private static final Set<String> WORDS =
      Set.of("title", "description", "examples", "$schema", "$id");
  private static final List<String> STRICTNESS = List.of("none", "personal", "secret");

  private final List<Break> breaks = new ArrayList<>();

  private Compatibility() {}

  /** What in the current schema breaks readers of the released one, or readers of its records. */
  static List<Break> breaks(JsonNode released, JsonNode current) {
    Compatibility comparison = new Compatibility();
    comparison.compare("", released, current);
    return List.copyOf(comparison.breaks);
  }

  private void compare(String path, JsonNode released, JsonNode current) {
    Set<String> keywords = new LinkedHashSet<>();
    released.fieldNames().forEachRemaining(keywords::add);
    current.fieldNames().forEachRemaining(keywords::add);
    for (String keyword : keywords) {
      JsonNode was = released.path(keyword);
      JsonNode is = current.path(keyword);
      switch (keyword) {
        case "properties" -> properties(path, was, is);
        case "required" -> required(path, was, is, released.path("properties"));
        case "enum" -> words(path, was, is);
        case "items", "additionalProperties" -> compare(path + "[]", was, is);
        case "minimum" -> bound(path, keyword, was, is, 1);
        case "maximum", "maxLength" -> bound(path, keyword, was, is, -1);
        case "type" -> check(path, was.equals(is), "retyped from " + name(was) + " to " + name(is));
        case "x-unit" ->
            check(
                path,
                was.equals(is),
                "unit changed from "
                    + name(was)
                    + " to "
                    + name(is)
                    + ": the same number says something else");
        case "x-sensitivity" ->
            check(
                path,
                STRICTNESS.indexOf(is.asText()) >= STRICTNESS.indexOf(was.asText()),
                "sensitivity lowered from "
                    + name(was)
                    + " to "
                    + name(is)
                    + ": masking would stop");
        case "x-topic" ->
            check(
                path,
                was.equals(is),
                "moved from topic " + name(was) + " to " + name(is) + ": readers wait at the old");
        default ->
            check(
                path,
                WORDS.contains(keyword) || was.equals(is),
                keyword + " changed from " + name(was) + " to " + name(is));
      }
    }
  }

  // A field that is new and optional is no break; the comparison of "required" finds the others.
  private void properties(String path, JsonNode was, JsonNode is) {
    was.properties()
        .forEach(
            field -> {
              String inner = path.isEmpty() ? field.getKey() : path + "." + field.getKey();
              JsonNode now = is.path(field.getKey());
              if (now.isMissingNode()) {
                broken(inner, "removed or renamed: readers look for it");
              } else {
                compare(inner, field.getValue(), now);
              }
            });
  }

  private void required(String path, JsonNode was, JsonNode is, JsonNode releasedFields) {
    Set<String> before = texts(was);
    Set<String> after = texts(is);
    for (String name : after) {
      if (!before.contains(name)) {
        broken(
            path.isEmpty() ? name : path + "." + name,
            releasedFields.has(name)
                ? "became required: records without it were written"
                : "new and required: records that were written do not have it");
      }
    }
    for (String name : before) {
      if (!after.contains(name)) {
        broken(
            path.isEmpty() ? name : path + "." + name,
            "is no longer required: readers count on it");
      }
    }
  }

  private void words(String path, JsonNode was, JsonNode is) {
    if (was.isMissingNode() || is.isMissingNode()) {
      broken(path, was.isMissingNode() ? "narrowed to a set of words" : "no longer a set of words");
      return;
    }
    for (String word : texts(was)) {
      check(path, texts(is).contains(word), "word " + word + " removed: it was written");
    }
    for (String word : texts(is)) {
      check(path, texts(was).contains(word), "word " + word + " added: older readers refuse it");
    }
  }

  private void bound(String path, String keyword, JsonNode was, JsonNode is, int tighter) {
    if (was.equals(is)) {
      return;
    }
    boolean narrowed =
        was.isMissingNode()
            || (!is.isMissingNode() && number(is).compareTo(number(was)) * tighter > 0);
    broken(
        path,
        keyword
            + " "
            + (narrowed ? "narrowed" : "widened")
            + " from "
            + name(was)
            + " to "
            + name(is)
            + (narrowed ? ": what is beyond was written" : ": older readers refuse it"));
  }

  private void check(String path, boolean fine, String reason) {
    if (!fine) {
      broken(path, reason);
    }
  }

  private void broken(String path, String reason) {
    breaks.add(new Break(path.isEmpty() ? "the type" : path, reason));
  }

  private static BigDecimal number(JsonNode node) {
    return node.decimalValue();
  }

  private static String name(JsonNode node) {
    return node.isMissingNode() ? "nothing" : node.isTextual() ? node.textValue() : node.toString();
  }

  private static Set<String> texts(JsonNode array) {
    Set<String> texts = new LinkedHashSet<>();
    array.forEach(item -> texts.add(item.textValue()));
    return texts;
  }
}
