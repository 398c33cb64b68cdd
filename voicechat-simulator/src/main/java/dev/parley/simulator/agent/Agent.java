package dev.parley.simulator.agent;

import dev.parley.simulator.Scheduler;
import dev.parley.simulator.Scheduler.Timer;
import dev.parley.simulator.agent.AgentSignal.EndReason;
import dev.parley.simulator.agent.Subtitle.Speaker;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One simulated agent: joins, greets, listens, thinks, calls tools, speaks, is interrupted, leaves.
 * Single-threaded; everything it does comes out as {@link AgentSignal}s, in order.
 *
 * <p>Not known of the real cloud, and chosen here:
 *
 * <ul>
 *   <li>every turn has its own round id, counted from 0, the welcome included;
 *   <li>with voice interruption off, what the user says while the agent works is not heard;
 *   <li>speech while the agent still thinks interrupts it like speech while it speaks;
 *   <li>an interrupted answer's subtitle is closed with what was said so far (aligned) or with the
 *       empty closing record (fast);
 *   <li>results that come too late, or for calls nobody asked for, are ignored;
 *   <li>the idle timeout also runs when the target user never came;
 *   <li>a task stopped before its agent joined reports taskStop all the same; one that failed its
 *       parameter check does not.
 * </ul>
 */
public final class Agent {

  private static final int MAX_WAITING = 16;
  private static final int MAX_CONTEXT = 16;
  private static final int MAX_TURN = 8000;

  private sealed interface State {

    /** Not in the room yet. */
    record Absent() implements State {}

    /** Nothing is going on. */
    record Listening() implements State {}

    /** The user speaks. */
    record Hearing(int round, String text, int nextSequence) implements State {}

    /** The model works. */
    record Thinking(int round) implements State {}

    /** Function calls are out. */
    record Calling(
        int round, String question, List<String> context, Map<String, Optional<String>> results)
        implements State {}

    /** The answer sounds. */
    record Speaking(int round, Subtitles subtitles) implements State {}

    /** Over. */
    record Gone() implements State {}
  }

  /** The subtitle records of one answer, so that it can be closed wherever it was cut short. */
  private static final class Subtitles {
    private int sequence;
    private String shown = "";
    private String language = "";
    private boolean closed;
  }

  private final ScriptedModel model;
  private final AgentTiming timing;
  private final Scheduler scheduler;
  private final Clock clock;
  private final Consumer<AgentSignal> out;
  private final List<Timer> turnTimers = new ArrayList<>();
  private final Deque<Runnable> waitingTurns = new ArrayDeque<>();
  private final List<String> context = new ArrayList<>();

  private AgentPlan plan;
  private State state = new State.Absent();
  private @Nullable Timer joining;
  private @Nullable Timer idle;
  private @Nullable Instant startedAt;
  private boolean targetPresent;
  private int rounds;

  /** An agent that has not been started. */
  public Agent(
      AgentPlan plan,
      Scripts scripts,
      String appId,
      String roomId,
      AgentTiming timing,
      Scheduler scheduler,
      Clock clock,
      Supplier<String> toolCallIds,
      Consumer<AgentSignal> out) {
    this.plan = plan;
    this.model = new ScriptedModel(scripts, appId, roomId, toolCallIds);
    this.timing = timing;
    this.scheduler = scheduler;
    this.clock = clock;
    this.out = out;
  }

  /** Lets the agent join after its time. */
  public void start() {
    joining = scheduler.after(timing.join(), this::enter);
  }

  private void enter() {
    if (plan.parameterProblem().isPresent()) {
      ErrorInfo problem = plan.parameterProblem().get();
      out.accept(new AgentSignal.Failed(0, RunStage.PRE_PARAM_CHECK, problem));
      end(EndReason.PARAMETERS);
      return;
    }
    out.accept(new AgentSignal.Joined());
    if (state instanceof State.Gone) {
      return;
    }
    startedAt = clock.instant();
    reached(0, RunStage.TASK_START);
    if (!targetPresent) {
      watchIdle();
    }
    if (plan.welcome().isBlank()) {
      listen(0);
    } else {
      speak(nextRound(), plan.welcome());
    }
  }

