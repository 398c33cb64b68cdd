package dev.parley.agent.cloud;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.events.id.AppId;

/**
 * One OpenAPI call. Its body may hold secrets, so it does not print it.
 *
 * @param repeatable true when carrying it out twice does no more than once, so that it may be asked
 *     again when no answer came
 */
public record CloudRequest(AppId appId, Action action, ObjectNode body, boolean repeatable) {

  /** The three actions; the account's quota counts each by itself. */
  public enum Action {
    START("StartVoiceChat"),
    UPDATE("UpdateVoiceChat"),
    STOP("StopVoiceChat");

    private final String cloudName;

    Action(String cloudName) {
      this.cloudName = cloudName;
    }

    /** The OpenAPI's Action. */
    public String cloudName() {
      return cloudName;
    }
  }

  @Override
  public String toString() {
    return "CloudRequest[appId=" + appId + ", action=" + action + ", body=****]";
  }
}
