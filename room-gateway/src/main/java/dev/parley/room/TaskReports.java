package dev.parley.room;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.events.AgentEvent.AgentErrorReported;
import dev.parley.events.AgentEvent.AgentRunStageReported;
import dev.parley.events.AgentEvent.AgentUsageReported;
import dev.parley.events.Observation.WebhookReceived;
import dev.parley.events.codec.Json;
import dev.parley.events.id.TaskId;
import dev.parley.events.id.UserId;
import dev.parley.room.RoomMemory.TaskMemory;
import dev.parley.room.frame.FrameBody.ReportedError;
import org.jspecify.annotations.Nullable;

/** What the cloud says about agent tasks: run stages, usage, errors. */
final class TaskReports {
  private final RoomDraft draft;
  private final Repeats repeats;
  private final MessageIdentities identities;

  TaskReports(RoomDraft draft, Repeats repeats) {
    this.draft = draft;
    this.repeats = repeats;
    this.identities = new MessageIdentities(draft.roomKey());
  }

  /** The VoiceChat webhook. */
  void voiceChat(WebhookReceived webhook) {
    JsonNode data = webhook.eventData();
    TaskId taskId = taskId(data.path("TaskId"));
    if (taskId == null) {
      return;
    }
    JsonNode user = data.has("UserID") ? data.path("UserID") : data.path("UserId");
    UserId agent = PresenceReports.userId(user);
    JsonNode round = data.has("RoundID") ? data.path("RoundID") : data.path("RoundId");
    long roundId = round.asLong(0);
    String runStage = data.path("RunStage").asText("");
    long received = webhook.eventTimeMillis();
    if (agent != null) {
      draft.rememberAgent(agent);
      TaskMemory task = draft.task(taskId);
      if (!agent.equals(task.agentUserId())) {
        draft.putTask(
            taskId,
            new TaskMemory(
                agent, task.stage(), task.stageMillis(), task.ended(), task.rounds(), task.done()));
        draft.stateChanged(received);
      }
    }
    JsonNode info = data.path("ErrorInfo");
    JsonNode code = info.has("Errorcode") ? info.path("Errorcode") : info.path("ErrorCode");
    if (data.path("EventType").asInt(0) == 1) {
      error(
          taskId,
          agent,
          roundId,
          runStage.isEmpty() ? null : runStage,
          new ReportedError(code.asLong(0), info.path("Reason").asText("")),
          received,
          received);
    } else if (!runStage.isEmpty()) {
      runStage(taskId, agent, roundId, runStage, data.path("ExtraInfo"), received);
    }
  }

  private void runStage(
      TaskId taskId,
      @Nullable UserId agent,
      long roundId,
      String runStage,
      JsonNode extraInfo,
      long at) {
    String identity = identities.runStage(taskId, roundId, runStage, at);
    if (!repeats.firstTime(identity, at, draft.rules().exactWindow())) {
      return;
    }
    draft.tell(
        new AgentRunStageReported(
            draft.appId(), draft.roomId(), at, taskId, agent, roundId, runStage),
        identity);
    if (runStage.equals("taskUsage") && !extraInfo.isMissingNode()) {
      draft.tell(
          new AgentUsageReported(
              draft.appId(), draft.roomId(), at, taskId, agent, usage(extraInfo)),
          identities.usage(identity));
    }
    if (runStage.equals("taskStop")) {
      draft.putTask(taskId, RoomDraft.ended(draft.task(taskId)));
      draft.stateChanged(at);
    }
    Rounds.runStage(draft, taskId, roundId, runStage, at);
  }

  // JSON inside a JSON text, as all of EventData is; its form is not documented.
  private static JsonNode usage(JsonNode extraInfo) {
    if (!extraInfo.isTextual()) {
      return extraInfo;
    }
    try {
      JsonNode parsed = Json.mapper().readTree(extraInfo.textValue());
      return parsed.isMissingNode() ? extraInfo : parsed;
    } catch (JsonProcessingException e) {
      return extraInfo;
    }
  }

  /**
   * An error of a task.
   *
   * @param at when it happened
   * @param reportedAt when it was told
   */
  void error(
      TaskId taskId,
      @Nullable UserId agent,
      long roundId,
      @Nullable String runStage,
      ReportedError error,
      long at,
      long reportedAt) {
    String identity = identities.error(taskId, roundId, error.errorCode());
    if (repeats.firstTime(identity, reportedAt, draft.rules().repeatWindow())) {
      draft.tell(
          new AgentErrorReported(
              draft.appId(),
              draft.roomId(),
              at,
              taskId,
              agent,
              roundId,
              runStage,
              error.errorCode(),
              error.reason()),
          identity);
    }
  }

  private static @Nullable TaskId taskId(JsonNode value) {
    try {
      return value.isTextual() ? new TaskId(value.textValue()) : null;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
