package dev.parley.events;

import org.jspecify.annotations.Nullable;

/** Why something failed, for a program (code), for a person (reason) and for whoever mends it. */
public record Failure(
    @About(value = "Parley's stable code.", example = "agent_never_joined") String code,
    @About(
            value = "What happened, one sentence.",
            example = "The agent did not join the room in time.")
        String reason,
    @About(
            value = "What a person can do about it.",
            example = "Check the agent's user id and the room.")
        String hint,
    @About(
            value = "The cloud's own code, where the cloud refused.",
            example = "InvalidParameter.TaskAlreadyExists")
        @Nullable String cloudCode,
    @About(
            value = "The cloud's RequestId, where there was a call.",
            example = "202506151200000123456789")
        @Nullable String cloudRequestId) {}