  /** The target user is in the room. */
  public void targetJoined() {
    targetPresent = true;
    if (idle != null) {
      idle.cancel();
      idle = null;
    }
  }

  /** The target user has left the room. */
  public void targetLeft() {
    targetPresent = false;
    if (!(state instanceof State.Absent || state instanceof State.Gone)) {
      watchIdle();
    }
  }

  private void watchIdle() {
    if (idle == null) {
      idle = scheduler.after(plan.idleTimeout(), () -> stop(EndReason.IDLE));
    }
  }

  /** The target user said something aloud. */
  public void hears(String text) {
    switch (state) {
      case State.Absent ignored -> {}
      case State.Gone ignored -> {}
      case State.Listening ignored -> startHearing(text);
      case State.Hearing hearing -> goOnHearing(hearing, text);
      case State.Thinking ignored -> hearsWhileBusy(text);
      case State.Calling ignored -> hearsWhileBusy(text);
      case State.Speaking ignored -> hearsWhileBusy(text);
    }
  }

  private void hearsWhileBusy(String text) {
    if (plan.voiceInterrupts()) {
      cutShort();
      startHearing(text);
    }
  }

  private void startHearing(String text) {
    int round = nextRound();
    reached(round, RunStage.BEGIN_ASKING);
    userSubtitle(round, 0, Words.firstHalf(text), false);
    hear(new State.Hearing(round, text, 1), text);
  }

  private void goOnHearing(State.Hearing before, String more) {
    String glue = Words.language(before.text()).equals("zh") ? "" : " ";
    String text = before.text() + glue + more;
    if (text.length() > MAX_TURN) {
      return;
    }
    userSubtitle(before.round(), before.nextSequence(), text, false);
    hear(new State.Hearing(before.round(), text, before.nextSequence() + 1), more);
  }

  private void hear(State.Hearing hearing, String newWords) {
    enter(hearing);
    if (!plan.manualTurns()) {
      Duration speech = timing.userCharacter().multipliedBy(newWords.length());
      later(speech.plus(plan.silence()), () -> finishHearing(hearing));
    }
  }

  private void finishHearing(State.Hearing hearing) {
    userSubtitle(hearing.round(), hearing.nextSequence(), hearing.text(), true);
    reached(hearing.round(), RunStage.ASR_FINISH);
    think(hearing.round(), hearing.text());
  }

  private void userSubtitle(int round, int sequence, String text, boolean last) {
    subtitle(
        new Subtitle(
            Speaker.USER,
            plan.targetUserId(),
            round,
            sequence,
            text,
            Words.language(text),
            last,
            last));
  }

  /** Carries out one command. */
  public void handle(AgentCommand command) {
    if (state instanceof State.Absent || state instanceof State.Gone) {
      return;
    }
    switch (command) {
      case AgentCommand.Interrupt ignored -> {
        if (working()) {
          cutShort();
          nextTurn();
        }
      }
      case AgentCommand.Speak speak ->
          turn(speak.urgency(), () -> speak(nextRound(), speak.text()));
      case AgentCommand.Ask ask -> turn(ask.urgency(), () -> think(nextRound(), ask.text()));
      case AgentCommand.Prompt prompt -> {
        if (context.size() < MAX_CONTEXT) {
          context.add(prompt.context());
        }
      }
      case AgentCommand.FinishSpeech ignored -> {
        if (state instanceof State.Hearing hearing) {
          finishHearing(hearing);
        }
      }
      case AgentCommand.ToolResult result -> toolResult(result);
      case AgentCommand.Reconfigure changes -> {
        changes.tools().ifPresent(tools -> plan = plan.withTools(tools));
        changes.voiceInterrupts().ifPresent(on -> plan = plan.withVoiceInterrupts(on));
      }
      case AgentCommand.NoEffect ignored -> {}
    }
  }

