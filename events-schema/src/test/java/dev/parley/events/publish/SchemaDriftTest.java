package dev.parley.events.publish;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.parley.events.Payload;
import dev.parley.events.PayloadTypes;
import dev.parley.events.codec.Decoded;
import dev.parley.events.codec.Envelope;
import dev.parley.events.codec.EventCodec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tuple;
import net.jqwik.api.Tuple.Tuple2;
import net.jqwik.api.statistics.Statistics;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** The Java types and the checked-in schemas say the same. */
class SchemaDriftTest {
  private static final SchemaRegistry REGISTRY =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
  private static final Map<Class<? extends Payload>, JsonNode> JSON = new HashMap<>();
  private static final Map<Class<? extends Payload>, Schema> SCHEMAS = new HashMap<>();

  static {
    for (Class<? extends Payload> type : PayloadTypes.all()) {
      JsonNode json = read(type);
      JSON.put(type, json);
      SCHEMAS.put(type, REGISTRY.getSchema(json));
    }
  }

  @Property(tries = 1500, shrinking = ShrinkingMode.BOUNDED)
  void whatJavaWritesFitsTheSchemaAndIsReadBack(@ForAll("payloads") Payload data) {
    // Given
    Envelope<Payload> envelope = envelope(data);
    Headers headers = new RecordHeaders();

    // When
    byte[] value = EventCodec.encode(envelope, headers);

    // Then
    JsonNode json = Schemas.parse(new String(value, StandardCharsets.UTF_8));
    assertThat(schema(data.getClass()).validate(json)).isEmpty();
    assertThat(EventCodec.decode(headers, value)).isEqualTo(new Decoded.Event(envelope));
    covered(data.getClass());
  }

  @Property(tries = 1500, shrinking = ShrinkingMode.BOUNDED)
  void whatTheSchemaAllowsJavaReads(
      @ForAll("instances") Tuple2<Class<? extends Payload>, JsonNode> instance) {
    // Given
    Class<? extends Payload> type = instance.get1();
    JsonNode json = instance.get2();
    assertThat(schema(type).validate(json)).isEmpty();
    Headers headers = new RecordHeaders();
    EventCodec.encode(envelope(Examples.of(type)), headers);

    // When
    Decoded decoded = EventCodec.decode(headers, json.toString().getBytes(StandardCharsets.UTF_8));

    // Then
    assertThat(decoded).as(type.getName() + " " + json).isInstanceOf(Decoded.Event.class);
    covered(type);
  }

  private static void covered(Class<? extends Payload> type) {
    Statistics.label("type")
        .collect(type.getSimpleName())
        .coverage(
            coverage ->
                PayloadTypes.all()
                    .forEach(one -> coverage.check(one.getSimpleName()).count(count -> count > 0)));
  }

  @Provide
  Arbitrary<Payload> payloads() {
    return PayloadArbitraries.any();
  }

  @Provide
  Arbitrary<Tuple2<Class<? extends Payload>, JsonNode>> instances() {
    return Arbitraries.of(PayloadTypes.all())
        .flatMap(
            type ->
                SchemaInstances.of(Objects.requireNonNull(JSON.get(type)))
                    .map(json -> Tuple.of(type, json)));
  }

  private static Schema schema(Class<? extends Payload> type) {
    return Objects.requireNonNull(SCHEMAS.get(type));
  }

  private static Envelope<Payload> envelope(Payload data) {
    return new Envelope<>("id-1", "/parley/test", Instant.EPOCH, null, data);
  }

  private static JsonNode read(Class<? extends Payload> type) {
    try {
      return Schemas.parse(Files.readString(PublishedFiles.SCHEMAS.resolve(Schemas.path(type))));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
