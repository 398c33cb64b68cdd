package dev.parley.agent;

import dev.parley.events.AgentEvent.RunningEvidence;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the cloud let be known about one task: by a webhook, a message, or who is in the room. */
public sealed interface Evidence {

  /** When it happened, by the clock of whoever saw it. */
  Instant at();

  /** The agent does something that only an agent in the room can do. */
  record Appeared(RunningEvidence by, Instant at) implements Evidence {}

  /**
   * The cloud reported an error.
   *
   * @param runStage where it happened, as the cloud spells it
   */
  record Broke(@Nullable String runStage, long errorCode, String reason, Instant at)
      implements Evidence {
    /** The cloud checked the parameters of the start and refuses them: no agent will come. */
    static final String PARAMETER_CHECK = "preParamCheck";

    private static final Set<Long> INITIALISATION = Set.of(1_000_001L, 1_000_002L);

    /** True when no agent comes of it; a model or a voice that stumbles may go on. */
    boolean fatal() {
      return PARAMETER_CHECK.equals(runStage) || INITIALISATION.contains(errorCode);
    }
  }

  /** The cloud ended the task. */
  record Ended(Instant at) implements Evidence {}
}
