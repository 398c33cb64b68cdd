package dev.parley.events;

import dev.parley.events.id.AppId;
import dev.parley.events.id.UserId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The audit trail of access tokens; never the token. */
public sealed interface TokenEvent extends Payload {

  @About(value = "Room of the token; * for every room, absent where none was given.")
  @Nullable String roomId();

  @About(value = "Id of the HTTP request.", example = "3f2a91c04d5e")
  String requestId();

  @About(value = "Subject of the caller.", sensitivity = Sensitivity.PERSONAL)
  String caller();

  /** An access token was issued. */
  @EventType(
      value = "dev.parley.token.issued.v1",
      topic = Topic.TOKEN_EVENTS,
      about = "An access token was issued.")
  record TokenIssued(
      AppId appId,
      String roomId,
      long eventTimeMillis,
      String requestId,
      String caller,
      UserId userId,
      @About("The privileges that the token carries.") List<String> privileges,
      @About(value = "When the token ends, Unix time in milliseconds.", unit = "ms")
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
              sensitivity = Sensitivity.PERSONAL)
          @Nullable String userId,
      @About(value = "Parley's stable code.", example = "room_not_allowed") String code,
      @About("Why, one sentence.") String reason)
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
