package dev.parley.simulator.agent;

/** What an agent is doing. */
sealed interface AgentState {

  /** True from the user's last word to the agent's: there is something to cut short. */
  boolean working();

  /** Not in the room yet. */
  record Absent() implements AgentState {
    @Override
    public boolean working() {
      return false;
    }
  }

  /** Nothing is going on. */
  record Listening() implements AgentState {
    @Override
    public boolean working() {
      return false;
    }
  }

  /**
   * The user speaks.
   *
   * @param text what was said so far
   */
  record Hearing(int round, String text, int nextSequence) implements AgentState {
    private static final int MAX_TURN = 8000;

    @Override
    public boolean working() {
      return false;
    }

    /** True when the turn has room for these words too. */
    boolean takes(String more) {
      return joined(more).length() <= MAX_TURN;
    }

    /** The same turn, some words later. */
    Hearing andThen(String more) {
      return new Hearing(round, joined(more), nextSequence + 1);
    }

    private String joined(String more) {
      return text + (Words.language(text).equals("zh") ? "" : " ") + more;
    }
  }

  /** The model works. */
  record Thinking(int round) implements AgentState {
    @Override
    public boolean working() {
      return true;
    }
  }

  /** Function calls are out. */
  record Calling(int round, OpenCalls calls) implements AgentState {
    @Override
    public boolean working() {
      return true;
    }
  }

  /** The answer sounds. */
  record Speaking(int round, AnswerSubtitles subtitles) implements AgentState {
    @Override
    public boolean working() {
      return true;
    }
  }

  /** Over. */
  record Gone() implements AgentState {
    @Override
    public boolean working() {
      return false;
    }
  }
}
