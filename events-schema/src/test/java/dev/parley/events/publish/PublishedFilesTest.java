package dev.parley.events.publish;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.parley.events.Payload;
import dev.parley.events.PayloadTypes;
import dev.parley.events.Sensitivity;
import dev.parley.events.contract.Contract;
import dev.parley.events.contract.Field;
import dev.parley.events.contract.Shape;
import dev.parley.events.id.UserId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PublishedFilesTest {
  private static final SchemaRegistry REGISTRY =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

  @Test
  void theCheckedInFilesAreTheGeneratedOnes() throws IOException {
    // Given
    Map<Path, String> expected = PublishedFiles.expected();
    if (PublishedFiles.WRITE) {
      for (Path old : PublishedFiles.under(PublishedFiles.SCHEMAS)) {
        Files.delete(old);
      }
      for (Map.Entry<Path, String> file : expected.entrySet()) {
        PublishedFiles.write(file.getKey(), file.getValue());
      }
    }

    // When
    List<String> stale = new ArrayList<>();
    for (Map.Entry<Path, String> file : expected.entrySet()) {
      if (!Files.exists(file.getKey())
          || !Files.readString(file.getKey()).equals(file.getValue())) {
        stale.add(PublishedFiles.ROOT.relativize(file.getKey()).toString());
      }
    }

    // Then
    assertThat(stale).as("stale: rewrite them with ./parley schemas and commit them").isEmpty();
    assertThat(PublishedFiles.under(PublishedFiles.SCHEMAS))
        .as("schemas of types that are gone")
        .allSatisfy(file -> assertThat(expected).containsKey(file));
  }

  @ParameterizedTest
  @MethodSource("types")
  void theSchemaIsOneAndItsExamplesFit(Class<? extends Payload> type) {
    // Given
    JsonNode schema = Schemas.of(type);
    Schema meta =
        REGISTRY.getSchema(SchemaLocation.of("https://json-schema.org/draft/2020-12/schema"));

    // When / Then
    assertThat(meta.validate(schema)).isEmpty();
    assertThat(REGISTRY.getSchema(schema).validate(schema.path("examples").path(0))).isEmpty();
    schema
        .path("properties")
        .properties()
        .forEach(
            property ->
                assertThat(
                        REGISTRY
                            .getSchema(property.getValue())
                            .validate(property.getValue().path("examples").path(0)))
                    .as(property.getKey())
                    .isEmpty());
  }

  @ParameterizedTest
  @MethodSource("types")
  void everyFieldIsExplained(Class<? extends Payload> type) {
    assertExplained(Contract.fields(type));
  }

  private static void assertExplained(List<Field> fields) {
    for (Field field : fields) {
      assertThat(field.description()).as(field.name()).endsWith(".").hasSizeGreaterThan(8);
      assertThat(Schemas.example(field).isMissingNode()).as(field.name()).isFalse();
      Shape inner = field.shape() instanceof Shape.Items items ? items.item() : field.shape();
      if (inner instanceof Shape.Group group) {
        assertExplained(group.fields());
      } else if (field.shape() instanceof Shape.Whole && field.name().endsWith("Millis")) {
        assertThat(field.unit()).as(field.name()).isEqualTo("ms");
      }
    }
  }

  @Test
  void userIdsArePersonalWhateverTheFieldSays() {
    for (Class<? extends Payload> type : PayloadTypes.all()) {
      for (Field field : Contract.fields(type)) {
        if (field.shape() instanceof Shape.Id id && id.type() == UserId.class) {
          assertThat(field.sensitivity())
              .as(type.getSimpleName() + "." + field.name())
              .isEqualTo(Sensitivity.PERSONAL);
        }
      }
    }
  }

  @Test
  void thereIsOneExampleOfEveryType() {
    assertThat(Examples.all().stream().map(Object::getClass).toList())
        .containsExactlyInAnyOrderElementsOf(Set.copyOf(PayloadTypes.all()));
  }

  static List<Class<? extends Payload>> types() {
    return List.copyOf(PayloadTypes.all());
  }
}
