package dev.parley.room;

import dev.parley.events.AgentEvent.Stage;
import dev.parley.events.AgentRound;
import dev.parley.events.id.TaskId;
import dev.parley.room.RoomMemory.RoundMemory;
import dev.parley.room.RoomMemory.TaskMemory;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Puts the moments of a conversation round together. The run stages of the cloud's webhooks are
 * exact; the conversation's stages stand in where a webhook is missing. A round is told when it has
 * ended and all its moments are known, or some time after its end.
 */
final class Rounds {
  private static final int MAX_OPEN = 8;
  private static final int MAX_DONE = 64;

  private Rounds() {}

  /** A run stage of the VoiceChat webhook. */
  static void runStage(
      RoomDraft draft, TaskId taskId, long roundId, String runStage, long atMillis) {
    RoundMemory round = round(draft, taskId, roundId);
    if (round == null) {
      return;
    }
    long settle = draft.now() + draft.rules().roundSettle().toMillis();
    switch (runStage) {
      case "beginAsking" -> put(draft, taskId, roundId, with(round, atMillis, null, null, null));
      case "asrFinish" -> put(draft, taskId, roundId, with(round, null, atMillis, null, null));
      case "llmOutput" -> put(draft, taskId, roundId, with(round, null, null, atMillis, null));
      case "answerStart" -> put(draft, taskId, roundId, with(round, null, null, null, atMillis));
      case "answerFinish" ->
          put(draft, taskId, roundId, finished(round, atMillis, false, settle, true));
      case "interrupted" ->
          put(draft, taskId, roundId, finished(round, atMillis, true, settle, true));
      default -> {
        // Not a moment of a round.
      }
    }
  }

  /** A stage of the conversation. */
  static void stage(RoomDraft draft, TaskId taskId, long roundId, Stage stage, long atMillis) {
    RoundMemory round = round(draft, taskId, roundId);
    if (round == null) {
      return;
    }
    long settle = draft.now() + draft.rules().roundSettle().toMillis();
    switch (stage) {
      case LISTENING -> {
        // Before the round.
      }
      case THINKING -> {
        if (round.asr() == null) {
          put(draft, taskId, roundId, with(round, null, atMillis, null, null));
        }
      }
      case SPEAKING -> {
        if (round.start() == null) {
          put(draft, taskId, roundId, with(round, null, null, null, atMillis));
        }
      }
      case INTERRUPTED ->
          put(draft, taskId, roundId, finished(round, atMillis, true, settle, false));
      case FINISHED -> put(draft, taskId, roundId, finished(round, atMillis, false, settle, false));
    }
  }

  /** Tells the rounds that have waited long enough. */
  static void settle(RoomDraft draft) {
    for (String name : List.copyOf(draft.tasks().keySet())) {
      TaskId taskId = new TaskId(name);
      for (Map.Entry<String, RoundMemory> entry : draft.task(taskId).rounds().entrySet()) {
        RoundMemory round = entry.getValue();
        if (round.settleMillis() != 0 && round.settleMillis() <= draft.now()) {
          tell(draft, taskId, Long.parseLong(entry.getKey()), round);
        }
      }
    }
  }

  static long nextSettle(Collection<TaskMemory> tasks) {
    long next = Long.MAX_VALUE;
    for (TaskMemory task : tasks) {
      for (RoundMemory round : task.rounds().values()) {
        if (round.settleMillis() != 0) {
          next = Math.min(next, round.settleMillis());
        }
      }
    }
    return next;
  }

  private static @Nullable RoundMemory round(RoomDraft draft, TaskId taskId, long roundId) {
    TaskMemory task = draft.task(taskId);
    return task.done().contains(roundId)
        ? null
        : task.rounds().getOrDefault(Long.toString(roundId), RoundMemory.EMPTY);
  }

  private static RoundMemory with(
      RoundMemory round,
      @Nullable Long begin,
      @Nullable Long asr,
      @Nullable Long llm,
      @Nullable Long start) {
    return new RoundMemory(
        begin == null ? round.begin() : begin,
        asr == null ? round.asr() : asr,
        llm == null ? round.llm() : llm,
        start == null ? round.start() : start,
        round.finish(),
        round.interrupted(),
        round.settleMillis());
  }

  private static RoundMemory finished(
      RoundMemory round, long atMillis, boolean interrupted, long settle, boolean exact) {
    boolean first = round.finish() == null;
    return new RoundMemory(
        round.begin(),
        round.asr(),
        round.llm(),
        round.start(),
        first || (exact && !round.interrupted()) ? Long.valueOf(atMillis) : round.finish(),
        round.interrupted() || interrupted,
        first ? settle : round.settleMillis());
  }

  private static void put(RoomDraft draft, TaskId taskId, long roundId, RoundMemory round) {
    if (round.finish() != null
        && round.begin() != null
        && round.asr() != null
        && round.llm() != null
        && round.start() != null) {
      tell(draft, taskId, roundId, round);
      return;
    }
    TaskMemory task = draft.task(taskId);
    Map<String, RoundMemory> rounds = new LinkedHashMap<>(task.rounds());
    rounds.put(Long.toString(roundId), round);
    if (rounds.size() > MAX_OPEN) {
      rounds.remove(rounds.keySet().iterator().next());
    }
    draft.putTask(taskId, with(task, rounds, task.done()));
  }

  private static void tell(RoomDraft draft, TaskId taskId, long roundId, RoundMemory round) {
    TaskMemory task = draft.task(taskId);
    Map<String, RoundMemory> rounds = new LinkedHashMap<>(task.rounds());
    rounds.remove(Long.toString(roundId));
    List<Long> done = new ArrayList<>(task.done());
    done.add(roundId);
    draft.putTask(
        taskId, with(task, rounds, done.subList(Math.max(0, done.size() - MAX_DONE), done.size())));
    Long finish = round.finish();
    if (finish != null) {
      draft.tell(
          new AgentRound(
              draft.appId(),
              draft.roomId(),
              finish,
              taskId,
              roundId,
              round.begin(),
              round.asr(),
              round.llm(),
              round.start(),
              finish,
              round.interrupted()),
          taskId.value(),
          Long.toString(roundId));
    }
  }

  private static TaskMemory with(
      TaskMemory task, Map<String, RoundMemory> rounds, List<Long> done) {
    return new TaskMemory(
        task.agentUserId(), task.stage(), task.stageMillis(), task.ended(), rounds, done);
  }
}