  /** The function-call URL did not take the calls: the turn fails, the agent goes on. */
  public void toolCallFailed(ErrorInfo error) {
    if (state instanceof State.Calling calling) {
      out.accept(new AgentSignal.Failed(calling.round(), RunStage.LLM, error));
      nextTurn();
    }
  }

  /** Ends the agent, whatever it is doing. */
  public void stop(EndReason reason) {
    switch (state) {
      case State.Gone ignored -> {}
      case State.Absent ignored -> {
        if (reason == EndReason.STOPPED) {
          reached(0, RunStage.TASK_STOP);
        }
        end(reason);
      }
      case State.Listening ignored -> leave(reason);
      case State.Hearing ignored -> leave(reason);
      case State.Thinking ignored -> leave(reason);
      case State.Calling ignored -> leave(reason);
      case State.Speaking ignored -> leave(reason);
    }
  }

  private void leave(EndReason reason) {
    int round = currentRound();
    enter(new State.Gone());
    out.accept(new AgentSignal.Left());
    reached(round, RunStage.TASK_STOP);
    Instant since = startedAt == null ? clock.instant() : startedAt;
    out.accept(new AgentSignal.Used(round, Duration.between(since, clock.instant())));
    end(reason);
  }

  private void end(EndReason reason) {
    enter(new State.Gone());
    if (joining != null) {
      joining.cancel();
    }
    if (idle != null) {
      idle.cancel();
    }
    waitingTurns.clear();
    out.accept(new AgentSignal.Ended(reason));
  }

  private void turn(Urgency urgency, Runnable turn) {
    boolean busy = !(state instanceof State.Listening);
    switch (urgency) {
      case HIGH -> {
        if (working()) {
          cutShort();
        } else if (state instanceof State.Hearing hearing) {
          userSubtitle(hearing.round(), hearing.nextSequence(), hearing.text(), true);
        }
        turn.run();
      }
      case MEDIUM -> {
        if (!busy) {
          turn.run();
        } else if (waitingTurns.size() < MAX_WAITING) {
          waitingTurns.add(turn);
        }
      }
      case LOW -> {
        if (!busy) {
          turn.run();
        }
      }
    }
  }

  private boolean working() {
    return switch (state) {
      case State.Absent ignored -> false;
      case State.Listening ignored -> false;
      case State.Hearing ignored -> false;
      case State.Gone ignored -> false;
      case State.Thinking ignored -> true;
      case State.Calling ignored -> true;
      case State.Speaking ignored -> true;
    };
  }

  private void cutShort() {
    int round = currentRound();
    if (state instanceof State.Speaking speaking) {
      closeSubtitles(round, speaking.subtitles());
    }
    enter(new State.Listening());
    reached(round, RunStage.INTERRUPTED);
    stage(round, Stage.INTERRUPTED);
  }

  private void nextTurn() {
    Runnable waiting = waitingTurns.poll();
    if (waiting == null) {
      listen(currentRound());
    } else {
      waiting.run();
    }
  }

  private void listen(int round) {
    enter(new State.Listening());
    stage(round, Stage.LISTENING);
  }

  private void think(int round, String question) {
    enter(new State.Thinking(round));
    stage(round, Stage.THINKING);
    List<String> known = List.copyOf(context);
    context.clear();
    later(
        timing.llm(),
        () -> {
          switch (model.reply(question, known, plan.tools(), plan.parallelTools())) {
            case ScriptedModel.Reply.Say say -> answer(round, say.text());
            case ScriptedModel.Reply.Call call -> callTools(round, question, known, call.calls());
          }
        });
  }

  private void answer(int round, String text) {
    reached(round, RunStage.LLM_OUTPUT);
    later(timing.tts(), () -> speak(round, text));
  }

  private void callTools(int round, String question, List<String> known, List<ToolCall> calls) {
    Map<String, Optional<String>> results = new LinkedHashMap<>();
    calls.forEach(call -> results.put(call.id(), Optional.empty()));
    enter(new State.Calling(round, question, known, results));
    later(
        timing.tool(),
        () -> {
          enter(new State.Thinking(round));
          answer(round, model.withoutResult(question));
        });
    out.accept(new AgentSignal.CallsTools(round, calls));
  }

