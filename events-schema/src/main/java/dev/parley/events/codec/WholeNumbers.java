package dev.parley.events.codec;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import java.io.IOException;

/** Reads what JSON Schema calls an integer: also 1.0 and 1e3, never 1.5 and never a text. */
final class WholeNumbers extends StdScalarDeserializer<Long> {
  private static final long serialVersionUID = 1L;

  WholeNumbers() {
    super(Long.class);
  }

  @Override
  public Long deserialize(JsonParser parser, DeserializationContext context) throws IOException {
    try {
      if (parser.hasToken(JsonToken.VALUE_NUMBER_INT)) {
        return parser.getLongValue();
      }
      if (parser.hasToken(JsonToken.VALUE_NUMBER_FLOAT)) {
        return parser.getDecimalValue().longValueExact();
      }
    } catch (InputCoercionException | ArithmeticException e) {
      return context.reportInputMismatch(this, "not a whole number of 64 bits");
    }
    return context.reportInputMismatch(this, "not a number");
  }
}
