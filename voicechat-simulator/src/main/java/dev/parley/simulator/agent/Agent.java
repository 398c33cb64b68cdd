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
import java.util.List;
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

  private final ScriptedModel model;
  private final AgentTiming timing;
  private final Scheduler scheduler;
  private final Clock clock;
  private final Consumer<AgentSignal> out;
  private final List<Timer> turnTimers = new ArrayList<>();
  private final Deque<Runnable> waitingTurns = new ArrayDeque<>();
  private final List<String> context = new ArrayList<>();

  private AgentPlan plan;
  private AgentState state = new AgentState.Absent();
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
    if (state instanceof AgentState.Gone) {
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
    if (!(state instanceof AgentState.Absent || state instanceof AgentState.Gone)) {
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
      case AgentState.Absent ignored -> {}
      case AgentState.Gone ignored -> {}
      case AgentState.Listening ignored -> startHearing(text);
      case AgentState.Hearing hearing -> goOnHearing(hearing, text);
      case AgentState.Thinking ignored -> hearsWhileBusy(text);
      case AgentState.Calling ignored -> hearsWhileBusy(text);
      case AgentState.Speaking ignored -> hearsWhileBusy(text);
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
    hear(new AgentState.Hearing(round, text, 1), text);
  }

  private void goOnHearing(AgentState.Hearing before, String more) {
    if (before.takes(more)) {
      AgentState.Hearing now = before.andThen(more);
      userSubtitle(now.round(), before.nextSequence(), now.text(), false);
      hear(now, more);
    }
  }

  private void hear(AgentState.Hearing hearing, String newWords) {
    enter(hearing);
    if (!plan.manualTurns()) {
      Duration speech = timing.userCharacter().multipliedBy(newWords.length());
      later(speech.plus(plan.silence()), () -> finishHearing(hearing));
    }
  }

  private void finishHearing(AgentState.Hearing hearing) {
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
    if (state instanceof AgentState.Absent || state instanceof AgentState.Gone) {
      return;
    }
    switch (command) {
      case AgentCommand.Interrupt ignored -> {
        if (state.working()) {
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
        if (state instanceof AgentState.Hearing hearing) {
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
    if (state instanceof AgentState.Calling calling) {
      out.accept(new AgentSignal.Failed(calling.round(), RunStage.LLM, error));
      nextTurn();
    }
  }

  /** Ends the agent, whatever it is doing. */
  public void stop(EndReason reason) {
    switch (state) {
      case AgentState.Gone ignored -> {}
      case AgentState.Absent ignored -> {
        if (reason == EndReason.STOPPED) {
          reached(0, RunStage.TASK_STOP);
        }
        end(reason);
      }
      case AgentState.Listening ignored -> leave(reason);
      case AgentState.Hearing ignored -> leave(reason);
      case AgentState.Thinking ignored -> leave(reason);
      case AgentState.Calling ignored -> leave(reason);
      case AgentState.Speaking ignored -> leave(reason);
    }
  }

  private void leave(EndReason reason) {
    int round = currentRound();
    enter(new AgentState.Gone());
    out.accept(new AgentSignal.Left());
    reached(round, RunStage.TASK_STOP);
    Instant since = startedAt == null ? clock.instant() : startedAt;
    out.accept(new AgentSignal.Used(round, Duration.between(since, clock.instant())));
    end(reason);
  }

  private void end(EndReason reason) {
    enter(new AgentState.Gone());
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
    boolean busy = !(state instanceof AgentState.Listening);
    switch (urgency) {
      case HIGH -> {
        if (state.working()) {
          cutShort();
        } else if (state instanceof AgentState.Hearing hearing) {
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

  private void cutShort() {
    int round = currentRound();
    if (state instanceof AgentState.Speaking speaking) {
      speaking.subtitles().close().ifPresent(this::subtitle);
    }
    enter(new AgentState.Listening());
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
    enter(new AgentState.Listening());
    stage(round, Stage.LISTENING);
  }

  private void think(int round, String question) {
    enter(new AgentState.Thinking(round));
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
    enter(new AgentState.Calling(round, new OpenCalls(question, known, calls)));
    later(
        timing.tool(),
        () -> {
          enter(new AgentState.Thinking(round));
          answer(round, model.withoutResult(question));
        });
    out.accept(new AgentSignal.CallsTools(round, calls));
  }

  private void toolResult(AgentCommand.ToolResult result) {
    if (state instanceof AgentState.Calling calling
        && calling.calls().answered(result.toolCallId(), result.content())
        && calling.calls().complete()) {
      OpenCalls calls = calling.calls();
      enter(new AgentState.Thinking(calling.round()));
      later(
          timing.llm(),
          () ->
              answer(
                  calling.round(),
                  model.answer(calls.question(), calls.context(), calls.contents())));
    }
  }

  private void speak(int round, String text) {
    AnswerSubtitles subtitles = new AnswerSubtitles(plan.agentUserId(), round, text);
    enter(new AgentState.Speaking(round, subtitles));
    reached(round, RunStage.ANSWER_START);
    stage(round, Stage.SPEAKING);
    for (SubtitleCue cue : SubtitleCue.of(text, plan.subtitleMode(), timing.agentCharacter())) {
      later(cue.at(), () -> subtitle(subtitles.next(cue)));
    }
    later(timing.agentCharacter().multipliedBy(text.length()), () -> finishSpeaking(round));
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
  private void enter(AgentState next) {
    turnTimers.forEach(Timer::cancel);
    turnTimers.clear();
    state = next;
  }

  private void later(Duration delay, Runnable work) {
    turnTimers.add(scheduler.after(delay, work));
  }
}
