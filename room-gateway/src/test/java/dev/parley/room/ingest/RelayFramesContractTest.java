package dev.parley.room.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.parley.events.Topic;
import dev.parley.room.ingest.RelayFrames.ClientFrame;
import dev.parley.room.ingest.RelayFrames.Event;
import dev.parley.room.ingest.RelayFrames.Goodbye;
import dev.parley.room.ingest.RelayFrames.Hello;
import dev.parley.room.ingest.RelayFrames.Renew;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The gateway speaks the relay protocol as the published AsyncAPI document describes it. */
class RelayFramesContractTest {
  private static JsonNode published() throws IOException {
    try (InputStream in = Topic.class.getResourceAsStream("/asyncapi.json")) {
      return new ObjectMapper().readTree(Objects.requireNonNull(in));
    }
  }

  private static JsonNode component(String kind, String frame) throws IOException {
    return published().path("components").path(kind).path("relay." + frame);
  }

  private static void assertFits(String frame, String text) throws IOException {
    JsonNode schema = component("schemas", frame);
    assertThat(schema.isObject()).isTrue();
    assertThat(
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7)
                .getSchema(schema.toString(), InputFormat.JSON)
                .validate(text, InputFormat.JSON))
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"welcome", "ack", "error", "expiring", "renewed"})
  void whatTheGatewaySendsIsAsPublished(String frame) throws IOException {
    assertFits(
        frame,
        switch (frame) {
          case "welcome" -> RelayFrames.welcome("connection-1", 0, 1_750_000_000_000L, 15_000);
          case "ack" -> RelayFrames.ack(7);
          case "error" -> RelayFrames.error("unknown_event", "There is none of that name.", null);
          default -> RelayFrames.session(frame, 1_750_000_900_000L);
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"hello", "event", "renew", "goodbye"})
  void thePublishedExamplesAreUnderstood(String frame) throws Exception {
    // Given
    JsonNode example = component("messages", frame).path("examples").path(0).path("payload");
    assertFits(frame, example.toString());

    // When
    ClientFrame read = RelayFrames.text(example.toString());

    // Then
    assertThat(read)
        .isInstanceOf(
            switch (frame) {
              case "hello" -> Hello.class;
              case "event" -> Event.class;
              case "renew" -> Renew.class;
              default -> Goodbye.class;
            });
  }
}
