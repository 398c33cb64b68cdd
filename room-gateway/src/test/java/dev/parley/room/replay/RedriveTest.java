package dev.parley.room.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.events.BadRow;
import dev.parley.events.Bytes;
import dev.parley.events.Observation.FunctionCallbackReceived;
import dev.parley.events.Observation.MessageCallbackReceived;
import dev.parley.events.Observation.SdkEventReported;
import dev.parley.events.Observation.WebhookReceived;
import dev.parley.events.Payload;
import dev.parley.events.codec.Json;
import dev.parley.events.id.ClientId;
import dev.parley.events.id.TaskId;
import dev.parley.events.id.UserId;
import dev.parley.kit.secret.Secret;
import dev.parley.room.Rooms;
import dev.parley.room.http.SignedWebhook;
import dev.parley.room.ingest.CallbackApp;
import dev.parley.room.ingest.CallbackDesk;
import dev.parley.room.ingest.ClientClock;
import dev.parley.room.ingest.ReportTaker;
import dev.parley.room.replay.Redrive.Outcome;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RedriveTest {
  private static final long CAME = Rooms.T0;
  private static final Duration MAX_AGE = Duration.ofHours(6);
  private static final long HOUR = 3_600_000;

  private final Redrive redrive =
      new Redrive(
          List.of(
              new CallbackApp(
                  Rooms.APP, List.of(Secret.of("after")), List.of(), List.of(), List.of())),
          new CallbackDesk(Duration.ofHours(1)),
          new ReportTaker.Limits(32_768, MAX_AGE, Duration.ofSeconds(10)));

  private static Bytes bytes(String text) {
    return Bytes.of(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
  }

  private static BadRow relayed(long clientTimeMillis, Map<String, String> origin) {
    return new BadRow(
        Rooms.APP.value(),
        Rooms.ROOM.value(),
        CAME,
        BadRow.Source.RELAY,
        "unknown_event",
        "The Web SDK has no event of that name.",
        bytes(
            "{'type':'event','sequence':7,'clientTimeMillis':%d,'name':'onUserJoined','arguments':[{'userInfo':{'userId':'bob'}}]}"
                .formatted(clientTimeMillis)),
        false,
        origin);
  }

  private static Map<String, String> from(String client) {
    return Map.of("userId", "alice", "clientId", client);
  }

  private static SdkEventReported reported(Outcome outcome) {
    return (SdkEventReported) ((Outcome.Accepted) outcome).draft().data();
  }

  private static BadRow row(BadRow.Source source, String raw, Map<String, String> origin) {
    return new BadRow(
        Rooms.APP.value(),
        Rooms.ROOM.value(),
        CAME,
        source,
        "refused_before",
        "It was refused before.",
        bytes(raw),
        false,
        origin);
  }

  private static final Map<String, String> GENUINE =
      Map.of("taskId", "task-1", "genuine", "genuine");

  private static BadRow webhook(String secret, Instant eventTime) throws Exception {
    return row(
        BadRow.Source.WEBHOOK,
        Json.mapper()
            .writeValueAsString(
                SignedWebhook.of(
                    secret,
                    "UserJoinRoom",
                    "{'RoomId':'Room123','UserId':'bob','Timestamp':%d}".formatted(CAME - 1000),
                    eventTime,
                    "event-1")),
        Map.of("path", "/v1/callbacks/rtc/default"));
  }

  private static Payload accepted(Outcome outcome) {
    return ((Outcome.Accepted) outcome).draft().data();
  }

  @Test
  void aWebhookIsTakenWhenItsSecretIsThereNow() throws Exception {
    // When
    Outcome outcome = redrive.again(webhook("after", Instant.ofEpochMilli(CAME)));

    // Then: the replay window counts from when it came in
    assertThat(accepted(outcome))
        .isInstanceOfSatisfying(
            WebhookReceived.class,
            hook -> {
              assertThat(hook.eventId()).isEqualTo("event-1");
              assertThat(hook.eventTimeMillis()).isEqualTo(CAME - 1000);
            });
    assertThat(redrive.again(webhook("before", Instant.ofEpochMilli(CAME))))
        .isEqualTo(new Outcome.RefusedAgain("signature_mismatch"));
    assertThat(redrive.again(webhook("after", Instant.ofEpochMilli(CAME).minusSeconds(7200))))
        .isEqualTo(new Outcome.RefusedAgain("event_time_outside_window"));
  }

  @Test
  void aFunctionCallbackIsTakenWhenItWasGenuine() {
    // Given
    String body = "{'Type':'tool_calls','Message':'[]','Signature':'****'}";

    // When, Then
    assertThat(accepted(redrive.again(row(BadRow.Source.FUNCTION_CALLBACK, body, GENUINE))))
        .isInstanceOfSatisfying(
            FunctionCallbackReceived.class,
            call -> {
              assertThat(call.callbackType()).isEqualTo("tool_calls");
              assertThat(call.taskId()).isEqualTo(new TaskId("task-1"));
              assertThat(call.eventTimeMillis()).isEqualTo(CAME);
            });
    assertThat(
            redrive.again(row(BadRow.Source.FUNCTION_CALLBACK, body, Map.of("taskId", "task-1"))))
        .isEqualTo(new Outcome.RefusedAgain("not_genuine"));
    assertThat(redrive.again(row(BadRow.Source.FUNCTION_CALLBACK, "{}", GENUINE)))
        .isEqualTo(new Outcome.RefusedAgain("refused"));
  }

  @Test
  void aFrameIsTakenWhenItsTaskIsKnown() {
    assertThat(accepted(redrive.again(row(BadRow.Source.FRAME, "conv", GENUINE))))
        .isInstanceOfSatisfying(
            MessageCallbackReceived.class,
            message -> {
              assertThat(message.frame()).isEqualTo(bytes("conv"));
              assertThat(message.eventTimeMillis()).isEqualTo(CAME);
            });
    assertThat(redrive.again(row(BadRow.Source.FRAME, "conv", Map.of("observation", "observed-1"))))
        .isEqualTo(new Outcome.RefusedAgain("not_genuine"));
  }

  @Test
  void aRecordOfATopicGoesBackAsItWas() {
    // Given
    BadRow complete =
        row(
            BadRow.Source.TOPIC,
            "{}",
            Map.of("topic", "rtc.room.observations", "partition", "7", "offset", "4711"));

    // When, Then
    assertThat(redrive.again(complete)).isEqualTo(new Outcome.AsItWas(complete));
    assertThat(
            redrive.again(
                row(
                    BadRow.Source.TOPIC,
                    "{}",
                    Map.of("topic", "rtc.room.observations", "incomplete", "left out"))))
        .isEqualTo(new Outcome.RefusedAgain("incomplete"));
  }

  @Test
  void aReportHasTheTimeThatItWouldHaveHadAtTheDoor() {
    // Given: a client whose clock is an hour behind tells of what it saw two minutes ago
    long sent = CAME - HOUR;
    ReportTaker door =
        new ReportTaker(
            Rooms.KEY,
            new UserId("alice"),
            new ClientId("web-1"),
            new ClientClock(sent, CAME),
            new ReportTaker.Limits(32_768, MAX_AGE, Duration.ofSeconds(10)));
    Map<String, String> origin =
        ((BadRow) door.badRow("unknown_event", "Unknown.", new byte[0], 7L, CAME).data()).origin();

    // When
    SdkEventReported report = reported(redrive.again(relayed(sent - 120_000, origin)));

    // Then
    assertThat(report.eventTimeMillis()).isEqualTo(CAME - 120_000);
    assertThat(report.observer().clientTimeMillis()).isEqualTo(sent - 120_000);
    assertThat(report.observer().sequence()).isEqualTo(7);
  }

  @Test
  void aRowThatDoesNotSayHowTheClockStoodIsTakenAtItsClientsWord() {
    assertThat(reported(redrive.again(relayed(CAME - 120_000, from("web-1")))).eventTimeMillis())
        .isEqualTo(CAME - 120_000);
  }

  @Test
  void whatWasTooOldStillIs() {
    assertThat(redrive.again(relayed(CAME - MAX_AGE.toMillis() - 1, from("web-1"))))
        .isEqualTo(new Outcome.RefusedAgain("too_old"));
    assertThat(redrive.again(relayed(CAME - MAX_AGE.toMillis(), from("web-1"))))
        .isInstanceOf(Outcome.Accepted.class);
  }
}
