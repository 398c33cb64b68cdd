package dev.parley.events.codec;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.deser.std.JsonNodeDeserializer;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NumericNode;
import java.io.IOException;

/**
 * Reads trees in which every number is one. A number beyond what a double holds would be read as
 * infinite, which JSON has no way to write: it would be passed on as the text "Infinity".
 */
final class FiniteTrees extends JsonNodeDeserializer {
  private static final long serialVersionUID = 1L;

  @Override
  public JsonNode deserialize(JsonParser parser, DeserializationContext context)
      throws IOException {
    try {
      return super.deserialize(parser, context);
    } catch (NotFiniteException e) {
      throw new StreamConstraintsException(
          "has a number that no double holds", parser.currentLocation());
    }
  }

  /** Makes the nodes of such trees. */
  static final class Nodes extends JsonNodeFactory {
    private static final long serialVersionUID = 1L;

    @Override
    public NumericNode numberNode(double number) {
      if (Double.isInfinite(number)) {
        throw new NotFiniteException();
      }
      return super.numberNode(number);
    }
  }

  private static final class NotFiniteException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NotFiniteException() {
      super(null, null, false, false);
    }
  }
}
