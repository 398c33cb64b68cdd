package dev.parley.simulator.agent;

/** RunStage of the VoiceChat webhook. */
public enum RunStage {
  /** The agent is in the room. */
  TASK_START("taskStart"),
  /** The task is over. */
  TASK_STOP("taskStop"),
  /** What the task used, after its end. */
  TASK_USAGE("taskUsage"),
  /** The user began to speak. */
  BEGIN_ASKING("beginAsking"),
  /** The user's words are recognised. */
  ASR_FINISH("asrFinish"),
  /** First token of the answer. */
  LLM_OUTPUT("llmOutput"),
  /** The answer begins to sound. */
  ANSWER_START("answerStart"),
  /** The answer was spoken to its end. */
  ANSWER_FINISH("answerFinish"),
  /** The answer was cut short. */
  INTERRUPTED("interrupted"),
  /** Where an error happened: recognition. */
  ASR("asr"),
  /** Where an error happened: the model or its tools. */
  LLM("llm"),
  /** Where an error happened: the voice. */
  TTS("tts"),
  /** Where an error happened: the parameters of the start. */
  PRE_PARAM_CHECK("preParamCheck");

  private final String text;

  RunStage(String text) {
    this.text = text;
  }

  /** The word on the wire. */
  public String text() {
    return text;
  }
}
