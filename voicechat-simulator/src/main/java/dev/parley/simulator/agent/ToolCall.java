package dev.parley.simulator.agent;

/**
 * One function call that the agent asks for.
 *
 * @param arguments JSON text
 */
public record ToolCall(String id, String name, String arguments) {}
