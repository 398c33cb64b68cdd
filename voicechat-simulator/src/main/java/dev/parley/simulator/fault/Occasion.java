package dev.parley.simulator.fault;

import org.jspecify.annotations.Nullable;

/**
 * Where a fault may strike.
 *
 * @param action the OpenAPI action; for a callback, the label of the event ({@code UserJoinRoom},
 *     {@code taskStart}, {@code conv}, {@code subv}, {@code tool_calls}...)
 * @param taskId absent for what concerns a room alone
 */
public record Occasion(String action, String appId, String roomId, @Nullable String taskId) {}
