package dev.parley.kit.json;

import static com.fasterxml.jackson.databind.cfg.CoercionInputShape.Boolean;
import static com.fasterxml.jackson.databind.cfg.CoercionInputShape.EmptyString;
import static com.fasterxml.jackson.databind.cfg.CoercionInputShape.Float;
import static com.fasterxml.jackson.databind.cfg.CoercionInputShape.Integer;
import static com.fasterxml.jackson.databind.cfg.CoercionInputShape.String;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.cfg.MutableCoercionConfig;
import com.fasterxml.jackson.databind.type.LogicalType;
import io.quarkus.jackson.ObjectMapperCustomizer;
import jakarta.inject.Singleton;

/**
 * Takes bodies of requests for what they say: a number is no text, a text is no number, and neither
 * is yes or no; a field that nobody knows is a mistake, and so is what follows the document. A
 * client that gets it wrong learns it from the first answer. Concerns the mapper of the REST layer
 * alone, neither events nor what the vendor sends.
 */
@Singleton
public class StrictBodies implements ObjectMapperCustomizer {
  @Override
  public void customize(ObjectMapper mapper) {
    mapper.enable(
        DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
        DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    refuse(mapper, LogicalType.Textual, Integer, Float, Boolean);
    refuse(mapper, LogicalType.Integer, String, EmptyString, Float, Boolean);
    refuse(mapper, LogicalType.Float, String, EmptyString, Boolean);
    refuse(mapper, LogicalType.Boolean, String, EmptyString, Integer, Float);
    refuse(mapper, LogicalType.Enum, EmptyString, Integer);
  }

  private static void refuse(ObjectMapper mapper, LogicalType type, CoercionInputShape... given) {
    MutableCoercionConfig config = mapper.coercionConfigFor(type);
    for (CoercionInputShape shape : given) {
      config.setCoercion(shape, CoercionAction.Fail);
    }
  }
}
