package dev.parley.agent.cloud;

import org.jspecify.annotations.Nullable;

/** What came of one OpenAPI call. */
public sealed interface CloudOutcome permits CloudOutcome.Accepted, CloudProblem {

  /** The cloud's RequestId, which its support asks for. */
  @Nullable String requestId();

  /** The cloud carried it out. For a start this means dispatched, not running. */
  record Accepted(@Nullable String requestId) implements CloudOutcome {}
}
