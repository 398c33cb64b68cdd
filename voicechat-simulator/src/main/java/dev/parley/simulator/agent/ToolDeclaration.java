package dev.parley.simulator.agent;

import java.util.List;

/**
 * A function that the model may call.
 *
 * @param parameters names of its parameters, in order of declaration
 */
public record ToolDeclaration(String name, List<Parameter> parameters) {

  public ToolDeclaration {
    if (name.isBlank()) {
      throw new IllegalArgumentException("a tool's name must not be blank");
    }
    parameters = List.copyOf(parameters);
  }

  /**
   * One parameter of a function.
   *
   * @param sample JSON text of a value that its schema allows; empty for free text
   */
  public record Parameter(String name, String sample) {}
}
