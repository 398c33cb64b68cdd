package dev.parley.agent.kafka;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.events.AgentCommand;
import dev.parley.events.codec.EventIds;
import dev.parley.events.codec.Json;
import dev.parley.events.id.CommandId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What the newest commands asked for, whichever instance took them. */
public final class SeenCommands {
  private static final int CAPACITY = 50_000;

  private final Map<CommandId, String> contents =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<CommandId, String> eldest) {
          return size() > CAPACITY;
        }
      };

  /** Keeps what a command asks for, where it is on Kafka; the first one of its id counts. */
  public synchronized void note(AgentCommand command) {
    contents.putIfAbsent(command.commandId(), contentOf(command));
  }

  /** What the command of that id asked for; empty when it is not known. */
  public synchronized Optional<String> find(CommandId commandId) {
    return Optional.ofNullable(contents.get(commandId));
  }

  /** A fingerprint of what a command asks for, whenever it was asked. */
  public static String contentOf(AgentCommand command) {
    ObjectNode json = Json.mapper().valueToTree(command);
    json.remove("eventTimeMillis");
    json.remove("expiresTimeMillis");
    return EventIds.derived(json.toString());
  }
}
