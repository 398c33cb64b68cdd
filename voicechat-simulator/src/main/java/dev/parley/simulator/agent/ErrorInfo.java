package dev.parley.simulator.agent;

/** A runtime error in the vendor's numbering. */
public record ErrorInfo(int code, String reason) {

  /** A parameter of the start that the agent cannot work with. */
  public static final int UNKNOWN_PARAMETER = 1000002;

  /** The function-call URL could not be reached. */
  public static final int FUNCTION_CALL_FAILED = 1004006;

  /** The function-call URL answered other than 2xx. */
  public static final int FUNCTION_CALL_REJECTED = 1004007;
}
