package dev.parley.events;

import dev.parley.events.id.AppId;
import dev.parley.events.id.UserId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The audit trail of access tokens and of sessions; never the token. */
public sealed interface TokenEvent extends Payload {

  @About(
      value = "Room of the token; * for every room, absent where none was given.",
      example = "Room123")
  @Nullable String roomId();

  @About(value = "Id of the HTTP request.", example = "3f2a91c04d5e")
  String requestId();

  @About(value = "Subject of the caller.", example = "alice", sensitivity = Sensitivity.PERSONAL)
  String caller();

  @About(
      value =
          "Issuer of the caller's bearer JWT: its subject is one caller's only together with it.",
      example = "https://idp.example.com")
  @Nullable String issuer();

  /** An access token was issued. */
  @EventType(
      value = "dev.parley.token.issued.v1",
      topic = Topic.TOKEN_EVENTS,
      about = "An access token was issued.")
  record TokenIssued(
      AppId appId,
      @About(value = "Room of the token; * for every room.", example = "Room123") String roomId,
      long eventTimeMillis,
      String requestId,
      String caller,
      UserId userId,
      @About(
              value = "The privileges that the token carries.",
              example = "[\"publish\",\"subscribe\"]")
          List<String> privileges,
      @About(value = "When the token ends, Unix time.", unit = "ms", example = "1750003600123")
          long expiresTimeMillis,
      @Nullable String issuer,
      @About(
              value =
                  "When the session JWT that went with the token ends, Unix time; absent where none"
                      + " did.",
              unit = "ms",
              example = "1750000900123")
          @Nullable Long sessionExpiresTimeMillis)
      implements TokenEvent {
    public TokenIssued {
      privileges = List.copyOf(privileges);
    }

    @Override
    public String recordKey() {
      return appId + ":" + roomId;
    }

    @Override
    public String subject() {
      return roomId;
    }
  }

  /** A caller was refused a token. */
  @EventType(
      value = "dev.parley.token.refused.v1",
      topic = Topic.TOKEN_EVENTS,
      about = "A caller was refused an access token.")
  record TokenRefused(
      @About("The application asked for; absent where it is not known.") @Nullable AppId appId,
      @Nullable String roomId,
      long eventTimeMillis,
      String requestId,
      String caller,
      @About(
              value = "The user asked for, as the caller wrote it, at most 128 characters.",
              example = "alice",
              sensitivity = Sensitivity.PERSONAL)
          @Nullable String userId,
      @About(value = "Parley's stable code.", example = "room_not_allowed") String code,
      @About(value = "Why, one sentence.", example = "The caller may not enter this room.")
          String reason,
      @Nullable String issuer)
      implements TokenEvent {
    @Override
    public String recordKey() {
      return (appId == null ? "" : appId.value()) + ":" + subject();
    }

    @Override
    public String subject() {
      return roomId == null ? "" : roomId;
    }
  }

  /** An operator or analyst got a session. */
  @EventType(
      value = "dev.parley.token.session-issued.v1",
      topic = Topic.TOKEN_EVENTS,
      about = "An operator or analyst got a session JWT, which is for every room.")
  record SessionIssued(
      AppId appId,
      long eventTimeMillis,
      String requestId,
      String caller,
      @About(value = "What it lets its holder be: operator or analyst.", example = "operator")
          String role,
      @About(value = "When the session ends, Unix time.", unit = "ms", example = "1750000900123")
          long expiresTimeMillis,
      @Nullable String issuer)
      implements TokenEvent {
    @Override
    public @Nullable String roomId() {
      return null;
    }

    @Override
    public String recordKey() {
      return appId + ":";
    }

    @Override
    public String subject() {
      return "";
    }
  }

  /** A caller was refused a session. */
  @EventType(
      value = "dev.parley.token.session-refused.v1",
      topic = Topic.TOKEN_EVENTS,
      about = "A caller was refused a session JWT for every room.")
  record SessionRefused(
      AppId appId,
      long eventTimeMillis,
      String requestId,
      String caller,
      @About(value = "The role asked for; absent where none was named.", example = "operator")
          @Nullable String role,
      @About(value = "Parley's stable code.", example = "role_not_allowed") String code,
      @About(
              value = "Why, one sentence.",
              example = "The caller is no operator of this application.")
          String reason,
      @Nullable String issuer)
      implements TokenEvent {
    @Override
    public @Nullable String roomId() {
      return null;
    }

    @Override
    public String recordKey() {
      return appId + ":";
    }

    @Override
    public String subject() {
      return "";
    }
  }
}
