package dev.parley.simulator.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.simulator.ManualTime;
import dev.parley.simulator.agent.AgentSignal.CallsTools;
import dev.parley.simulator.agent.AgentSignal.EndReason;
import dev.parley.simulator.agent.AgentSignal.Ended;
import dev.parley.simulator.agent.AgentSignal.Failed;
import dev.parley.simulator.agent.AgentSignal.Joined;
import dev.parley.simulator.agent.AgentSignal.Left;
import dev.parley.simulator.agent.AgentSignal.Reached;
import dev.parley.simulator.agent.AgentSignal.StageChanged;
import dev.parley.simulator.agent.AgentSignal.Subtitled;
import dev.parley.simulator.agent.AgentSignal.Used;
import dev.parley.simulator.agent.Subtitle.Speaker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AgentTest {

  private static final ToolDeclaration WEATHER =
      new ToolDeclaration(
          "get_current_weather",
          List.of(
              new ToolDeclaration.Parameter("location", ""),
              new ToolDeclaration.Parameter("unit", "\"celsius\"")));
  private static final ToolDeclaration ORDERS = new ToolDeclaration("queryOrder", List.of());

  // 10 ms a character for both voices, 100 ms of silence, 400 + 200 ms for model and voice.
  private static final AgentTiming TIMING =
      new AgentTiming(
          Duration.ofMillis(300),
          Duration.ofMillis(10),
          Duration.ofMillis(10),
          Duration.ofMillis(400),
          Duration.ofMillis(200),
          Duration.ofSeconds(5));

  private final ManualTime time = new ManualTime("2026-01-01T00:00:00Z");
  private final Scripts scripts = new Scripts();
  private final List<AgentSignal> signals = new ArrayList<>();
  private final AtomicInteger callIds = new AtomicInteger();

  @Test
  void joinsGreetsAndListens() {
    // Given
    Agent agent = agent(plan("Hi. Ask me.", SubtitleMode.ALIGNED));
    agent.targetJoined();
    // When
    agent.start();
    time.passMillis(299);
    assertThat(signals).isEmpty();
    time.passMillis(200);
    // Then
    assertThat(signals)
        .containsExactly(
            new Joined(),
            new Reached(0, RunStage.TASK_START),
            new Reached(0, RunStage.ANSWER_START),
            new StageChanged(0, Stage.SPEAKING),
            agentSays(0, 0, "H", false, false),
            agentSays(0, 1, "Hi.", true, false),
            agentSays(0, 2, " Ask", false, false),
            agentSays(0, 3, " Ask me.", true, true),
            new Reached(0, RunStage.ANSWER_FINISH),
            new StageChanged(0, Stage.FINISHED),
            new StageChanged(0, Stage.LISTENING));
  }

  @Test
  void answersWhatTheUserSaid() {
    // Given
    scripts.put(null, null, List.of(new ScriptLine("HELLO", "Good day!", null, null)));
    Agent agent = listening(plan("", SubtitleMode.ALIGNED));
    // When
    agent.hears("hello you");
    time.pass(Duration.ofSeconds(2));
    // Then
    assertThat(signals)
        .containsExactly(
            new Reached(0, RunStage.BEGIN_ASKING),
            userSays(0, 0, "hell", false),
            userSays(0, 1, "hello you", true),
            new Reached(0, RunStage.ASR_FINISH),
            new StageChanged(0, Stage.THINKING),
            new Reached(0, RunStage.LLM_OUTPUT),
            new Reached(0, RunStage.ANSWER_START),
            new StageChanged(0, Stage.SPEAKING),
            agentSays(0, 0, "Good", false, false),
            agentSays(0, 1, "Good day!", true, true),
            new Reached(0, RunStage.ANSWER_FINISH),
            new StageChanged(0, Stage.FINISHED),
            new StageChanged(0, Stage.LISTENING));
  }

  @Test
  void takesItsTime() {
    // Given
    Agent agent = listening(plan("", SubtitleMode.ALIGNED));
    // When
    agent.hears("123456789");
    time.passMillis(189);
    assertThat(signals).doesNotContain(new Reached(0, RunStage.ASR_FINISH));
    time.passMillis(1);
    // Then
    assertThat(signals).endsWith(new StageChanged(0, Stage.THINKING));
    time.passMillis(400);
    assertThat(signals).endsWith(new Reached(0, RunStage.LLM_OUTPUT));
    time.passMillis(200);
    assertThat(signals).endsWith(new StageChanged(0, Stage.SPEAKING));
  }

  @Test
  void takesWhatIsSaidInOneBreathAsOneTurn() {
    // Given
    Agent agent = listening(plan("", SubtitleMode.ALIGNED));
    // When
    agent.hears("one");
    time.passMillis(50);
    agent.hears("two");
    time.passMillis(130);
    // Then
    assertThat(signals)
        .containsSubsequence(
            userSays(0, 0, "o", false),
            userSays(0, 1, "one two", false),
            userSays(0, 2, "one two", true),
            new Reached(0, RunStage.ASR_FINISH));
    assertThat(count(RunStage.BEGIN_ASKING)).isEqualTo(1);
  }

  @Test
  void writesFastSubtitlesAsDeltasWithAnEmptyClosingRecord() {
    // Given
    Agent agent = listening(plan("", SubtitleMode.FAST));
    // When
    agent.handle(new AgentCommand.Speak("abcdefghij", Urgency.HIGH));
    time.passMillis(99);
    // Then
    assertThat(signals)
        .containsExactly(
            new Reached(0, RunStage.ANSWER_START),
            new StageChanged(0, Stage.SPEAKING),
            agentSays(0, 0, "abcdef", false, false),
            agentSays(0, 1, "ghij", false, false),
            agentSays(0, 2, "", true, true));
    time.passMillis(1);
    assertThat(signals).endsWith(new StageChanged(0, Stage.LISTENING));
  }

  @Test
  void showsNoSubtitlesWhenTheyAreOff() {
    // Given
    AgentPlan plan =
        new AgentPlan(
            "agent",
            "human",
            "",
            false,
            SubtitleMode.ALIGNED,
            true,
            false,
            Duration.ofMillis(100),
            Duration.ofMinutes(3),
            List.of(),
            false,
            Optional.empty());
    Agent agent = listening(plan);
    // When
    agent.hears("anything");
    time.pass(Duration.ofSeconds(5));
    // Then
    assertThat(signals).doesNotHaveAnyElementsOfTypes(Subtitled.class);
    assertThat(signals).contains(new Reached(0, RunStage.ANSWER_FINISH));
  }

  @Test
  void isCutShortByTheVoiceOfTheUser() {
    // Given
    Agent agent = listening(plan("", SubtitleMode.ALIGNED));
    agent.handle(new AgentCommand.Speak("A long sentence.", Urgency.HIGH));
    time.passMillis(100);
    signals.clear();
    // When
    agent.hears("stop that");
    // Then
    assertThat(signals)
        .containsExactly(
            agentSays(0, 1, "A long s", true, true),
            new Reached(0, RunStage.INTERRUPTED),
            new StageChanged(0, Stage.INTERRUPTED),
            new Reached(1, RunStage.BEGIN_ASKING),
            userSays(1, 0, "stop", false));
    time.pass(Duration.ofSeconds(1));
    assertThat(signals).doesNotContain(new Reached(0, RunStage.ANSWER_FINISH));
  }

  @Test
  void doesNotHearWhileSpeakingWhenVoiceInterruptionIsOff() {
    // Given
    Agent agent = listening(plan("", SubtitleMode.ALIGNED).withVoiceInterrupts(false));
    agent.handle(new AgentCommand.Speak("A long sentence.", Urgency.HIGH));
    time.passMillis(10);
    // When
    agent.hears("stop that");
    time.pass(Duration.ofSeconds(1));
    // Then
    assertThat(count(RunStage.BEGIN_ASKING)).isZero();
    assertThat(count(RunStage.ANSWER_FINISH)).isEqualTo(1);
  }

  @Test
  void isInterruptedByCommandAndThenListens() {
    // Given
    Agent agent = listening(plan("", SubtitleMode.FAST));
    agent.handle(new AgentCommand.Speak("abcdefghijklmnopqrstuvwxyz", Urgency.HIGH));
    time.passMillis(10);
    signals.clear();
    // When
    agent.handle(new AgentCommand.Interrupt());
    // Then
    assertThat(signals)
        .containsExactly(
            agentSays(0, 1, "", true, true),
            new Reached(0, RunStage.INTERRUPTED),
            new StageChanged(0, Stage.INTERRUPTED),
            new StageChanged(0, Stage.LISTENING));
    signals.clear();
    agent.handle(new AgentCommand.Interrupt());
    assertThat(signals).as("nothing to interrupt").isEmpty();
  }

  @Test
  void speaksAtOnceLaterOrNotAtAll() {
    // Given
    Agent agent = listening(plan("", SubtitleMode.ALIGNED));
    agent.handle(new AgentCommand.Speak("first", Urgency.HIGH));
    // When
    agent.handle(new AgentCommand.Speak("dropped", Urgency.LOW));
    agent.handle(new AgentCommand.Speak("later", Urgency.MEDIUM));
    time.passMillis(20);
    agent.handle(new AgentCommand.Speak("now", Urgency.HIGH));
    time.pass(Duration.ofSeconds(1));
    // Then
    assertThat(spokenSentences()).containsExactly("now", "later");
    assertThat(count(RunStage.INTERRUPTED)).isEqualTo(1);
    signals.clear();
    agent.handle(new AgentCommand.Speak("low", Urgency.LOW));
    time.pass(Duration.ofSeconds(1));
    assertThat(spokenSentences()).containsExactly("low");
  }

  @Test
  void answersTextFromOutsideWithWhatItWasToldBefore() {
    // Given
    Agent agent = listening(plan("", SubtitleMode.ALIGNED));
    agent.handle(new AgentCommand.Prompt("the shop closes at six"));
    // When
    agent.handle(new AgentCommand.Ask("when?", Urgency.HIGH));
    time.pass(Duration.ofSeconds(3));
    agent.handle(new AgentCommand.Ask("really?", Urgency.HIGH));
    time.pass(Duration.ofSeconds(3));
    // Then
    assertThat(spokenSentences())
        .containsExactly(
            "You said: when?",
            " What else can I do for you?",
            " I also know: the shop closes at six.",
            "You said: really?",
            " What else can I do for you?");
    assertThat(count(RunStage.ASR_FINISH)).isZero();
  }

  @Test
  void waitsForTheEndOfAManualTurn() {
    // Given
    AgentPlan plan =
        new AgentPlan(
            "agent",
            "human",
            "",
            true,
            SubtitleMode.ALIGNED,
            true,
            true,
            Duration.ofMillis(100),
            Duration.ofMinutes(3),
            List.of(),
            false,
            Optional.empty());
    Agent agent = listening(plan);
    // When
    agent.hears("take your time");
    time.pass(Duration.ofSeconds(30));
    assertThat(count(RunStage.ASR_FINISH)).isZero();
    agent.handle(new AgentCommand.FinishSpeech());
    // Then
    assertThat(signals)
        .endsWith(new Reached(0, RunStage.ASR_FINISH), new StageChanged(0, Stage.THINKING));
  }

  @Test
  void callsAToolAndQuotesItsResult() {
    // Given
    Agent agent = listening(withTools(false));
    // When
    agent.hears("上海天气怎么样");
    time.pass(Duration.ofSeconds(1));
    // Then
    ToolCall call =
        new ToolCall(
            "call-1", "get_current_weather", "{\"location\":\"上海天气怎么样\",\"unit\":\"celsius\"}");
    assertThat(signals).endsWith(new CallsTools(0, List.of(call)));
    agent.handle(new AgentCommand.ToolResult("call-9", "someone else's"));
    agent.handle(new AgentCommand.ToolResult("call-1", "晴，25度"));
    time.pass(Duration.ofSeconds(2));
    assertThat(spokenSentences()).containsExactly("我查到了：晴，25度。");
    signals.clear();
    agent.handle(new AgentCommand.ToolResult("call-1", "too late"));
    time.pass(Duration.ofSeconds(2));
    assertThat(signals).isEmpty();
  }

  @Test
  void callsOneToolUnlessSeveralAreAllowed() {
    // Given
    Agent one = listening(withTools(false));
    one.hears("weather for my order");
    time.pass(Duration.ofSeconds(1));
    List<AgentSignal> ofOne = List.copyOf(signals);
    one.stop(EndReason.STOPPED);
    Agent several = listening(withTools(true));
    // When
    several.hears("weather for my order");
    time.pass(Duration.ofSeconds(1));
    // Then
    assertThat(toolNames(ofOne)).containsExactly("get_current_weather");
    assertThat(toolNames(signals)).containsExactly("get_current_weather", "queryOrder");
    several.handle(new AgentCommand.ToolResult("call-3", "on its way"));
    time.pass(Duration.ofSeconds(1));
    assertThat(spokenSentences()).as("one result is missing").isEmpty();
    several.handle(new AgentCommand.ToolResult("call-2", "sunny"));
    time.pass(Duration.ofSeconds(3));
    assertThat(spokenSentences()).containsExactly("Here is what I found: sunny; on its way.");
  }

  @Test
  void followsAScriptThatNamesATool() {
    // Given
    scripts.put(
        "app",
        "room",
        List.of(new ScriptLine("parcel", "It is {result}!", "queryOrder", "{\"id\":7}")));
    Agent agent = listening(withTools(false));
    // When
    agent.hears("where is my parcel");
    time.pass(Duration.ofSeconds(1));
    agent.handle(new AgentCommand.ToolResult("call-1", "here"));
    time.pass(Duration.ofSeconds(2));
    // Then
    assertThat(signals)
        .contains(new CallsTools(0, List.of(new ToolCall("call-1", "queryOrder", "{\"id\":7}"))));
    assertThat(spokenSentences()).containsExactly("It is here!");
  }

  @Test
  void apologisesForAToolThatDoesNotAnswer() {
    // Given
    Agent agent = listening(withTools(false));
    // When
    agent.hears("the weather please");
    time.pass(Duration.ofSeconds(10));
    // Then
    assertThat(spokenSentences()).containsExactly("Sorry, the tool did not answer in time.");
  }

  @Test
  void reportsAFailedFunctionCallAndGoesOn() {
    // Given
    Agent agent = listening(withTools(false));
    agent.hears("the weather please");
    time.pass(Duration.ofSeconds(1));
    signals.clear();
    ErrorInfo error = new ErrorInfo(ErrorInfo.FUNCTION_CALL_REJECTED, "no");
    // When
    agent.toolCallFailed(error);
    // Then
    assertThat(signals)
        .containsExactly(new Failed(0, RunStage.LLM, error), new StageChanged(0, Stage.LISTENING));
  }

  @Test
  void worksWithOtherToolsFromTheNextTurnOn() {
    // Given
    Agent agent = listening(plan("", SubtitleMode.ALIGNED));
    // When
    agent.handle(new AgentCommand.Reconfigure(Optional.of(List.of(ORDERS)), Optional.of(false)));
    agent.hears("my order");
    time.pass(Duration.ofSeconds(1));
    // Then
    assertThat(toolNames(signals)).containsExactly("queryOrder");
    agent.hears("not heard any more");
    assertThat(count(RunStage.BEGIN_ASKING)).isEqualTo(1);
  }

  @Test
  void leavesWhenStopped() {
    // Given
    Agent agent = listening(plan("", SubtitleMode.ALIGNED));
    agent.handle(new AgentCommand.Speak("A long sentence.", Urgency.HIGH));
    time.pass(Duration.ofMillis(20));
    signals.clear();
    // When
    agent.stop(EndReason.STOPPED);
    time.pass(Duration.ofMinutes(10));
    agent.stop(EndReason.STOPPED);
    // Then
    assertThat(signals)
        .containsExactly(
            new Left(),
            new Reached(0, RunStage.TASK_STOP),
            new Used(0, Duration.ofMillis(20)),
            new Ended(EndReason.STOPPED));
  }

  @Test
  void reportsItsStopEvenBeforeItJoined() {
    // Given
    Agent agent = agent(plan("Hi", SubtitleMode.ALIGNED));
    agent.start();
    // When
    agent.stop(EndReason.STOPPED);
    time.pass(Duration.ofMinutes(1));
    // Then
    assertThat(signals)
        .containsExactly(new Reached(0, RunStage.TASK_STOP), new Ended(EndReason.STOPPED));
  }

  @Test
  void staysForTheIdleTimeoutAfterItsUserLeft() {
    // Given
    Agent agent = listening(plan("", SubtitleMode.ALIGNED));
    // When
    agent.targetLeft();
    time.pass(Duration.ofSeconds(179));
    agent.targetJoined();
    time.pass(Duration.ofMinutes(5));
    assertThat(signals).as("the user came back").isEmpty();
    agent.targetLeft();
    time.pass(Duration.ofSeconds(179));
    assertThat(signals).isEmpty();
    time.pass(Duration.ofSeconds(1));
    // Then
    assertThat(signals)
        .startsWith(new Left(), new Reached(0, RunStage.TASK_STOP))
        .endsWith(new Ended(EndReason.IDLE));
  }

  @Test
  void doesNotWaitForEverForAUserWhoNeverComes() {
    // Given
    Agent agent = agent(plan("", SubtitleMode.ALIGNED));
    // When
    agent.start();
    time.pass(Duration.ofSeconds(181));
    // Then
    assertThat(signals).endsWith(new Ended(EndReason.IDLE));
  }

  @Test
  void failsItsParameterCheckWithoutEverJoining() {
    // Given
    ErrorInfo problem = new ErrorInfo(ErrorInfo.UNKNOWN_PARAMETER, "Config is wrong");
    Agent agent = agent(plan("Hi", SubtitleMode.ALIGNED).withParameterProblem(problem));
    // When
    agent.start();
    time.pass(Duration.ofMinutes(10));
    // Then
    assertThat(signals)
        .containsExactly(
            new Failed(0, RunStage.PRE_PARAM_CHECK, problem), new Ended(EndReason.PARAMETERS));
  }

  private Agent listening(AgentPlan plan) {
    Agent agent = agent(plan);
    agent.targetJoined();
    agent.start();
    time.pass(Duration.ofMillis(300));
    signals.clear();
    return agent;
  }

  private Agent agent(AgentPlan plan) {
    return new Agent(
        plan,
        scripts,
        "app",
        "room",
        TIMING,
        time,
        time,
        () -> "call-" + callIds.incrementAndGet(),
        signals::add);
  }

  private static AgentPlan plan(String welcome, SubtitleMode mode) {
    return new AgentPlan(
        "agent",
        "human",
        welcome,
        true,
        mode,
        true,
        false,
        Duration.ofMillis(100),
        Duration.ofMinutes(3),
        List.of(),
        false,
        Optional.empty());
  }

  private static AgentPlan withTools(boolean parallel) {
    return new AgentPlan(
        "agent",
        "human",
        "",
        true,
        SubtitleMode.ALIGNED,
        true,
        false,
        Duration.ofMillis(100),
        Duration.ofMinutes(3),
        List.of(WEATHER, ORDERS),
        parallel,
        Optional.empty());
  }

  private static Subtitled agentSays(
      int round, int sequence, String text, boolean definite, boolean paragraph) {
    return new Subtitled(
        new Subtitle(Speaker.AGENT, "agent", round, sequence, text, "en", definite, paragraph));
  }

  private static Subtitled userSays(int round, int sequence, String text, boolean last) {
    return new Subtitled(
        new Subtitle(Speaker.USER, "human", round, sequence, text, "en", last, last));
  }

  private long count(RunStage stage) {
    return signals.stream()
        .filter(signal -> signal instanceof Reached reached && reached.stage() == stage)
        .count();
  }

  /** What was spoken to the end of a sentence, without answers that were cut short. */
  private List<String> spokenSentences() {
    List<String> sentences = new ArrayList<>();
    for (int i = 0; i < signals.size(); i++) {
      boolean interrupted =
          i + 1 < signals.size()
              && signals.get(i + 1) instanceof Reached next
              && next.stage() == RunStage.INTERRUPTED;
      if (signals.get(i) instanceof Subtitled(Subtitle subtitle)
          && subtitle.speaker() == Speaker.AGENT
          && subtitle.definite()
          && !interrupted) {
        sentences.add(subtitle.text());
      }
    }
    return sentences;
  }

  private static List<String> toolNames(List<AgentSignal> signals) {
    return signals.stream()
        .filter(CallsTools.class::isInstance)
        .flatMap(signal -> ((CallsTools) signal).calls().stream())
        .map(ToolCall::name)
        .toList();
  }
}
