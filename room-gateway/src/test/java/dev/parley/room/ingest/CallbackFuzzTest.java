package dev.parley.room.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.events.BadRow;
import dev.parley.events.codec.Envelope;
import dev.parley.events.codec.EventCodec;
import dev.parley.events.id.TaskId;
import dev.parley.kit.callback.CallbackPath;
import dev.parley.kit.secret.Secret;
import dev.parley.room.Rooms;
import dev.parley.room.ingest.CallbackVerdict.Accepted;
import dev.parley.room.ingest.CallbackVerdict.Kept;
import dev.parley.room.ingest.CallbackVerdict.Refused;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** Whatever comes to the doors of callbacks becomes one record that Kafka takes. */
class CallbackFuzzTest {
  private static final Instant NOW = Instant.ofEpochMilli(Rooms.T0);
  private static final String SECRET = "callback-secret";
  private static final Secret PATH_KEY = Secret.of("path-key-path-key-path-key-path-key");
  private static final CallbackApp APP =
      new CallbackApp(
          Rooms.APP,
          List.of(Secret.of(SECRET)),
          List.of(PATH_KEY),
          List.of(Secret.of("message-signature")),
          List.of(Secret.of("function-signature")));

  private final CallbackDesk desk = new CallbackDesk(Duration.ofMinutes(5));

  private static void assertKept(CallbackVerdict verdict) {
    RecordHeaders headers = new RecordHeaders();
    byte[] value =
        EventCodec.encode(
            new Envelope<>(verdict.record().id(), "/test", NOW, null, verdict.record().data()),
            headers);
    assertThat(value).isNotEmpty();
    boolean badRow = verdict.record().data() instanceof BadRow;
    assertThat(badRow).isEqualTo(!(verdict instanceof Accepted));
    if (verdict instanceof Refused refused) {
      assertThat(refused.code()).matches("[a-z_]+");
      assertThat(refused.detail()).endsWith(".");
    }
  }

  private static String secretPath() {
    return CallbackPath.mint(PATH_KEY, Rooms.APP, Rooms.ROOM, new TaskId("task-1"));
  }

  @Property(tries = 1000)
  void anyBytesAreRefusedAndKept(@ForAll byte[] body) {
    List<CallbackVerdict> verdicts =
        List.of(
            desk.webhook(APP, body, Map.of(), NOW),
            desk.message(APP, secretPath(), body, Map.of(), NOW),
            desk.function(APP, secretPath(), body, Map.of(), NOW));
    assertThat(verdicts)
        .allSatisfy(
            verdict -> {
              assertThat(verdict).isInstanceOf(Refused.class);
              assertKept(verdict);
            });
  }

  @Property(tries = 1000)
  void anyGenuineWebhookIsKept(@ForAll("webhooks") ObjectNode webhook) {
    // When
    CallbackVerdict verdict = desk.webhook(APP, bytes(signed(webhook)), Map.of(), NOW);

    // Then: what the cloud itself signed is never answered with a refusal that it would repeat
    assertKept(verdict);
    if (webhook.path("AppId").textValue().equals(Rooms.APP.value())
        && webhook.path("EventTime").textValue().startsWith("2025-06-15T15:06")) {
      assertThat(verdict).isInstanceOfAny(Accepted.class, Kept.class);
    }
  }

  @Property(tries = 1000)
  void aChangedFieldIsNeverGenuine(
      @ForAll("webhooks") ObjectNode webhook, @ForAll("fieldNames") String field) {
    // Given
    ObjectNode changed = signed(webhook);
    changed.put(field, changed.path(field).asText() + "!");

    // When
    CallbackVerdict verdict = desk.webhook(APP, bytes(changed), Map.of(), NOW);

    // Then
    assertThat(verdict)
        .isInstanceOfSatisfying(
            Refused.class, refused -> assertThat(refused.code()).isEqualTo("signature_mismatch"));
    assertKept(verdict);
  }

