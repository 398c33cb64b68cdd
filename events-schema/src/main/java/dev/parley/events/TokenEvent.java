package dev.parley.events;

import dev.parley.events.id.AppId;
import dev.parley.events.id.UserId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The audit trail of access tokens; never the token. */
public sealed interface TokenEvent extends Payload {

  @About(
      value = "Room of the token; * for every room, absent where none was given.",
      example = "Room123")
  @Nullable String roomId();

  @About(value = "Id of the HTTP request.", example = "3f2a91c04d5e")
  String requestId();

  @About(value = "Subject of the caller.", example = "alice", sensitivity = Sensitivity.PERSONAL)
  String caller();

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
          long expiresTimeMillis)
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
          String reason)
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
}
