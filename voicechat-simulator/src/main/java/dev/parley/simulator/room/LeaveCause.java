package dev.parley.simulator.room;

/**
 * Why somebody is in a room no more, in the words of the Web SDK (reason, tag) and of the webhook
 * (the tag again). Which reason goes with a duplicate login and with an expired token is not known;
 * DROPPED was chosen.
 */
public enum LeaveCause {
  /** Left of their own will. */
  USER_LEAVE(0, "userLeave", 0),
  /** The connection broke. */
  CONNECTION_LOST(1, "connectionLost", 3),
  /** The same user joined from elsewhere. */
  DUPLICATE_LOGIN(1, "userDuplicateLogin", 3),
  /** Removed by an administrator. */
  KICKED_BY_ADMIN(3, "kickedByAdmin", 3),
  /** The access token expired and was not renewed. */
  TOKEN_EXPIRED(1, "onUserTokenDidExpire", 6);

  private final int reason;
  private final String tag;
  private final int streamRemoveReason;

  LeaveCause(int reason, String tag, int streamRemoveReason) {
    this.reason = reason;
    this.tag = tag;
    this.streamRemoveReason = streamRemoveReason;
  }

  /** The SDK's UserOfflineReason. */
  public int reason() {
    return reason;
  }

  /** The SDK's UserDisconnectionTag, and the webhook's Reason. */
  public String tag() {
    return tag;
  }

  /** The SDK's StreamRemoveReason of streams that end with the leave. */
  public int streamRemoveReason() {
    return streamRemoveReason;
  }
}
