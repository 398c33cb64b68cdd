package dev.parley.simulator.voicechat;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.parley.simulator.App;
import dev.parley.simulator.ManualTime;
import dev.parley.simulator.SimulatedCloud;
import dev.parley.simulator.agent.AgentTiming;
import dev.parley.simulator.callback.FakeTransport;
import dev.parley.simulator.fault.Fault;
import dev.parley.simulator.fault.FaultRule;
import dev.parley.simulator.signature.Credentials;
import dev.parley.simulator.signature.HttpCall;
import dev.parley.simulator.signature.TestSigner;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class OpenApiTest {

  private static final String APP = "5a6b7c8d9e0f1a2b3c4d5e6f";
  private static final String OLD_APP = "000000000000000000000000";
  private static final String TARGET = "\"AgentConfig\":{\"TargetUserId\":[\"ann\"]";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ManualTime time = new ManualTime("2026-01-01T00:00:00Z");
  private final FakeTransport transport = new FakeTransport();
  private final AtomicInteger ids = new AtomicInteger();
  private final SimulatedCloud cloud =
      new SimulatedCloud(
          settings(), time, time, transport, () -> "id" + ids.incrementAndGet(), () -> "0042");

  @Test
  void runsATaskFromStartToStopAndReportsIt() {
    // When
    assertThat(start("task")).isEqualTo("ok");
    time.pass(Duration.ofSeconds(1));
    assertThat(call("StopVoiceChat", "2024-12-01", identity("task") + "}")).isEqualTo("ok");
    // Then
    assertThat(webhooks())
        .containsExactly(
            "UserJoinRoom", "taskStart", "UserLeaveRoom", "RoomDestroy", "taskStop", "taskUsage");
    assertThat(cloud.openApi().tasks().all())
        .singleElement()
        .extracting(TaskView::state)
        .isEqualTo(TaskView.State.ENDED);
    assertThat(cloud.openApi().calls())
        .extracting(ApiCall::action, ApiCall::taskId, ApiCall::outcome)
        .containsExactly(
            tuple("StartVoiceChat", "task", "ok"), tuple("StopVoiceChat", "task", "ok"));
  }

  @Test
  void tellsWhatHappenedInTheWordsOfTheWebhook() throws Exception {
    // When
    start("task");
    time.pass(Duration.ofSeconds(1));
    // Then
    JsonNode envelope = JSON.readTree(transport.posts.get(1).body());
    assertThat(envelope.path("EventType").asText()).isEqualTo("VoiceChat");
    assertThat(envelope.path("EventTime").asText()).isEqualTo("2026-01-01T00:00:00Z");
    assertThat(envelope.path("Nonce").asText()).isEqualTo("0042");
    JsonNode data = JSON.readTree(envelope.path("EventData").asText());
    assertThat(data.path("AppId").asText()).isEqualTo(APP);
    assertThat(data.path("RoomId").asText()).isEqualTo("room");
    assertThat(data.path("TaskId").asText()).isEqualTo("task");
    assertThat(data.path("UserID").asText()).isEqualTo("voiceChat_ann_1767225600000");
    assertThat(data.path("RunStage").asText()).isEqualTo("taskStart");
    assertThat(data.path("EventType").asInt(-1)).isZero();
  }

  @Test
  void refusesASecondStartAndWhatDoesNotRun() {
    // Given
    start("task");
    // When // Then
    assertThat(start("task")).isEqualTo("InvalidParameter.TaskAlreadyExists");
    assertThat(call("StopVoiceChat", "2024-12-01", identity("other") + "}"))
        .isEqualTo("InvalidParameter.ErrorActiveTaskNotFound");
    assertThat(
            call(
                "UpdateVoiceChat", "2024-12-01", identity("other") + ",\"Command\":\"interrupt\"}"))
        .isEqualTo("InvalidParameter.ErrorActiveTaskNotFound");
  }

  @Test
  void refusesASecondOperationWhileTheFirstIsUnderWay() {
    // Given
    List<String> outcomes = new ArrayList<>();
    String body = startBody("task");
    // When
    send("StartVoiceChat", "2024-12-01", body, List.of(), outcomes);
    send("StopVoiceChat", "2024-12-01", identity("task") + "}", List.of(), outcomes);
    send("StopVoiceChat", "2024-12-01", identity("another") + "}", List.of(), outcomes);
    time.passMillis(20);
    // Then
    assertThat(outcomes)
        .containsExactly(
            "InternalError.Parallel", "ok", "InvalidParameter.ErrorActiveTaskNotFound");
  }

  @Test
  void admitsSixtyCallsOfAnActionPerSecond() {
    // Given
    String body = identity("task") + "}";
    for (int i = 0; i < 60; i++) {
      send("StopVoiceChat", "2024-12-01", body, List.of(), new ArrayList<>());
    }
    // When // Then
    assertThat(call("StopVoiceChat", "2024-12-01", body))
        .isEqualTo("FlowLimitExceeded.QPSOverLimit");
    assertThat(start("task")).as("another action").isEqualTo("ok");
    time.pass(Duration.ofSeconds(1));
    assertThat(call("StopVoiceChat", "2024-12-01", body)).isEqualTo("ok");
  }

  static Stream<Arguments> badCalls() {
    String ok = "{\"AppId\":\"" + APP + "\",\"RoomId\":\"room\",\"TaskId\":\"task\"";
    String config = ",\"Config\":{}";
    return Stream.of(
        Arguments.of("StartVoiceChat", "2024-12-01", "", "InvalidParameter.BodyIsEmpty"),
        Arguments.of("StartVoiceChat", "2024-12-01", "[]", "InvalidParameter.Unmarshal"),
        Arguments.of("StartVoiceChat", "2024-12-01", "{", "InvalidParameter.Unmarshal"),
        Arguments.of("StartVoiceChat", "2024-12-01", "{}", "MissingParameter.NoAppId"),
        Arguments.of(
            "StartVoiceChat", "2024-12-01", "{\"AppId\":\"a\"}", "MissingParameter.NoRoomId"),
        Arguments.of(
            "StartVoiceChat",
            "2024-12-01",
            "{\"AppId\":\"a\",\"RoomId\":\"a b\",\"TaskId\":\"t\"}",
            "InvalidParameter.IllegalRoomID"),
        Arguments.of(
            "StartVoiceChat",
            "2024-12-01",
            "{\"AppId\":\"a\",\"RoomId\":\"r\"}",
            "InvalidParameter"),
        Arguments.of(
            "StartVoiceChat",
            "2024-12-01",
            "{\"AppId\":\"unknown\",\"RoomId\":\"r\",\"TaskId\":\"t\"}",
            "AccessDenied.NoPermissionForApp"),
        Arguments.of(
            "StartVoiceChat",
            "2025-06-01",
            "{\"AppId\":\"" + OLD_APP + "\",\"RoomId\":\"r\",\"TaskId\":\"t\"}",
            "AccessDenied.ServiceNotEnabled"),
        Arguments.of("StartVoiceChat", "2024-12-01", ok + "}", "InvalidParameter"),
        Arguments.of("StartVoiceChat", "2024-12-01", ok + config + "}", "InvalidParameter"),
        Arguments.of(
            "StartVoiceChat",
            "2024-12-01",
            ok + config + ",\"AgentConfig\":{}}",
            "MissingParameter.NoUserId"),
        Arguments.of(
            "StartVoiceChat",
            "2024-12-01",
            ok + config + ",\"AgentConfig\":{\"TargetUserId\":[\"a\",\"b\"]}}",
            "InvalidParameter"),
        Arguments.of(
            "StartVoiceChat",
            "2025-06-01",
            ok + config + "," + TARGET + "}}",
            "MissingParameter.NoUserId"),
        Arguments.of(
            "StartVoiceChat",
            "2024-12-01",
            ok + config + "," + TARGET + ",\"UserId\":\"ann\"}}",
            "InvalidParameter"),
        Arguments.of(
            "StartVoiceChat",
            "2024-12-01",
            ok + config + "," + TARGET + ",\"IdleTimeout\":0}}",
            "InvalidParameter"),
        Arguments.of(
            "StartVoiceChat",
            "2024-12-01",
            ok + config + "," + TARGET + ",\"ServerMessageURLForRTS\":\"ftp://x/y\"}}",
            "InvalidParameter"),
        Arguments.of("UpdateVoiceChat", "2024-12-01", ok + "}", "InvalidParameter"),
        Arguments.of(
            "UpdateVoiceChat",
            "2024-12-01",
            ok + ",\"Command\":\"ExternalTextToSpeech\",\"Message\":\"hi\"}",
            "InvalidParameter"),
        Arguments.of(
            "UpdateVoiceChat",
            "2024-12-01",
            ok + ",\"Command\":\"function\",\"Message\":\"not json\"}",
            "InvalidParameter"),
        Arguments.of(
            "UpdateVoiceChat",
            "2024-12-01",
            ok + ",\"Command\":\"UpdateParameters\",\"Parameters\":{\"Config\":{}}}",
            "InvalidParameter"),
        Arguments.of("PauseVoiceChat", "2024-12-01", ok + "}", "UnknownAction"),
        Arguments.of("StopVoiceChat", "2024-06-01", ok + "}", "UnknownVersion"));
  }

  @ParameterizedTest(name = "{0} {1} {2}")
  @MethodSource("badCalls")
  void refuses(String action, String version, String body, String code) {
    // When // Then
    assertThat(call(action, version, body)).isEqualTo(code);
    assertThat(cloud.openApi().tasks().all()).isEmpty();
  }

  @Test
  void acceptsCommandsInAnyCaseAndAllOfTheNewerVersion() {
    // Given
    call(
        "StartVoiceChat",
        "2025-06-01",
        identity("task") + ",\"Config\":{}," + TARGET + ",\"UserId\":\"bot\"}}");
    // When // Then
    for (String command :
        List.of(
            "\"Interrupt\"",
            "\"ExternalTextToSpeech\",\"Message\":\"hi\",\"InterruptMode\":1",
            "\"ExternalTextToLLM\",\"Message\":\"hi\",\"InterruptMode\":3",
            "\"ExternalPromptsForLLM\",\"Message\":\"hi\"",
            "\"FinishSpeechRecognition\"",
            "\"Function\",\"Message\":\"{\\\"ToolCallID\\\":\\\"x\\\",\\\"Content\\\":\\\"y\\\"}\"",
            "\"UpdateParameters\",\"Parameters\":{\"Config\":{\"InterruptMode\":1}}",
            "\"SetTTSContext\"",
            "\"UpdateVoicePrintSV\"",
            "\"UpdateFarfieldConfig\"")) {
      assertThat(
              call(
                  "UpdateVoiceChat",
                  "2025-06-01",
                  identity("task") + ",\"Command\":" + command + "}"))
          .as(command)
          .isEqualTo("ok");
    }
  }

  @Test
  void hasNoModelOfItsOwnInSpeechToSpeech() {
    // Given
    call(
        "StartVoiceChat",
        "2024-12-01",
        identity("task") + ",\"Config\":{\"S2SConfig\":{}}," + TARGET + "}}");
    // When // Then
    assertThat(
            call(
                "UpdateVoiceChat",
                "2024-12-01",
                identity("task") + ",\"Command\":\"ExternalPromptsForLLM\",\"Message\":\"x\"}"))
        .isEqualTo("InvalidParameter");
  }

  @Test
  void findsAWrongConfigAfterTheStart() throws Exception {
    // When
    String outcome =
        call(
            "StartVoiceChat",
            "2024-12-01",
            identity("task")
                + ",\"Config\":{\"LLMConfig\":{\"Mode\":\"Oracle\"}},"
                + TARGET
                + "}}");
    time.pass(Duration.ofSeconds(1));
    // Then
    assertThat(outcome).isEqualTo("ok");
    assertThat(webhooks()).containsExactly("preParamCheck");
    JsonNode data =
        JSON.readTree(JSON.readTree(transport.posts.get(0).body()).path("EventData").asText());
    assertThat(data.path("EventType").asInt()).isEqualTo(1);
    assertThat(data.at("/ErrorInfo/Errorcode").asInt()).isEqualTo(1000002);
    assertThat(data.at("/ErrorInfo/Reason").asText()).contains("Config.LLMConfig.Mode");
    assertThat(start("task")).as("the failed task is over").isEqualTo("ok");
  }

  @Test
  void neverJoinsOnRequestYetCountsAsActive() {
    // When
    String outcome = start("task", new Fault.NeverJoins());
    time.pass(Duration.ofHours(1));
    // Then
    assertThat(outcome).isEqualTo("ok");
    assertThat(transport.posts).isEmpty();
    assertThat(start("task")).isEqualTo("InvalidParameter.TaskAlreadyExists");
  }

  @Test
  void failsTheParameterCheckOnRequest() {
    // When
    start("task", new Fault.PreParamCheckFails(1000001, "quota exceeded for types [LLM]"));
    time.pass(Duration.ofSeconds(1));
    // Then
    assertThat(webhooks()).containsExactly("preParamCheck");
    assertThat(transport.posts.get(0).body()).contains("quota exceeded for types [LLM]");
  }

  @Test
  void answersLateWrongOrNotAtAllOnRequest() {
    // When // Then
    assertThat(start("late", new Fault.Latency(Duration.ofSeconds(2))))
        .as("no answer yet")
        .isEqualTo("none");
    assertThat(call("StopVoiceChat", "2024-12-01", identity("late") + "}"))
        .isEqualTo("InternalError.Parallel");
    assertThat(webhooks()).as("it took effect all the same").contains("taskStart");
    assertThat(start("bad", new Fault.Refusal(503, "InternalError.RPC", "down")))
        .isEqualTo("InternalError.RPC");
    assertThat(start("empty", new Fault.EmptyAnswer())).isEqualTo("empty");
    assertThat(start("cutBefore", new Fault.Cut(false))).isEqualTo("cut");
    assertThat(start("cutAfter", new Fault.Cut(true))).isEqualTo("cut");
    assertThat(cloud.openApi().tasks().all())
        .extracting(view -> view.key().taskId())
        .containsExactly("late", "empty", "cutAfter");
  }

  @Test
  void faultsOfCallbacksStickToTheTaskTheyCameWith() {
    // Given
    start("task", new Fault.DuplicateCallback());
    start("other");
    // When
    time.pass(Duration.ofSeconds(1));
    // Then
    assertThat(webhooks()).filteredOn("taskStart"::equals).hasSize(3);
  }

  @Test
  void holdsItsBoundOfTasks() {
    // Given
    start("one");
    start("two");
    start("three");
    // When // Then
    assertThat(start("four")).isEqualTo("InternalError.ReachRateLimit");
  }

  @Test
  void forgetsEverythingOnReset() {
    // Given
    start("task");
    time.pass(Duration.ofSeconds(1));
    // When
    cloud.reset();
    transport.posts.clear();
    time.pass(Duration.ofHours(1));
    // Then
    assertThat(cloud.openApi().tasks().all()).isEmpty();
    assertThat(cloud.rooms().all()).isEmpty();
    assertThat(transport.posts).isEmpty();
    assertThat(start("task")).isEqualTo("ok");
  }

  private List<String> webhooks() {
    return transport.posts.stream()
        .map(
            post -> {
              try {
                JsonNode envelope = JSON.readTree(post.body());
                String type = envelope.path("EventType").asText();
                return type.equals("VoiceChat")
                    ? JSON.readTree(envelope.path("EventData").asText()).path("RunStage").asText()
                    : type;
              } catch (JsonProcessingException e) {
                throw new IllegalStateException(e);
              }
            })
        .toList();
  }

  private static String identity(String task) {
    return "{\"AppId\":\"" + APP + "\",\"RoomId\":\"room\",\"TaskId\":\"" + task + "\"";
  }

  private static String startBody(String task) {
    return identity(task) + ",\"Config\":{}," + TARGET + "}}";
  }

  private String start(String task, Fault... faults) {
    List<FaultRule> rules =
        Stream.of(faults).map(fault -> new FaultRule(fault, null, null, null, null, null)).toList();
    List<String> outcomes = new ArrayList<>();
    send("StartVoiceChat", "2024-12-01", startBody(task), rules, outcomes);
    time.passMillis(500);
    return outcomes.isEmpty() ? "none" : outcomes.get(0);
  }

  private String call(String action, String version, String body) {
    List<String> outcomes = new ArrayList<>();
    send(action, version, body, List.of(), outcomes);
    time.passMillis(20);
    return outcomes.get(0);
  }

  private void send(
      String action, String version, String body, List<FaultRule> faults, List<String> outcomes) {
    String query = "Action=" + action + "&Version=" + version;
    Map<String, List<String>> headers = new LinkedHashMap<>();
    headers.put("Host", List.of("localhost"));
    new TestSigner("AKLTtest", "secret")
        .headers("POST", "localhost", query, body, time.instant())
        .forEach((name, value) -> headers.put(name, List.of(value)));
    cloud
        .openApi()
        .handle(
            new HttpCall("POST", "/", query, headers, body.getBytes(UTF_8)),
            faults,
            reply -> outcomes.add(outcome(reply)));
  }

  private static String outcome(ApiReply reply) {
    return switch (reply) {
      case ApiReply.Cut ignored -> "cut";
      case ApiReply.Answer answer ->
          answer.error().map(ApiReply.Problem::code).orElse(answer.result() ? "ok" : "empty");
    };
  }

  private static SimulatedCloud.Settings settings() {
    return new SimulatedCloud.Settings(
        List.of(
            new App(
                APP,
                "key",
                URI.create("http://localhost:1/hook"),
                "secret",
                Set.of("2024-12-01", "2025-06-01")),
            new App(OLD_APP, "key", null, "", Set.of("2024-12-01"))),
        List.of(new Credentials("AKLTtest", "secret", null)),
        Set.of("cn-north-1"),
        Duration.ofMinutes(15),
        new AgentTiming(
            Duration.ofMillis(300),
            Duration.ofMillis(10),
            Duration.ofMillis(10),
            Duration.ofMillis(100),
            Duration.ofMillis(100),
            Duration.ofSeconds(5)),
        new OpenApi.Settings(Duration.ofMillis(20), 60, false, 3, 10, 100, Duration.ofMillis(100)),
        Duration.ofSeconds(10),
        5,
        5,
        10,
        Duration.ofSeconds(5),
        Duration.ofSeconds(1),
        100,
        100);
  }
}
