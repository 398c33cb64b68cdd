package dev.parley.events.codec;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import java.io.IOException;
import java.util.Map;

/** Writes JSON that came from somebody else, within the bounds that readers keep. */
final class ForeignJson extends StdSerializer<JsonNode> {
  private static final long serialVersionUID = 1L;

  ForeignJson() {
    super(JsonNode.class);
  }

  @Override
  public void serialize(JsonNode node, JsonGenerator generator, SerializerProvider provider)
      throws IOException {
    check(node, 0);
    node.serialize(generator, provider);
  }

  private static void check(JsonNode node, int depth) throws StreamConstraintsException {
    if (depth > Json.MAX_DEPTH) {
      throw new StreamConstraintsException("nested too deeply");
    }
    if (node.isContainerNode()) {
      for (Map.Entry<String, JsonNode> field : node.properties()) {
        if (field.getKey().length() > Json.MAX_NAME_LENGTH) {
          throw new StreamConstraintsException("has too long a field name");
        }
      }
      for (JsonNode child : node) {
        check(child, depth + 1);
      }
    } else if (isLong(node)) {
      throw new StreamConstraintsException("has too long a number");
    } else if (node.isFloatingPointNumber() && !Double.isFinite(node.doubleValue())) {
      throw new StreamConstraintsException("has a number that no double holds");
    }
  }

  private static boolean isLong(JsonNode node) {
    return (node.isBigInteger() || node.isBigDecimal())
        && node.asText().length() > Json.MAX_NUMBER_LENGTH;
  }
}
