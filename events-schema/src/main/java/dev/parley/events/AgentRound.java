package dev.parley.events;

import dev.parley.events.id.AppId;
import dev.parley.events.id.RoomId;
import dev.parley.events.id.TaskId;
import org.jspecify.annotations.Nullable;

/** One finished conversation round, with the moments that the cloud reported. */
@EventType(
    value = "dev.parley.agent.round-completed.v1",
    topic = Topic.AGENT_ROUNDS,
    about = "A conversation round ended, answered or interrupted.")
public record AgentRound(
    AppId appId,
    RoomId roomId,
    long eventTimeMillis,
    TaskId taskId,
    @About(value = "The conversation round, from 0 upwards.", example = "3") long roundId,
    @About(value = "The user began to speak, Unix time.", unit = "ms", example = "1750000010000")
        @Nullable Long beginAskingTimeMillis,
    @About(
            value = "The user's words were recognized, Unix time.",
            unit = "ms",
            example = "1750000011800")
        @Nullable Long asrFinishTimeMillis,
    @About(
            value = "The model gave its first token, Unix time.",
            unit = "ms",
            example = "1750000012150")
        @Nullable Long llmOutputTimeMillis,
    @About(value = "The agent began to speak, Unix time.", unit = "ms", example = "1750000012400")
        @Nullable Long answerStartTimeMillis,
    @About(
            value = "The agent finished speaking or was interrupted, Unix time.",
            unit = "ms",
            example = "1750000016900")
        @Nullable Long answerFinishTimeMillis,
    @About(value = "True when the round ended by an interruption.", example = "false")
        boolean interrupted)
    implements RoomScoped {}
