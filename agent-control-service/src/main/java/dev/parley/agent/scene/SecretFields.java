package dev.parley.agent.scene;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Fields of a start body that hold secrets, and what people may see of a body. */
final class SecretFields {
  static final String MASK = "****";

  private static final Set<String> NAMES =
      Set.of(
          "accesstoken",
          "token",
          "apikey",
          "avatartoken",
          "authorization",
          "secretkey",
          "secret",
          "password",
          "credential",
          "servermessagesignature",
          "servermessagesignatureforrts");

  private SecretFields() {}

  private static boolean isSecret(String field) {
    return NAMES.contains(field.toLowerCase(Locale.ROOT).replace("_", "").replace("-", ""));
  }

  /** Paths of secrets that stand in the body themselves instead of being referred to. */
  static List<String> literals(JsonNode body) {
    List<String> paths = new ArrayList<>();
    walk("", body, paths);
    return paths;
  }

  private static void walk(String path, JsonNode node, List<String> paths) {
    if (node.isArray()) {
      for (int i = 0; i < node.size(); i++) {
        walk(path + "[" + i + "]", node.get(i), paths);
      }
    }
    node.properties()
        .forEach(
            field -> {
              String at = path.isEmpty() ? field.getKey() : path + "." + field.getKey();
              JsonNode value = field.getValue();
              if (isSecret(field.getKey())
                  && value.isTextual()
                  && !value.asText().isEmpty()
                  && !SecretReferences.refers(value.asText())) {
                paths.add(at);
              }
              walk(at, value, paths);
            });
  }

  /** A copy in which secrets, and references to them, are masked. */
  static JsonNode masked(JsonNode node) {
    if (node.isTextual()) {
      return SecretReferences.refers(node.asText()) ? TextNode.valueOf(MASK) : node;
    }
    if (node instanceof ArrayNode array) {
      ArrayNode copy = array.arrayNode();
      array.forEach(item -> copy.add(masked(item)));
      return copy;
    }
    if (node instanceof ObjectNode object) {
      ObjectNode copy = object.objectNode();
      object
          .properties()
          .forEach(
              field ->
                  copy.set(
                      field.getKey(),
                      isSecret(field.getKey())
                          ? TextNode.valueOf(MASK)
                          : masked(field.getValue())));
      return copy;
    }
    return node;
  }
}
