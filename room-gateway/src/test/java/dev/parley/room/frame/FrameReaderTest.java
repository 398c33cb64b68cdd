package dev.parley.room.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.events.AgentEvent.Stage;
import dev.parley.events.id.TaskId;
import dev.parley.events.id.UserId;
import dev.parley.room.frame.FrameBody.Control;
import dev.parley.room.frame.FrameBody.Conversation;
import dev.parley.room.frame.FrameBody.FunctionCall;
import dev.parley.room.frame.FrameBody.FunctionResult;
import dev.parley.room.frame.FrameBody.ReportedError;
import dev.parley.room.frame.FrameBody.Subtitle;
import dev.parley.room.frame.FrameBody.Subtitles;
import dev.parley.room.frame.FrameBody.ToolCalls;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameReaderTest {
  private static FrameBody read(String magic, String body) throws FrameRefusedException {
    return FrameReader.read(FrameCodec.encode(Frame.of(magic, body))).body();
  }

  @ParameterizedTest
  @CsvSource({"UserID,RoundID", "UserId,RoundId"})
  void readsAConversationInBothSpellings(String user, String round) throws Exception {
    // When
    FrameBody body =
        read(
            "conv",
            "{\"TaskId\":\"task-1\",\"%s\":\"agent-1\",\"%s\":3,\"EventTime\":1750000003123,\"Stage\":{\"Code\":4,\"Description\":\"interrupted\"}}"
                .formatted(user, round));

    // Then
    assertThat(body)
        .isEqualTo(
            new Conversation(
                new TaskId("task-1"), new UserId("agent-1"), 3, 1_750_000_003_123L, 4, null));
    assertThat(((Conversation) body).stage()).contains(Stage.INTERRUPTED);
  }

  @Test
  void readsAnErrorOfTheConversation() throws Exception {
    // When
    FrameBody body =
        read(
            "conv",
            "{\"TaskId\":\"t\",\"UserID\":\"a\",\"RoundID\":0,\"Stage\":{\"Code\":0},\"ErrorInfo\":{\"ErrorCode\":1005002,\"Reason\":\"tts\"}}");

    // Then
    assertThat(((Conversation) body).stage()).isEmpty();
    assertThat(((Conversation) body).error()).isEqualTo(new ReportedError(1_005_002, "tts"));
  }

  @Test
  void aStageCodeOfTheFutureIsNoStage() throws Exception {
    // When
    FrameBody body = read("conv", "{\"RoundID\":0,\"Stage\":{\"Code\":4294967297}}");

    // Then
    assertThat(((Conversation) body).stage()).isEmpty();
  }

  @Test
  void readsAllSubtitlesAndTheEmptyClosingOne() throws Exception {
    // When
    FrameBody body =
        read(
            "subv",
            "{\"type\":\"subtitle\",\"data\":["
                + "{\"text\":\"hi\",\"language\":\"en\",\"userId\":\"user-1\",\"sequence\":1,\"definite\":false,\"mode\":0},"
                + "{\"text\":\"\",\"userId\":\"agent-1\",\"sequence\":9,\"definite\":true,\"paragraph\":true,\"roundId\":3,\"timestamp\":5}]}");

    // Then
    assertThat(body)
        .isEqualTo(
            new Subtitles(
                List.of(
                    new Subtitle(new UserId("user-1"), "hi", "en", null, 1, false, false, 0L, null),
                    new Subtitle(new UserId("agent-1"), "", null, 3L, 9, true, true, null, 5L))));
  }

  @Test
  void readsParallelToolCallsAndArgumentsThatAreNoText() throws Exception {
    // When
    FrameBody body =
        read(
            "tool",
            "{\"subscriber_user_id\":\"\",\"tool_calls\":["
                + "{\"id\":\"c1\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"a\\\":1}\"}},"
                + "{\"id\":\"c2\",\"type\":\"function\",\"function\":{\"name\":\"g\",\"arguments\":{\"b\":2}}}]}");

    // Then
    assertThat(body)
        .isEqualTo(
            new ToolCalls(
                List.of(
                    new FunctionCall("c1", "f", "{\"a\":1}"),
                    new FunctionCall("c2", "g", "{\"b\":2}"))));
  }

  @Test
  void readsWhatClientsSend() throws Exception {
    // When, Then
    assertThat(read("ctrl", "{\"Command\":\"interrupt\",\"InterruptMode\":0,\"Message\":\"\"}"))
        .isEqualTo(new Control("interrupt", 0L, ""));
    assertThat(read("func", "{\"ToolCallID\":\"call_cx_1\",\"Content\":\"rain\"}"))
        .isEqualTo(new FunctionResult("call_cx_1", "rain"));
    assertThat(read("ctrl", "")).isEqualTo(new FrameBody.Empty());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"data\":{}}",
        "{}",
        "{\"data\":[1]}",
        "{\"data\":[{\"text\":\"x\",\"sequence\":1,\"definite\":true}]}",
        "{\"data\":[{\"text\":1,\"userId\":\"u\",\"sequence\":1,\"definite\":true}]}",
        "{\"data\":[{\"text\":\"x\",\"userId\":\"a b\",\"sequence\":1,\"definite\":true}]}",
        "{\"data\":[{\"text\":\"x\",\"userId\":\"u\",\"sequence\":1.5,\"definite\":true}]}",
        "[]"
      })
  void refusesSubtitlesThatDoNotFit(String body) {
    // When, Then
    assertThatThrownBy(() -> read("subv", body))
        .isInstanceOfSatisfying(
            FrameRefusedException.class,
            e -> assertThat(e.reason()).isEqualTo(FrameRefusedException.Reason.BODY_DOES_NOT_FIT));
  }
}