  private void toolResult(AgentCommand.ToolResult result) {
    if (!(state instanceof State.Calling calling)
        || !calling.results().containsKey(result.toolCallId())) {
      return;
    }
    calling.results().put(result.toolCallId(), Optional.of(result.content()));
    if (calling.results().containsValue(Optional.<String>empty())) {
      return;
    }
    List<String> contents = calling.results().values().stream().flatMap(Optional::stream).toList();
    enter(new State.Thinking(calling.round()));
    later(
        timing.llm(),
        () ->
            answer(calling.round(), model.answer(calling.question(), calling.context(), contents)));
  }

  private void speak(int round, String text) {
    Subtitles subtitles = new Subtitles();
    subtitles.language = Words.language(text);
    enter(new State.Speaking(round, subtitles));
    reached(round, RunStage.ANSWER_START);
    stage(round, Stage.SPEAKING);
    switch (plan.subtitleMode()) {
      case ALIGNED -> speakAligned(round, text, subtitles);
      case FAST -> speakFast(round, text, subtitles);
    }
    later(spoken(text.length()), () -> finishSpeaking(round));
  }

  private void speakAligned(int round, String text, Subtitles subtitles) {
    List<String> sentences = Words.sentences(text);
    int before = 0;
    for (int i = 0; i < sentences.size(); i++) {
      String sentence = sentences.get(i);
      boolean last = i == sentences.size() - 1;
      String half = Words.firstHalf(sentence);
      if (!half.equals(sentence)) {
        later(
            spoken(before + half.length()),
            () -> agentSubtitle(round, subtitles, half, half, false, false));
      }
      before += sentence.length();
      later(
          spoken(before),
          () -> agentSubtitle(round, subtitles, sentence, last ? "" : sentence, true, last));
    }
  }

  private void speakFast(int round, String text, Subtitles subtitles) {
    int before = 0;
    for (String fragment : Words.fragments(text)) {
      // The model writes several times faster than the voice speaks.
      later(
          spoken(before).dividedBy(4),
          () -> agentSubtitle(round, subtitles, fragment, "", false, false));
      before += fragment.length();
    }
    later(spoken(before).dividedBy(4), () -> agentSubtitle(round, subtitles, "", "", true, true));
  }

  private Duration spoken(int characters) {
    return timing.agentCharacter().multipliedBy(characters);
  }

  private void agentSubtitle(
      int round,
      Subtitles subtitles,
      String text,
      String shown,
      boolean definite,
      boolean paragraph) {
    subtitles.shown = definite ? "" : shown;
    subtitles.closed = paragraph;
    subtitle(
        new Subtitle(
            Speaker.AGENT,
            plan.agentUserId(),
            round,
            subtitles.sequence++,
            text,
            subtitles.language,
            definite,
            paragraph));
  }

  private void closeSubtitles(int round, Subtitles subtitles) {
    if (!subtitles.closed && subtitles.sequence > 0) {
      agentSubtitle(round, subtitles, subtitles.shown, "", true, true);
    }
  }

  private void finishSpeaking(int round) {
    reached(round, RunStage.ANSWER_FINISH);
    stage(round, Stage.FINISHED);
    nextTurn();
  }

  private void subtitle(Subtitle subtitle) {
    if (plan.subtitles()) {
      out.accept(new AgentSignal.Subtitled(subtitle));
    }
  }

  private void reached(int round, RunStage stage) {
    out.accept(new AgentSignal.Reached(round, stage));
  }

  private void stage(int round, Stage stage) {
    out.accept(new AgentSignal.StageChanged(round, stage));
  }

  private int nextRound() {
    return rounds++;
  }

  private int currentRound() {
    return Math.max(0, rounds - 1);
  }

  // What was planned for the state that is left must not happen in the next one.
  private void enter(State next) {
    turnTimers.forEach(Timer::cancel);
    turnTimers.clear();
    state = next;
  }

  private void later(Duration delay, Runnable work) {
    turnTimers.add(scheduler.after(delay, work));
  }
}
