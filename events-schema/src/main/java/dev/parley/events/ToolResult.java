package dev.parley.events;

import dev.parley.events.id.AppId;
import dev.parley.events.id.RoomId;
import dev.parley.events.id.TaskId;
import org.jspecify.annotations.Nullable;

/** The answer of a tool worker to one function call. */
@EventType(
    value = "dev.parley.tool.answered.v1",
    topic = Topic.TOOL_RESULTS,
    about = "A tool worker answered a function call.")
public record ToolResult(
    AppId appId,
    RoomId roomId,
    long eventTimeMillis,
    @About("The agent's task; absent when the call named none.") @Nullable TaskId taskId,
    @About(value = "The call that is answered.", example = "call_cx_1") String toolCallId,
    @About(
            value = "What the agent is told.",
            example = "Sunny, 31 degrees.",
            sensitivity = Sensitivity.PERSONAL)
        String content)
    implements RoomScoped {}
