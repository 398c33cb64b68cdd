package dev.parley.events;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.events.id.AppId;
import dev.parley.events.id.CommandId;
import dev.parley.events.id.RoomId;
import dev.parley.events.id.TaskId;
import dev.parley.events.id.UserId;
import org.jspecify.annotations.Nullable;

/** What became of an agent task, and what its conversation is doing. */
public sealed interface AgentEvent extends RoomScoped {

  /** The agent's task; null where the cloud does not name it. */
  @Nullable TaskId taskId();

  /** A worker took up the command to start an agent. */
  @EventType(
      value = "dev.parley.agent.requested.v1",
      topic = Topic.AGENT_EVENTS,
      about = "An agent was asked for.")
  record AgentRequested(
      AppId appId,
      RoomId roomId,
      long eventTimeMillis,
      TaskId taskId,
      CommandId commandId,
      @About(value = "The scene: the named template of the agent.", example = "assistant")
          String scene,
      @About(value = "The agent's user id in the room.", example = "agent-1") UserId agentUserId,
      @About(value = "The human whom the agent listens to.", example = "alice") UserId targetUserId,
      @About(
              value = "Subject of the caller.",
              example = "alice",
              sensitivity = Sensitivity.PERSONAL)
          String requestedBy)
      implements AgentEvent {}

  /** The cloud accepted the start; the agent is not known to be in the room yet. */
  @EventType(
      value = "dev.parley.agent.dispatched.v1",
      topic = Topic.AGENT_EVENTS,
      about = "The cloud accepted the start of an agent.")
  record AgentDispatched(
      AppId appId,
      RoomId roomId,
      long eventTimeMillis,
      TaskId taskId,
      @About(value = "The cloud's RequestId.", example = "202506151200000123456789")
          @Nullable String cloudRequestId)
      implements AgentEvent {}

  /** The cloud's own evidence says that the agent is in the room. */
  @EventType(
      value = "dev.parley.agent.running.v1",
      topic = Topic.AGENT_EVENTS,
      about = "The agent is really in the room.")
  record AgentRunning(
      AppId appId,
      RoomId roomId,
      long eventTimeMillis,
      TaskId taskId,
      @About(
              value =
                  "What proved it: a run stage of the webhook, a conversation state, or that the agent's user joined.",
              example = "RUN_STAGE")
          RunningEvidence evidence)
      implements AgentEvent {}

  /** What proves that an agent is in its room. */
  enum RunningEvidence {
    /** The VoiceChat webhook with run stage taskStart, or a later run stage. */
    RUN_STAGE,
    /** A conversation state of the task. */
    CONVERSATION_STAGE,
    /** The agent's user joined the room. */
    AGENT_JOINED
  }

  /** Parley decided to stop the agent and asks the cloud to. */
  @EventType(
      value = "dev.parley.agent.stopping.v1",
      topic = Topic.AGENT_EVENTS,
      about = "The agent is being stopped.")
  record AgentStopping(
      AppId appId,
      RoomId roomId,
      long eventTimeMillis,
      TaskId taskId,
      @About(value = "Why the agent is stopped.", example = "TARGET_LEFT") StopReason reason)
      implements AgentEvent {}

  /** The agent is gone and no longer billed. */
  @EventType(
      value = "dev.parley.agent.stopped.v1",
      topic = Topic.AGENT_EVENTS,
      about = "The agent is gone.")
  record AgentStopped(
      AppId appId,
      RoomId roomId,
      long eventTimeMillis,
      TaskId taskId,
      @About(value = "Why the agent was stopped.", example = "TARGET_LEFT") StopReason reason,
      @About(value = "How long the agent was running.", unit = "ms", example = "42000")
          long activeMillis)
      implements AgentEvent {}

  /** The agent could not be started or broke; the task is over. */
  @EventType(
      value = "dev.parley.agent.failed.v1",
      topic = Topic.AGENT_EVENTS,
      about = "The agent could not start, or broke.")
  record AgentFailed(
      AppId appId,
      RoomId roomId,
      long eventTimeMillis,
      TaskId taskId,
      @About("What went wrong.") Failure failure)
      implements AgentEvent {}

  /** A command to a running agent was carried out by the cloud. */
  @EventType(
      value = "dev.parley.agent.command-completed.v1",
      topic = Topic.AGENT_EVENTS,
      about = "The cloud carried out a command to a running agent.")
  record AgentCommandCompleted(
      AppId appId,
      RoomId roomId,
      long eventTimeMillis,
      TaskId taskId,
      CommandId commandId,
      @About(value = "The command's type.", example = "dev.parley.agent.interrupt.v1")
          String command,
      @About(value = "The cloud's RequestId.", example = "202506151200000123456789")
          @Nullable String cloudRequestId)
      implements AgentEvent {}

  /** A command was not carried out. */
  @EventType(
      value = "dev.parley.agent.command-refused.v1",
      topic = Topic.AGENT_EVENTS,
      about = "A command to an agent was refused.")
  record AgentCommandRefused(
      AppId appId,
      RoomId roomId,
      long eventTimeMillis,
      TaskId taskId,
      CommandId commandId,
      @About(value = "The command's type.", example = "dev.parley.agent.interrupt.v1")
          String command,
      @About("Why it was refused.") Failure failure)
      implements AgentEvent {}

