package dev.parley.events.publish;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.events.Payload;
import dev.parley.events.PayloadTypes;
import dev.parley.events.codec.Decoded;
import dev.parley.events.codec.Envelope;
import dev.parley.events.codec.EventCodec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What was ever published is read for ever. A golden file is never changed, only added. */
class GoldenFilesTest {
  @Test
  void everyTypeHasAGoldenFile() throws IOException {
    for (Class<? extends Payload> type : PayloadTypes.all()) {
      Path file = file(type);
      if (PublishedFiles.WRITE && !Files.exists(file)) {
        PublishedFiles.write(file, Schemas.pretty(Records.example(type).toJson()));
      }
      assertThat(file).as("add it with ./parley schemas and commit it").exists();
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void itIsReadAndNothingInItIsLost(Path file) throws IOException {
    // Given
    Records golden = Records.of(Schemas.parse(Files.readString(file)));

    // When
    Decoded decoded =
        EventCodec.decode(golden.keyBytes(), golden.kafkaHeaders(), golden.valueBytes());

    // Then
    assertThat(decoded).isInstanceOf(Decoded.Event.class);
    Envelope<? extends Payload> envelope = ((Decoded.Event) decoded).envelope();
    Headers headers = new RecordHeaders();
    JsonNode again =
        Schemas.parse(new String(EventCodec.encode(envelope, headers), StandardCharsets.UTF_8));
    assertHolds(again, golden.value());
    assertThat(envelope.type().topic().topicName()).isEqualTo(golden.topic());
    golden
        .headers()
        .properties()
        .forEach(
            header ->
                assertThat(
                        new String(
                            headers.lastHeader(header.getKey()).value(), StandardCharsets.UTF_8))
                    .as(header.getKey())
                    .isEqualTo(header.getValue().textValue()));
  }

  // A newer version may know more fields than the file; what the file says must still be there.
  private static void assertHolds(JsonNode newer, JsonNode golden) {
    if (golden.isObject()) {
      golden
          .properties()
          .forEach(field -> assertHolds(newer.path(field.getKey()), field.getValue()));
    } else if (golden.isArray()) {
      assertThat(newer.size()).isEqualTo(golden.size());
      for (int i = 0; i < golden.size(); i++) {
        assertHolds(newer.path(i), golden.path(i));
      }
    } else {
      assertThat(newer).isEqualTo(golden);
    }
  }

  private static Path file(Class<? extends Payload> type) {
    return PublishedFiles.GOLDEN
        .resolve("v" + PayloadTypes.of(type).since())
        .resolve(PayloadTypes.of(type).value() + ".json");
  }

  static Stream<Path> files() throws IOException {
    List<Path> files = PublishedFiles.under(PublishedFiles.GOLDEN);
    return files.isEmpty() ? Stream.of(file(PayloadTypes.all().iterator().next())) : files.stream();
  }
}
