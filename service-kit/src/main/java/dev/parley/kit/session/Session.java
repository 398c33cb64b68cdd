package dev.parley.kit.session;

import dev.parley.events.id.AppId;
import dev.parley.events.id.RoomId;
import dev.parley.events.id.RoomKey;
import dev.parley.events.id.UserId;
import dev.parley.kit.problem.Problem;
import dev.parley.kit.problem.ProblemException;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.jspecify.annotations.Nullable;

/**
 * Who a caller is, from a verified session JWT.
 *
 * @param roomId the only room of a participant; null for operators and analysts
 * @param subject the participant's user id, or the name of the operator or analyst
 */
public record Session(AppId appId, @Nullable RoomId roomId, String subject, Role role) {

  public Session {
    if (role == Role.PARTICIPANT && roomId == null) {
      throw new IllegalArgumentException("a participant's session names its room");
    }
  }

  /**
   * Reads the claims of a token whose signature, issuer, audience and times are verified.
   *
   * @throws ProblemException 401 when a claim is missing or malformed
   */
  public static Session from(JsonWebToken token) {
    try {
      String app = token.getClaim(SessionClaims.APP);
      String room = token.getClaim(SessionClaims.ROOM);
      if (app == null || token.getSubject() == null) {
        throw unusable();
      }
      return new Session(
          AppId.of(app),
          room == null ? null : RoomId.of(room),
          token.getSubject(),
          role(token.getGroups()).orElseThrow(Session::unusable));
    } catch (IllegalArgumentException | ClassCastException e) {
      throw unusable();
    }
  }

  private static Optional<Role> role(Set<String> groups) {
    return groups.stream().map(Role::ofClaim).flatMap(Optional::stream).findFirst();
  }

  private static ProblemException unusable() {
    return new ProblemException(
        Problem.of(
            401,
            "session_unusable",
            "The session token lacks what this service needs: get a new one from token-service."));
  }

  /**
   * The participant's user.
   *
   * @throws IllegalArgumentException when the subject is not a user id
   */
  public UserId userId() {
    return new UserId(subject);
  }

  /** True when the caller may see that room. */
  public boolean mayEnter(RoomKey room) {
    return appId.equals(room.appId()) && (role != Role.PARTICIPANT || room.roomId().equals(roomId));
  }

  /**
   * Refuses a caller who may not see that room.
   *
   * @throws ProblemException 403 {@code room_not_allowed}
   */
  public void requireRoom(RoomKey room) {
    if (!mayEnter(room)) {
      throw new ProblemException(
          Problem.of(
              403,
              "room_not_allowed",
              "The session is for another room: get a token for this room first."));
    }
  }
}
