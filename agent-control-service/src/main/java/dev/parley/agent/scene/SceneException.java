package dev.parley.agent.scene;

import dev.parley.agent.Failures;
import dev.parley.events.Failure;

/** A scene cannot be put to the cloud as it is asked for. */
public final class SceneException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Failure failure;

  /** Names what is wrong, for a program and for a person. */
  public SceneException(String code, String reason) {
    super(code + ": " + reason, null, false, false);
    this.failure = Failures.failure(code, reason);
  }

  /** What the caller is told. */
  public Failure failure() {
    return failure;
  }
}
