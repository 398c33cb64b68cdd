package dev.parley.room.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.events.BadRow;
import dev.parley.events.Observation.BinaryMessageReported;
import dev.parley.events.Observation.SdkEventReported;
import dev.parley.events.Payload;
import dev.parley.events.Telemetry;
import dev.parley.events.id.ClientId;
import dev.parley.events.id.UserId;
import dev.parley.room.Rooms;
import dev.parley.room.SdkEvents;
import dev.parley.room.ingest.EventBatch.Result;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every event of the SDK, with arguments as its type definitions have them, at both doors. */
class SdkEventsAtTheDoorsTest {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  static Stream<Arguments> events() throws IOException {
    JsonNode file;
    try (InputStream in =
        SdkEventsAtTheDoorsTest.class.getResourceAsStream("/vectors/web-sdk-events.json")) {
      file = new ObjectMapper().readTree(Objects.requireNonNull(in));
    }
    return StreamSupport.stream(file.path("events").spliterator(), false)
        .map(event -> Arguments.of(event.path("event").asText(), sample(event.path("arguments"))));
  }

  private static ArrayNode sample(JsonNode arguments) {
    ArrayNode sample = JSON.arrayNode();
    arguments.forEach(argument -> sample.add(value(argument.path("shape"))));
    return sample;
  }

  private static JsonNode value(JsonNode shape) {
    if (shape.isArray()) {
      ArrayNode list = JSON.arrayNode();
      shape.forEach(item -> list.add(value(item)));
      return list;
    }
    if (shape.isObject()) {
      ObjectNode object = JSON.objectNode();
      shape
          .properties()
          .forEach(field -> object.set(field.getKey().replace("?", ""), value(field.getValue())));
      return object;
    }
    return switch (shape.asText()) {
      case "string", "any" -> JSON.textNode("bob");
      case "boolean" -> JSON.booleanNode(true);
      // As docs/relay-protocol.md has bytes in text frames.
      case "ArrayBuffer", "Uint8Array" -> JSON.textNode("aW5mbwAAAAJ7fQ==");
      default -> JSON.numberNode(1);
    };
  }

  private static ObjectNode event(String name, ArrayNode arguments) {
    ObjectNode event = JSON.objectNode().put("sequence", 1).put("clientTimeMillis", Rooms.T0);
    event.put("name", name).set("arguments", arguments);
    return event;
  }

  private static void assertKept(String name, ArrayNode arguments, Payload kept) {
    if (name.equals("onRoomBinaryMessageReceived") || name.equals("onUserBinaryMessageReceived")) {
      assertThat(kept)
          .isInstanceOfSatisfying(
              BinaryMessageReported.class,
              message -> assertThat(message.frame().toBase64()).isEqualTo("aW5mbwAAAAJ7fQ=="));
    } else if (SdkEvents.telemetry(name)) {
      assertThat(kept)
          .isInstanceOfSatisfying(
              Telemetry.class,
              telemetry -> {
                assertThat(telemetry.name()).isEqualTo(name);
                assertThat(telemetry.arguments()).isEqualTo(arguments);
              });
    } else {
      assertThat(kept)
          .isInstanceOfSatisfying(
              SdkEventReported.class,
              report -> {
                assertThat(report.name()).isEqualTo(name);
                assertThat(report.arguments()).isEqualTo(arguments);
              });
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("events")
  void theRelayTakesIt(String name, ArrayNode arguments) {
    // Given
    FakeLink link = new FakeLink();
    FakeKafka kafka = new FakeKafka();
    RelayConnection connection = TestRelay.connection(link, kafka::send, 10);
    connection.start();
    connection.text(TestRelay.HELLO);
    link.settle();
    kafka.acknowledgeAll();
    link.settle();

    // When
    connection.text(event(name, arguments).put("type", "event").toString());
    kafka.acknowledgeAll();
    link.settle();

    // Then
    assertThat(link.acknowledged()).isEqualTo(1);
    assertThat(link.sent).noneMatch(frame -> frame.path("type").asText().equals("error"));
    assertKept(name, arguments, kafka.kept.getLast());
  }

  static Stream<Arguments> binaryMessagesWithoutSenderOrBytes() {
    return Stream.of(
            "onRoomBinaryMessageReceived",
            "onUserBinaryMessageReceived",
            "onUserBinaryMessageReceivedOutsideRoom")
        .flatMap(
            name ->
                Stream.of(
                        "{'userId':'bob','message':{}}",
                        "{'userId':'bob'}",
                        "{'userId':'bob','message':null}",
                        "{'userId':'bob','message':7}",
                        "{'userId':'bob','message':'!'}",
                        "{'message':'aW5mbwAAAAJ7fQ=='}",
                        "{'userId':'','message':'aW5mbwAAAAJ7fQ=='}",
                        "7")
                    .map(argument -> Arguments.of(name, argument)));
  }

  @ParameterizedTest
  @MethodSource("binaryMessagesWithoutSenderOrBytes")
  void aBinaryMessageWithoutItsSenderOrBytesIsRefusedAtBothDoors(String name, String argument) {
    // Given
    FakeLink link = new FakeLink();
    FakeKafka kafka = new FakeKafka();
    RelayConnection connection = TestRelay.connection(link, kafka::send, 10);
    connection.start();
    connection.text(TestRelay.HELLO);
    link.settle();
    kafka.acknowledgeAll();
    link.settle();
    ObjectNode event = event(name, JSON.arrayNode().add(Rooms.json(argument)));
    List<Payload> kept = new ArrayList<>();

    // When
    List<Result> results = batch(event, kept);
    connection.text(event.put("type", "event").toString());
    kafka.acknowledgeAll();
    link.settle();

    // Then
    assertThat(results)
        .extracting(Result::status, Result::code)
        .containsExactly(tuple("refused", "malformed_event"));
    assertThat(link.acknowledged()).isEqualTo(1);
    assertThat(link.sent)
        .filteredOn(frame -> frame.path("type").asText().equals("error"))
        .extracting(frame -> frame.path("code").asText())
        .containsExactly("malformed_event");
    assertThat(List.of(kept.getLast(), kafka.kept.getLast()))
        .allSatisfy(
            row ->
                assertThat(row)
                    .isInstanceOfSatisfying(
                        BadRow.class, bad -> assertThat(bad.code()).isEqualTo("malformed_event")));
  }

  private static List<Result> batch(ObjectNode event, List<Payload> kept) {
    ReportTaker taker =
        new ReportTaker(
            Rooms.KEY,
            new UserId("alice"),
            new ClientId("web-1"),
            new ClientClock(Rooms.T0, Rooms.T0),
            new ReportTaker.Limits(32_768, Duration.ofHours(6), Duration.ofSeconds(10)));
    return new EventBatch(
            taker,
            Rooms.T0,
            draft -> {
              kept.add(draft.data());
              return CompletableFuture.completedFuture(null);
            })
        .keep(List.of(event))
        .toCompletableFuture()
        .join();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("events")
  void aBatchTakesIt(String name, ArrayNode arguments) {
    // Given
    List<Payload> kept = new ArrayList<>();

    // When
    List<Result> results = batch(event(name, arguments), kept);

    // Then
    assertThat(results).containsExactly(new Result(1L, "kept", null, null));
    assertThat(kept).singleElement().satisfies(one -> assertKept(name, arguments, one));
  }
}
