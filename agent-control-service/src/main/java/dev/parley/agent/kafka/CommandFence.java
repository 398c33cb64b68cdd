package dev.parley.agent.kafka;

import dev.parley.events.id.CommandId;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Commands of a partition that are carried out or refused. A command that Kafka delivers again is
 * not run again. Commands expire, so the newest are enough.
 */
final class CommandFence {
  private static final int CAPACITY = 20_000;

  private final Map<CommandId, Boolean> settled =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<CommandId, Boolean> eldest) {
          return size() > CAPACITY;
        }
      };

  synchronized void settle(CommandId commandId) {
    settled.put(commandId, true);
  }

  synchronized void settleAll(Collection<CommandId> commandIds) {
    commandIds.forEach(commandId -> settled.put(commandId, true));
  }

  synchronized boolean settled(CommandId commandId) {
    return settled.containsKey(commandId);
  }
}
