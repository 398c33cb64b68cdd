package dev.parley.agent.scene;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How long an agent waits for the answer to a function call.
 *
 * @param deadline from the call to the last moment at which an answer counts
 * @param comfort what the agent says when it has passed; null when it is handed a result that says
 *     so instead, and finds the words itself
 */
public record ToolWaiting(Duration deadline, @Nullable String comfort) {
  /** Where the scene says nothing and the cloud asks the gateway: somebody has to end the turn. */
  public static final ToolWaiting OF_SERVER = new ToolWaiting(Duration.ofSeconds(8), null);

  public ToolWaiting {
    if (deadline.isNegative() || deadline.isZero()) {
      throw new IllegalArgumentException("deadline must be positive");
    }
    if (comfort != null && comfort.isBlank()) {
      throw new IllegalArgumentException("comfort must not be blank");
    }
  }
}