  @Property(tries = 1000)
  void anyMessageOfTheAgentIsKept(@ForAll("texts") String message, @ForAll("texts") String type) {
    // Given
    ObjectNode subtitles = JsonNodeFactory.instance.objectNode();
    subtitles.put("message", message).put("signature", "message-signature");
    ObjectNode function = JsonNodeFactory.instance.objectNode();
    function.put("Type", type).put("Message", message).put("Signature", "function-signature");

    // When
    List<CallbackVerdict> verdicts =
        List.of(
            desk.message(APP, secretPath(), bytes(subtitles), Map.of(), NOW),
            desk.function(APP, secretPath(), bytes(function), Map.of(), NOW));

    // Then
    assertThat(verdicts)
        .allSatisfy(
            verdict -> {
              assertThat(verdict).isInstanceOfAny(Accepted.class, Kept.class);
              assertKept(verdict);
            });
  }

  private static byte[] bytes(ObjectNode json) {
    return json.toString().getBytes(StandardCharsets.UTF_8);
  }

  // SHA-256 over the sorted values and the secret, joined: the vendor's rule for event callbacks.
  private static ObjectNode signed(ObjectNode webhook) {
    ObjectNode signed = webhook.deepCopy();
    String text =
        Stream.concat(
                fields().stream().map(name -> webhook.path(name).textValue()), Stream.of(SECRET))
            .sorted()
            .reduce("", String::concat);
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return signed.put("Signature", HexFormat.of().formatHex(hash));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<String> fields() {
    return List.of("EventType", "EventData", "EventTime", "EventId", "Version", "AppId", "Nonce");
  }

  // No halves of surrogate pairs: they have no UTF-8.
  private static Arbitrary<String> strings(int maxLength) {
    return Arbitraries.strings().withCharRange('\0', '\ud7ff').ofMaxLength(maxLength);
  }

  @Provide
  Arbitrary<String> fieldNames() {
    return Arbitraries.of(fields());
  }

  @Provide
  Arbitrary<String> texts() {
    return Arbitraries.oneOf(
        strings(200),
        Arbitraries.of(
            "",
            "c3VidgAAAAJ7fQ==",
            "Y29udgAAAAA=",
            "dG9vbP////8=",
            "{\"tool_calls\":[]}",
            "[".repeat(1000) + "]".repeat(1000),
            "{\"a\":".repeat(300) + "1" + "}".repeat(300),
            "1e999999",
            "\"\\ud800\"",
            "z".repeat(40_000)));
  }

  @Provide
  Arbitrary<ObjectNode> webhooks() {
    Arbitrary<String> type =
        Arbitraries.oneOf(Arbitraries.of("UserJoinRoom", "VoiceChat"), texts());
    Arbitrary<String> data =
        Arbitraries.oneOf(
            texts(),
            texts().map(text -> "{\"RoomId\":\"Room123\",\"UserId\":" + quoted(text) + "}"),
            texts().map(text -> "{\"RoomId\":" + quoted(text) + "}"),
            Arbitraries.of(
                "{\"RoomId\":\"Room123\",\"Timestamp\":99999999999999999999}",
                "{\"RoomId\":\"Room123\",\"Timestamp\":-1}",
                "{\"RoomId\":\"Room123\",\"a\":" + "[".repeat(95) + "]".repeat(95) + "}",
                "{\"RoomId\":17}"));
    Arbitrary<String> time =
        Arbitraries.oneOf(
            Arbitraries.of(
                "2025-06-15T15:06:40Z",
                "2025-06-15T23:06:40+08:00",
                "+999999999-12-31T23:59:59Z",
                "1750000000"),
            strings(20));
    Arbitrary<String> app = Arbitraries.of(Rooms.APP.value(), Rooms.APP.value(), "", "other");
    return Combinators.combine(type, data, time, texts(), app, strings(8))
        .as(
            (kind, what, at, id, of, nonce) ->
                JsonNodeFactory.instance
                    .objectNode()
                    .put("EventType", kind)
                    .put("EventData", what)
                    .put("EventTime", at)
                    .put("EventId", id)
                    .put("Version", "2024-06-01")
                    .put("AppId", of)
                    .put("Nonce", nonce));
  }

  private static String quoted(String text) {
    return JsonNodeFactory.instance.textNode(text).toString();
  }
}
