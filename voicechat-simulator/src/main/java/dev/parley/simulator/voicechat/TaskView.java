package dev.parley.simulator.voicechat;

import dev.parley.simulator.agent.AgentSignal.EndReason;
import dev.parley.simulator.agent.Stage;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A task as an onlooker sees it. */
public record TaskView(
    TaskKey key,
    String agentUserId,
    String targetUserId,
    State state,
    @Nullable Stage stage,
    int roundId,
    Instant acceptedAt,
    @Nullable Instant endedAt,
    @Nullable EndReason endReason) {

  /** Where a task is in its life. */
  public enum State {
    /** Accepted; its agent is not in the room. */
    STARTING,
    /** Its agent is in the room. */
    RUNNING,
    /** Over. */
    ENDED
  }
}
