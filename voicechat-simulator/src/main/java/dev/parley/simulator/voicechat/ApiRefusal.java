package dev.parley.simulator.voicechat;

/** A call that is answered with an error. */
final class ApiRefusal extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final ErrorCode code;
  private final String text;

  ApiRefusal(ErrorCode code, String text) {
    super(text, null, false, false);
    this.code = code;
    this.text = text;
  }

  ErrorCode code() {
    return code;
  }

  String text() {
    return text;
  }
}