  /** The conversation entered another stage. */
  @EventType(
      value = "dev.parley.agent.stage-changed.v1",
      topic = Topic.AGENT_EVENTS,
      about = "The agent began to listen, think or speak, was interrupted or finished.")
  record AgentStageChanged(
      AppId appId,
      RoomId roomId,
      long eventTimeMillis,
      @Nullable TaskId taskId,
      @About(value = "The agent's user id in the room.", example = "agent-1") UserId agentUserId,
      @About(value = "The conversation round, from 0 upwards.", example = "3") long roundId,
      @About(value = "The stage that was entered.", example = "SPEAKING") Stage stage)
      implements AgentEvent {}

  /** Stage of a conversation; the cloud's Stage.Code in brackets. */
  enum Stage {
    /** (1) The agent listens. */
    LISTENING,
    /** (2) The model thinks. */
    THINKING,
    /** (3) The agent speaks. */
    SPEAKING,
    /** (4) The agent was interrupted. */
    INTERRUPTED,
    /** (5) The agent finished speaking. */
    FINISHED
  }

  /** The cloud's VoiceChat webhook reported a run stage of the task. */
  @EventType(
      value = "dev.parley.agent.run-stage-reported.v1",
      topic = Topic.AGENT_EVENTS,
      about = "The cloud reported a run stage of an agent task.")
  record AgentRunStageReported(
      AppId appId,
      RoomId roomId,
      long eventTimeMillis,
      TaskId taskId,
      @About(value = "The agent's user id in the room.", example = "agent-1")
          @Nullable UserId agentUserId,
      @About(value = "The conversation round, from 0 upwards.", example = "3") long roundId,
      @About(value = "The cloud's RunStage, as it spells it.", example = "taskStart")
          String runStage)
      implements AgentEvent {}

  /** The cloud reported an error of the task while it ran. */
  @EventType(
      value = "dev.parley.agent.error-reported.v1",
      topic = Topic.AGENT_EVENTS,
      about = "The cloud reported an error of an agent task.")
  record AgentErrorReported(
      AppId appId,
      RoomId roomId,
      long eventTimeMillis,
      TaskId taskId,
      @About(value = "The agent's user id in the room.", example = "agent-1")
          @Nullable UserId agentUserId,
      @About(value = "The conversation round, from 0 upwards.", example = "3") long roundId,
      @About(
              value = "Where it happened, as the cloud spells it: preParamCheck, asr, llm, tts.",
              example = "preParamCheck")
          @Nullable String runStage,
      @About(value = "The cloud's error code.", example = "1003001") long errorCode,
      @About(value = "The cloud's reason.", example = "requested resource not granted")
          String reason)
      implements AgentEvent {}

  /** Parley's own measure of an agent that has ended: how long it was in the room. */
  @EventType(
      value = "dev.parley.agent.usage-measured.v1",
      topic = Topic.AGENT_EVENTS,
      about = "How long an agent that is gone was running, by Parley's own clock.")
  record AgentUsageMeasured(
      AppId appId,
      RoomId roomId,
      long eventTimeMillis,
      TaskId taskId,
      @About(value = "The scene: the named template of the agent.", example = "assistant")
          String scene,
      @About(
              value = "When the agent was seen in the room, Unix time; it ran from then to time.",
              unit = "ms",
              example = "1750000001650")
          long runningTimeMillis,
      @About(value = "How long the agent was running.", unit = "ms", example = "42000")
          long activeMillis)
      implements AgentEvent {}

  /** The cloud's own usage event of a task. */
  @EventType(
      value = "dev.parley.agent.usage-reported.v1",
      topic = Topic.AGENT_EVENTS,
      about = "What the cloud says about the usage of an agent task.")
  record AgentUsageReported(
      AppId appId,
      RoomId roomId,
      long eventTimeMillis,
      TaskId taskId,
      @About(value = "The agent's user id in the room.", example = "agent-1")
          @Nullable UserId agentUserId,
      @About(
              value = "What the cloud sent: JSON of its own, or a text where it is not JSON.",
              example = "{\"ActiveSeconds\":42}")
          JsonNode usage)
      implements AgentEvent {}

  /** No tool worker answered a function call in time; the agent was told so. */
  @EventType(
      value = "dev.parley.agent.tool-call-expired.v1",
      topic = Topic.AGENT_EVENTS,
      about = "A function call was not answered before its deadline.")
  record AgentToolCallExpired(
      AppId appId,
      RoomId roomId,
      long eventTimeMillis,
      TaskId taskId,
      @About(value = "The cloud's id of the call.", example = "call_cx_1") String toolCallId,
      @About(value = "The function that was called.", example = "get_current_weather") String name,
      @About(value = "How long an answer was waited for.", unit = "ms", example = "8000")
          long waitedMillis)
      implements AgentEvent {}

  /** A tool worker answered after the deadline: the answer stays on its topic, unused. */
  @EventType(
      value = "dev.parley.agent.tool-answered-late.v1",
      topic = Topic.AGENT_EVENTS,
      about = "A function call was answered after its deadline; the agent did not get the answer.")
  record AgentToolAnsweredLate(
      AppId appId,
      RoomId roomId,
      long eventTimeMillis,
      TaskId taskId,
      @About(value = "The cloud's id of the call.", example = "call_cx_1") String toolCallId,
      @About(value = "How long after the deadline it came.", unit = "ms", example = "1500")
          long lateMillis)
      implements AgentEvent {}
}
