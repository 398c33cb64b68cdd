package dev.parley.simulator.frame;

/**
 * One binary message.
 *
 * @param value the JSON text
 */
public record Frame(Magic magic, String value) {}
