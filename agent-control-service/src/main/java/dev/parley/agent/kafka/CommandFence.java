package dev.parley.agent.kafka;

import dev.parley.events.id.CommandId;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Commands of a partition that are carried out or refused. A command that Kafka delivers again is
 * not run again. Commands expire, so the newest are enough.
 */
final class CommandFence {
  private static final int CAPACITY = 20_000;

  /** Whether each was carried out. */
  private final Map<CommandId, Boolean> settled =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<CommandId, Boolean> eldest) {
          return size() > CAPACITY;
        }
      };

  /**
   * Keeps how a command ended.
   *
   * @param carriedOut false where it was refused
   */
  synchronized void settle(CommandId commandId, boolean carriedOut) {
    settled.put(commandId, carriedOut);
  }

  /** The task that the command began is forgotten: the same may be asked for anew. */
  synchronized void forget(CommandId commandId) {
    settled.remove(commandId);
  }

  synchronized void settleAll(Map<CommandId, Boolean> carriedOut) {
    settled.putAll(carriedOut);
  }

  synchronized boolean settled(CommandId commandId) {
    return settled.containsKey(commandId);
  }

  synchronized boolean carriedOut(CommandId commandId) {
    return settled.getOrDefault(commandId, false);
  }
}
