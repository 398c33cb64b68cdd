package dev.parley.events;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.parley.events.id.AppId;
import dev.parley.events.id.RoomId;
import dev.parley.events.id.RoomKey;

/** A payload that belongs to one room and is keyed by it. */
public sealed interface RoomScoped extends Payload
    permits Observation,
        RoomEvent,
        RoomMessage,
        Transcript,
        Telemetry,
        RoomState,
        AgentCommand,
        AgentEvent,
        AgentTask,
        AgentRound,
        ToolCall,
        ToolResult {
  AppId appId();

  RoomId roomId();

  /** The room that the payload belongs to. */
  @JsonIgnore
  default RoomKey roomKey() {
    return new RoomKey(appId(), roomId());
  }

  /** The record's key; a payload that is kept per task overrides it. */
  @Override
  @JsonIgnore
  default String recordKey() {
    return roomKey().toString();
  }

  /** The room's id. */
  @Override
  @JsonIgnore
  default String subject() {
    return roomId().value();
  }
}
