package dev.parley.agent.scene;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Fields of a start body that hold secrets, and what people may see of a body. */
final class SecretFields {
  static final String MASK = "****";

  // Names without their case and punctuation. Whole and last words only where the middle of a name
  // says nothing: MaxTokens and TokenType hold no token.
  private static final Pattern SECRET =
      Pattern.compile(
          ".*(?:secret|passw|apikey|accesskey|privatekey|authorization|credential|cookie).*"
              + "|.*(?:token|jwt|appkey|signature|signatureforrts)|sk");

  // In an address credentials have shorter names, and one masked too many does no harm.
  private static final Pattern SECRET_PARAMETER = Pattern.compile(".*key|sign?|auth|pass|pwd");

  // Which header carries a credential is the business of whoever is called.
  private static final Pattern HEADERS = Pattern.compile(".*headers?");

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private SecretFields() {}

  private static boolean isSecret(String field) {
    return SECRET.matcher(plain(field)).matches();
  }

  private static boolean isSecretParameter(String name) {
    return isSecret(name) || SECRET_PARAMETER.matcher(plain(name)).matches();
  }

  private static boolean holdsHeaders(String field) {
    return HEADERS.matcher(plain(field)).matches();
  }

  private static String plain(String field) {
    return field.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
  }

  /** Paths of secrets that stand in the body themselves instead of being referred to. */
  static List<String> literals(JsonNode body) {
    List<String> paths = new ArrayList<>();
    walk("", body, paths);
    return paths;
  }

  private static void walk(String path, JsonNode node, List<String> paths) {
    if (node.isTextual() && !SecretReferences.refers(node.asText()) && hasUrlSecret(node)) {
      paths.add(path);
    }
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
              if (!isSecret(field.getKey()) || !value.isTextual()) {
                walk(at, value, paths);
              } else if (!value.asText().isEmpty() && !SecretReferences.refers(value.asText())) {
                paths.add(at);
              }
            });
  }

  private static boolean hasUrlSecret(JsonNode text) {
    return !withoutUrlSecrets(text.asText()).equals(text.asText());
  }

  private static String withoutUrlSecrets(String text) {
    return UrlSecrets.masked(text, SecretFields::isSecretParameter);
  }

  /**
   * A copy in which secrets, references to them, the values of headers, and credentials in URLs are
   * masked, also in texts that are JSON themselves.
   */
  static JsonNode masked(JsonNode node) {
    if (node.isTextual()) {
      return SecretReferences.refers(node.asText()) ? TextNode.valueOf(MASK) : maskedText(node);
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
          .forEach(field -> copy.set(field.getKey(), masked(field.getKey(), field.getValue())));
      return copy;
    }
    return node;
  }

  private static JsonNode masked(String field, JsonNode value) {
    if (isSecret(field)) {
      return TextNode.valueOf(MASK);
    }
    return holdsHeaders(field) ? withoutValues(value) : masked(value);
  }

  // The names of headers may be seen, nothing else.
  private static JsonNode withoutValues(JsonNode node) {
    if (node instanceof ObjectNode object) {
      ObjectNode copy = object.objectNode();
      object
          .properties()
          .forEach(field -> copy.set(field.getKey(), withoutValues(field.getValue())));
      return copy;
    }
    if (node instanceof ArrayNode array) {
      ArrayNode copy = array.arrayNode();
      array.forEach(item -> copy.add(withoutValues(item)));
      return copy;
    }
    return TextNode.valueOf(MASK);
  }

  // Some fields of a provider are JSON in a text.
  private static JsonNode maskedText(JsonNode text) {
    if (text.asText().stripLeading().matches("(?s)[{\\[].*")) {
      try {
        JsonNode inside = JSON.readTree(text.asText());
        JsonNode masked = masked(inside);
        return masked.equals(inside) ? text : TextNode.valueOf(JSON.writeValueAsString(masked));
      } catch (JsonProcessingException e) {
        // No JSON, then.
      }
    }
    return TextNode.valueOf(withoutUrlSecrets(text.asText()));
  }
}
