package dev.parley.room.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.events.BadRow;
import dev.parley.events.id.TaskId;
import dev.parley.kit.callback.CallbackPath;
import dev.parley.kit.secret.Secret;
import dev.parley.room.Rooms;
import dev.parley.room.ingest.CallbackVerdict.Accepted;
import dev.parley.room.ingest.CallbackVerdict.Refused;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CallbackDeskTest {
  private static final Instant NOW = Instant.ofEpochMilli(Rooms.T0);
  private static final CallbackApp ROTATING =
      new CallbackApp(
          Rooms.APP,
          List.of(),
          List.of(Secret.of("path-now"), Secret.of("path-before")),
          List.of(Secret.of("message-now"), Secret.of("message-before")),
          List.of(Secret.of("function-now"), Secret.of("function-before")));

  private final CallbackDesk desk = new CallbackDesk(Duration.ofHours(1));

  private CallbackVerdict message(String key, String signature) {
    return desk.message(
        ROTATING,
        path(key),
        bytes(
            "{'message':'%s','signature':'%s'}"
                .formatted(Rooms.conv(0, 1, 1).toBase64(), signature)),
        Map.of(),
        NOW);
  }

  private CallbackVerdict function(String key, String signature) {
    return desk.function(
        ROTATING,
        path(key),
        bytes("{'Type':'tool_calls','Message':'[]','Signature':'%s'}".formatted(signature)),
        Map.of(),
        NOW);
  }

  private static String path(String key) {
    return CallbackPath.mint(Secret.of(key), Rooms.APP, Rooms.ROOM, new TaskId("task-1"));
  }

  private static byte[] bytes(String json) {
    return json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @CsvSource({"path-now,now", "path-now,before", "path-before,now", "path-before,before"})
  void whileRotatingTheNewSecretsAndThoseBeforeAreAccepted(String key, String which) {
    assertThat(message(key, "message-" + which)).isInstanceOf(Accepted.class);
    assertThat(function(key, "function-" + which)).isInstanceOf(Accepted.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'message':'\n','signature':'%s'}",
        "{'signature':'%s','message':'Y29",
        "{'message':'Y29udg==','signature':'%s",
        "[{'signature':'%s'}]",
        "'%s'",
        "{'Signature':'%s','a':{'signature':'%1$s'}}",
        "{'signature':'no','SIGNATURE':['%s']}"
      })
  void theSecretThatIsASignatureIsInNoBadRowHoweverTheBodyIsBroken(String body) {
    assertKeepsNone(
        desk.message(
            ROTATING, path("path-once"), bytes(body.formatted("message-now")), Map.of(), NOW),
        "message-now");
    assertKeepsNone(
        desk.message(
            ROTATING, path("path-now"), bytes(body.formatted("message-now")), Map.of(), NOW),
        "message-now");
    assertKeepsNone(
        desk.function(
            ROTATING, path("path-now"), bytes(body.formatted("function-now")), Map.of(), NOW),
        "function-now");
  }

  private static void assertKeepsNone(CallbackVerdict verdict, String secret) {
    assertThat(verdict.record().data())
        .isInstanceOfSatisfying(
            BadRow.class,
            row ->
                assertThat(new String(row.raw().toArray(), StandardCharsets.UTF_8))
                    .doesNotContain(secret));
  }

  @ParameterizedTest
  @CsvSource({
    "path-now,function-now,message-now,signature_mismatch",
    "path-before,message-befor,function-befor,signature_mismatch",
    "path-once,message-now,function-now,callback_path_mismatch",
    "path-now,'','',signature_mismatch"
  })
  void othersAreNot(String key, String message, String function, String code) {
    assertThat(message(key, message))
        .isInstanceOfSatisfying(Refused.class, no -> assertThat(no.code()).isEqualTo(code));
    assertThat(function(key, function))
        .isInstanceOfSatisfying(Refused.class, no -> assertThat(no.code()).isEqualTo(code));
  }
}
