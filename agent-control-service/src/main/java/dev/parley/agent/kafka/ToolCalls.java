package dev.parley.agent.kafka;

import dev.parley.agent.scene.ToolWaiting;
import dev.parley.events.ToolCall;
import dev.parley.events.id.TaskId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The function calls of one room that wait for an answer, and those that waited too long. A call
 * counts as worked off only when it is answered or expired: a worker that takes over reads it
 * again.
 */
final class ToolCalls {
  private static final int REMEMBERED = 1_000;

  private record Key(TaskId taskId, String toolCallId) {}

  /** A call and what it waits for. */
  record Waiting(TaskId taskId, ToolCall call, ToolWaiting rule, Runnable settled) {
    Instant deadline() {
      return Instant.ofEpochMilli(call.eventTimeMillis()).plus(rule.deadline());
    }
  }

  private final Map<Key, Waiting> waiting = new LinkedHashMap<>();
  private final Map<Key, Instant> expired =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Instant> eldest) {
          return size() > REMEMBERED;
        }
      };

  void begin(Waiting call) {
    // The same call twice on the topic: one of them is enough.
    if (waiting.putIfAbsent(new Key(call.taskId(), call.call().toolCallId()), call) != null) {
      call.settled().run();
    }
  }

  /** Somebody answered. */
  void answered(TaskId taskId, String toolCallId) {
    settle(new Key(taskId, toolCallId));
  }

  /** Nobody answered until then. */
  void expired(TaskId taskId, String toolCallId, Instant deadline) {
    Key key = new Key(taskId, toolCallId);
    expired.put(key, deadline);
    settle(key);
  }

  /** When the call expired; empty when it did not. */
  Optional<Instant> expiredAt(TaskId taskId, String toolCallId) {
    return Optional.ofNullable(expired.get(new Key(taskId, toolCallId)));
  }

  /** Calls whose deadline has passed, in the order in which they came. */
  List<Waiting> due(Instant now) {
    return waiting.values().stream().filter(call -> !now.isBefore(call.deadline())).toList();
  }

  /** When the next deadline passes; {@link Instant#MAX} when nothing waits. */
  Instant next() {
    return waiting.values().stream()
        .map(Waiting::deadline)
        .min(Instant::compareTo)
        .orElse(Instant.MAX);
  }

  /** The task is over: nobody waits for its calls any more. */
  void end(TaskId taskId) {
    List<Key> over = new ArrayList<>(waiting.keySet());
    over.removeIf(key -> !key.taskId().equals(taskId));
    over.forEach(this::settle);
    expired.keySet().removeIf(key -> key.taskId().equals(taskId));
  }

  private void settle(Key key) {
    Waiting call = waiting.remove(key);
    if (call != null) {
      call.settled().run();
    }
  }
}
