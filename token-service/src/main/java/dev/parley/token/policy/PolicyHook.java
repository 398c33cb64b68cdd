package dev.parley.token.policy;

import dev.parley.token.Grant;
import dev.parley.token.app.App;
import dev.parley.token.caller.Caller;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Asks the operator's own policy service about a token that {@link Policy} would issue. */
public interface PolicyHook {

  /**
   * Asks. The stage completes within the hook's timeout and never fails.
   *
   * @param withSession whether a session JWT for Parley's own services would go with the token
   */
  CompletionStage<Answer> ask(
      App app, Caller caller, Grant grant, boolean withSession, String requestId);

  /** What the hook says. */
  sealed interface Answer {

    /** The token may be issued, for no longer than {@code maxTtl} where given. */
    record Admits(Optional<Duration> maxTtl) implements Answer {}

    /** The token must not be issued; the reason is the operator's, for the caller. */
    record Denies(Optional<String> reason) implements Answer {}

    /** No answer that could be understood. The token must not be issued. */
    record Unavailable(String why) implements Answer {}
  }
}
