package dev.parley.simulator.voicechat;

import java.time.Instant;

/**
 * One OpenAPI request that was seen; unknown parts are empty.
 *
 * @param seenAt when it came
 * @param at when it was replied to
 * @param outcome {@code ok}, {@code cut}, {@code empty}, or the error code
 */
public record ApiCall(
    Instant seenAt,
    Instant at,
    String requestId,
    String action,
    String version,
    String accessKeyId,
    String appId,
    String roomId,
    String taskId,
    String command,
    String outcome,
    int httpStatus) {}
