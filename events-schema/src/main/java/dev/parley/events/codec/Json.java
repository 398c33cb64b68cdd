package dev.parley.events.codec;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteConstraints;
import com.fasterxml.jackson.databind.AnnotationIntrospector;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.type.LogicalType;
import dev.parley.events.Topic;
import java.io.IOException;

/** The one way in which the contract is written as JSON. */
public final class Json {
  /**
   * Deepest nesting of objects and arrays that is written and read; the payload itself counts 1.
   */
  public static final int MAX_DEPTH = 64;

  /** Longest name of a field, in characters. */
  public static final int MAX_NAME_LENGTH = 1024;

  /** Longest number, in digits. One with a fraction or an exponent also fits a double. */
  public static final int MAX_NUMBER_LENGTH = 100;

  private static final ObjectMapper MAPPER = builder().build();

  /**
   * What payloads are written and read with: stricter than {@link #mapper()}, so that a writer in
   * another language meets the rules of the schema here and not in the next reader.
   */
  static final ObjectMapper CONTRACT =
      builder()
          .annotationIntrospector(
              AnnotationIntrospector.pair(
                  new RequiredFields(), new JacksonAnnotationIntrospector()))
          // A field told twice: the last counts, as everywhere; in JSON of somebody else it is
          // refused.
          // Keeping every name of every object costs as much as reading it.
          .disable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .withCoercionConfig(
              LogicalType.Textual,
              texts ->
                  texts
                      .setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                      .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                      .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
          .addModule(
              new SimpleModule()
                  .addDeserializer(Long.class, new WholeNumbers())
                  .addDeserializer(Long.TYPE, new WholeNumbers())
                  .addSerializer(JsonNode.class, new ForeignJson()))
          .build();

  // A tree tells by itself when a field comes twice; keeping every name of every object beside it
  // costs as much as reading.
  private static final ObjectReader TREES =
      builder()
          .disable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .build()
          .readerFor(JsonNode.class);

  private static JsonMapper.Builder builder() {
    return JsonMapper.builder(
            JsonFactory.builder()
                .recyclerPool(new JsonBuffers())
                .streamReadConstraints(
                    StreamReadConstraints.builder()
                        .maxNestingDepth(MAX_DEPTH)
                        .maxStringLength(Topic.MAX_RECORD_BYTES)
                        .maxNameLength(MAX_NAME_LENGTH)
                        .maxNumberLength(MAX_NUMBER_LENGTH)
                        .build())
                .streamWriteConstraints(
                    StreamWriteConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
                .build())
        .nodeFactory(new FiniteTrees.Nodes())
        .addModule(
            new SimpleModule("FiniteTrees").addDeserializer(JsonNode.class, new FiniteTrees()))
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
        .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
        .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
        // An older reader meets a newer writer: fields it does not know are not its business.
        .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .defaultPropertyInclusion(
            JsonInclude.Value.construct(
                JsonInclude.Include.NON_NULL, JsonInclude.Include.USE_DEFAULTS));
  }

  private Json() {}

  /** The shared mapper; callers must not reconfigure it. */
  public static ObjectMapper mapper() {
    return MAPPER;
  }

  /**
   * Reads a tree, with the rules of {@link #mapper()}.
   *
   * @throws JsonProcessingException when the text is not JSON within the bounds, or a field of an
   *     object comes twice
   */
  public static JsonNode tree(String text) throws JsonProcessingException {
    return TREES.readTree(text);
  }

  /** As {@link #tree(String)}, of UTF-8. */
  public static JsonNode tree(byte[] text) throws IOException {
    return TREES.readTree(text);
  }
}
