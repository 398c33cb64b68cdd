package dev.parley.events;

import dev.parley.events.id.AppId;
import dev.parley.events.id.RoomId;
import dev.parley.events.id.TaskId;
import dev.parley.events.id.UserId;
import org.jspecify.annotations.Nullable;

/** An agent asks for one function to be called; parallel calls are separate records. */
@EventType(
    value = "dev.parley.tool.called.v1",
    topic = Topic.TOOL_CALLS,
    about = "An agent asked for a function to be called.")
public record ToolCall(
    AppId appId,
    RoomId roomId,
    long eventTimeMillis,
    @About("The agent's task; absent where the cloud does not say.") @Nullable TaskId taskId,
    @About(value = "The agent; absent where the cloud does not say.", example = "agent-1")
        @Nullable UserId agentUserId,
    @About(value = "The cloud's id of the call; the answer names it.", example = "call_cx_1")
        String toolCallId,
    @About(value = "The function to call.", example = "get_current_weather") String name,
    @About(
            value = "The function's arguments: a JSON text, as the model wrote it.",
            example = "{\"location\":\"Shanghai\"}",
            sensitivity = Sensitivity.PERSONAL)
        String arguments)
    implements RoomScoped {}
