package dev.parley.kit.session;

/** Names inside Parley's session JWT; written by token-service, read by the other services. */
public final class SessionClaims {
  /** Default {@code iss}. */
  public static final String ISSUER = "parley-token-service";

  /** {@code aud} entry of agent-control-service. */
  public static final String AUDIENCE_AGENT_CONTROL = "parley-agent-control";

  /** {@code aud} entry of room-gateway. */
  public static final String AUDIENCE_ROOM_GATEWAY = "parley-room-gateway";

  /** The AppId. */
  public static final String APP = "app";

  /** The room id; participants only. */
  public static final String ROOM = "room";

  private SessionClaims() {}
}
