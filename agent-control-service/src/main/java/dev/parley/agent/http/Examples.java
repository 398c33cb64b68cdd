package dev.parley.agent.http;

import org.jspecify.annotations.Nullable;

/** Requests and answers as the OpenAPI document shows them. */
final class Examples {
  private static final String STARTED =
      """
      {"taskId":"t-8c1f0b6e","appId":"123456781234567812345678","roomId":"demo-1",
       "state":"REQUESTED","scene":"assistant","agentUserId":"agent-8c1f0b6e",
       "targetUserId":"alice","requestedAt":"2025-06-01T12:00:00Z"}
      """;

  private static final String RUNNING =
      """
      {"taskId":"t-8c1f0b6e","appId":"123456781234567812345678","roomId":"demo-1",
       "state":"RUNNING","scene":"assistant","agentUserId":"agent-8c1f0b6e",
       "targetUserId":"alice","requestedAt":"2025-06-01T12:00:00Z",
       "dispatchedAt":"2025-06-01T12:00:00.120Z","runningAt":"2025-06-01T12:00:01.480Z"}
      """;

  private static final String ACCEPTED =
      """
      {"taskId":"t-8c1f0b6e","commandId":"c-5d21a7f4"}
      """;

  static final Pair START =
      new Pair("{\"scene\":\"assistant\",\"welcomeMessage\":\"Hello, what can I do?\"}", STARTED);
  static final Pair LIST = new Pair(null, "{\"items\":[" + RUNNING + "]}");
  static final Pair SHOW = new Pair(null, RUNNING);
  static final Pair FOLLOW =
      new Pair(null, "\"id: 0-42\\nevent: dev.parley.agent.stopped.v1\\ndata: {}\"");
  static final Pair STOP = new Pair(null, RUNNING);
  static final Pair NO_BODY = new Pair(null, ACCEPTED);
  static final Pair SAY =
      new Pair("{\"text\":\"One moment, please.\",\"interruptMode\":\"high\"}", ACCEPTED);
  static final Pair ASK = new Pair("{\"text\":\"What is the weather like?\"}", ACCEPTED);
  static final Pair PROMPT = new Pair("{\"text\":\"The user is driving a car.\"}", ACCEPTED);
  static final Pair TOOL_RESULT =
      new Pair("{\"toolCallId\":\"call_cx_1\",\"content\":\"21 degrees, sunny\"}", ACCEPTED);
  static final Pair UPDATE =
      new Pair(
          "{\"parameters\":{\"Config\":{\"LLMConfig\":{\"SystemMessages\":[\"Be brief.\"]}}}}",
          ACCEPTED);
  static final Pair USAGE =
      new Pair(
          null,
          """
          {"from":"2025-06-01T00:00:00Z","to":"2025-06-01T12:00:00Z","by":"scene",
           "timeZone":"Asia/Shanghai",
           "items":[{"key":"assistant","activeSeconds":512.5,"tasks":3,"unseenTasks":0,
                     "cloud":{}}]}
          """);
  static final Pair SCENES =
      new Pair(
          null,
          """
          [{"name":"assistant","title":"Assistant","participants":true,"tools":"client",
            "overridable":["Config.LLMConfig.Temperature"]}]
          """);

  private Examples() {}

  /**
   * A call as JSON.
   *
   * @param request null where a call has no body
   */
  record Pair(@Nullable String request, String answer) {}
}
