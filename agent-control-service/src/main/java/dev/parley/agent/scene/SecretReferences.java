package dev.parley.agent.scene;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.parley.kit.secret.Secret;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** References of the form {@code ${secret:NAME}} in the texts of a body. */
final class SecretReferences {
  private static final String OPENING = "${secret:";
  private static final Pattern REFERENCE = Pattern.compile("\\$\\{secret:([A-Za-z0-9_.-]+)}");

  private SecretReferences() {}

  static boolean refers(String text) {
    return text.contains(OPENING);
  }

  /** Paths of texts with something that looks like a reference and is none. */
  static List<String> malformed(JsonNode body) {
    List<String> paths = new ArrayList<>();
    walk("", body, paths);
    return paths;
  }

  private static void walk(String path, JsonNode node, List<String> paths) {
    if (node.isTextual() && refers(REFERENCE.matcher(node.asText()).replaceAll(""))) {
      paths.add(path);
    }
    if (node.isArray()) {
      for (int i = 0; i < node.size(); i++) {
        walk(path + "[" + i + "]", node.get(i), paths);
      }
    }
    node.properties()
        .forEach(
            field ->
                walk(
                    path.isEmpty() ? field.getKey() : path + "." + field.getKey(),
                    field.getValue(),
                    paths));
  }

  /**
   * Puts the secrets into the body, in place.
   *
   * @throws SceneException when one is not configured; names it
   */
  static void resolve(ObjectNode body, Function<String, Optional<Secret>> secrets) {
    for (Map.Entry<String, JsonNode> field : List.copyOf(body.properties())) {
      body.set(field.getKey(), resolved(field.getValue(), secrets));
    }
  }

  private static JsonNode resolved(JsonNode node, Function<String, Optional<Secret>> secrets) {
    if (node instanceof ObjectNode object) {
      resolve(object, secrets);
      return object;
    }
    if (node instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        array.set(i, resolved(array.get(i), secrets));
      }
      return array;
    }
    return node.isTextual() && refers(node.asText())
        ? TextNode.valueOf(resolved(node.asText(), secrets))
        : node;
  }

  private static String resolved(String text, Function<String, Optional<Secret>> secrets) {
    Matcher matcher = REFERENCE.matcher(text);
    return matcher.replaceAll(
        reference -> {
          String name = reference.group(1);
          Secret secret =
              secrets
                  .apply(name)
                  .orElseThrow(
                      () ->
                          new SceneException(
                              "secret_missing", "The secret " + name + " is not configured."));
          return Matcher.quoteReplacement(secret.reveal());
        });
  }
}
