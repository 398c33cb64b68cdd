package dev.parley.agent.kafka;

import dev.parley.agent.Change;
import dev.parley.agent.TaskFacts;
import dev.parley.agent.cloud.CloudOutcome;
import dev.parley.agent.cloud.CloudProblem;
import dev.parley.events.AgentCommand.StopAgent;
import dev.parley.events.codec.EventIds;
import dev.parley.events.id.CommandId;
import java.time.Instant;
import java.util.Optional;
import org.jboss.logging.Logger;

/** How tasks come to an end that nobody asked for, and stops that have to be repeated. */
final class Endings {
  private static final Logger LOG = Logger.getLogger(Endings.class);

  private final RoomTools tools;
  private final Tasks tasks;
  private final CloudCalls calls;

  Endings(RoomTools tools, Tasks tasks, CloudCalls calls) {
    this.tools = tools;
    this.tasks = tasks;
    this.calls = calls;
  }

  /** The command that stops an agent which nobody needs any more; empty when somebody may. */
  Optional<StopAgent> reaped(Run run, Instant now) {
    return tools
        .reaper()
        .due(run.state(), run.signs(), now)
        .map(
            reason -> {
              TaskFacts facts = run.facts();
              return new StopAgent(
                  facts.appId(),
                  facts.roomId(),
                  now.toEpochMilli(),
                  facts.taskId(),
                  new CommandId(
                      "c-"
                          + EventIds.derived(
                              "reaper",
                              facts.key(),
                              reason.name(),
                              String.valueOf(facts.requestedAt().toEpochMilli()))),
                  "reaper",
                  now.plus(tools.settings().memory()).toEpochMilli(),
                  reason);
            });
  }

  /** Repeats a stop that the cloud has not confirmed. */
  void stopAgain(Run run) throws InterruptedException {
    CloudOutcome outcome = ask(run, run.stop());
    Optional<Change> change =
        tools.control().settleRepeatedStop(run.state(), outcome, tools.clock().instant());
    if (change.isPresent()) {
      Run unused = tasks.enter(change.get());
    }
  }

  /** Stops an agent that the cloud may have although its task has failed. */
  void cleanUp(Run run) throws InterruptedException {
    if (CloudCalls.gone(ask(run, run.cleanUp()))) {
      tasks.cleanedUp(run);
    }
  }

  private CloudOutcome ask(Run run, Retry retry) throws InterruptedException {
    CloudOutcome outcome;
    try {
      outcome = calls.stop(run.facts());
    } finally {
      // Also when it cannot even be asked: the room has other tasks.
      retry.again(tools.clock().instant());
    }
    if (outcome instanceof CloudProblem problem
        && !CloudCalls.gone(outcome)
        && run.tellUnconfirmed()) {
      LOG.warnf(
          "the cloud does not confirm a stop, which is repeated until it does: errorCode=%s"
              + " requestId=%s %s",
          problem.code(), problem.requestId(), Tasks.keys(run.facts()));
    }
    return outcome;
  }
}
