package dev.parley.simulator.agent;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The function calls of one turn and the results that are there so far, in the calls' order. */
final class OpenCalls {
  private final String question;
  private final List<String> context;
  private final Map<String, Optional<String>> results = new LinkedHashMap<>();

  /**
   * Calls without results.
   *
   * @param question of the user, which the results help to answer
   * @param context that was added for this turn
   */
  OpenCalls(String question, List<String> context, List<ToolCall> calls) {
    this.question = question;
    this.context = List.copyOf(context);
    calls.forEach(call -> results.put(call.id(), Optional.empty()));
  }

  String question() {
    return question;
  }

  List<String> context() {
    return context;
  }

  /**
   * Takes a result; the last one for a call counts.
   *
   * @return false when nobody asked for it
   */
  boolean answered(String callId, String content) {
    return results.computeIfPresent(callId, (id, before) -> Optional.of(content)) != null;
  }

  /** True when no result is missing. */
  boolean complete() {
    return results.values().stream().allMatch(Optional::isPresent);
  }

  /** The results that are there. */
  List<String> contents() {
    return results.values().stream().flatMap(Optional::stream).toList();
  }
}
