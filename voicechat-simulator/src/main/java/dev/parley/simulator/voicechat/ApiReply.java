package dev.parley.simulator.voicechat;

import java.util.Optional;

/** What becomes of one OpenAPI request. */
public sealed interface ApiReply {

  /**
   * An answer in the cloud's envelope.
   *
   * @param error the refusal, if it is one
   * @param result whether {@code Result} is there
   */
  record Answer(
      int httpStatus,
      String requestId,
      String action,
      String version,
      String region,
      Optional<Problem> error,
      boolean result)
      implements ApiReply {}

  /** No answer: the connection is cut. */
  record Cut() implements ApiReply {}

  /** Error.Code and Error.Message. */
  record Problem(String code, String message) {}
}
