package dev.parley.agent.cloud;

/** The VoiceChat OpenAPI. */
public interface VoiceChatApi {

  /**
   * Makes one call, once; blocks until there is an answer or the time for one is over. Whatever
   * happens on the way is one of the outcomes.
   *
   * @throws InterruptedException when the calling thread is interrupted; the outcome is unknown
   */
  CloudOutcome call(CloudRequest request) throws InterruptedException;
}
