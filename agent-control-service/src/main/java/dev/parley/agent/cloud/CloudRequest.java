package dev.parley.agent.cloud;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.events.Bytes;
import dev.parley.events.codec.JsonBuffers;
import dev.parley.events.id.AppId;

/**
 * One OpenAPI call. Its body may hold secrets, so it does not print it.
 *
 * @param body JSON in UTF-8: as a tree it would take several times the memory for as long as the
 *     cloud takes to answer
 * @param repeatable true when carrying it out twice does no more than once, so that it may be asked
 *     again when no answer came
 */
public record CloudRequest(AppId appId, Action action, Bytes body, boolean repeatable) {
  private static final ObjectMapper JSON = new ObjectMapper(JsonBuffers.factory());

  /** The call with that body. */
  public static CloudRequest of(AppId appId, Action action, ObjectNode body, boolean repeatable) {
    try {
      return new CloudRequest(appId, action, Bytes.of(JSON.writeValueAsBytes(body)), repeatable);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a JSON tree always serialises", e);
    }
  }

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
