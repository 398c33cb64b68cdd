package dev.parley.events.publish;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.events.Payload;
import dev.parley.events.Sensitivity;
import dev.parley.events.codec.Envelope;
import dev.parley.events.codec.Json;
import dev.parley.events.contract.Contract;
import dev.parley.events.contract.Field;
import dev.parley.events.contract.Shape;
import dev.parley.events.masking.Masking;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;

/** Masking replaces every personal field of every type, and touches nothing else. */
class MaskingCoverageTest {
  private static final Masking MASKING =
      Masking.withKey("0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII));

  @Property(tries = 500, shrinking = ShrinkingMode.BOUNDED)
  void personalFieldsChangeAndOthersDoNot(@ForAll("payloads") Payload data) {
    // Given
    Envelope<Payload> envelope = new Envelope<>("id-1", "/parley/test", Instant.EPOCH, null, data);

    // When
    Payload masked = MASKING.masked(envelope).data();

    // Then
    assertThat(masked).hasSameClassAs(data);
    assertThat(masked.recordKey()).isEqualTo(data.recordKey());
    assertMasked(
        Contract.fields(data.getClass()),
        Json.mapper().valueToTree(data),
        Json.mapper().valueToTree(masked));
  }

  private static void assertMasked(List<Field> fields, JsonNode plain, JsonNode masked) {
    for (Field field : fields) {
      JsonNode was = plain.path(field.name());
      JsonNode is = masked.path(field.name());
      if (was.isMissingNode()) {
        assertThat(is.isMissingNode()).as(field.name()).isTrue();
      } else if (field.shape() instanceof Shape.Group group) {
        assertMasked(group.fields(), was, is);
      } else if (field.shape() instanceof Shape.Items items
          && items.item() instanceof Shape.Group group) {
        for (int i = 0; i < was.size(); i++) {
          assertMasked(group.fields(), was.path(i), is.path(i));
        }
      } else if (field.sensitivity() == Sensitivity.NONE) {
        assertThat(is).as(field.name()).isEqualTo(was);
      } else {
        assertThat(is).as(field.name()).isNotEqualTo(was);
      }
    }
  }

  @Provide
  Arbitrary<Payload> payloads() {
    return PayloadArbitraries.any();
  }
}
