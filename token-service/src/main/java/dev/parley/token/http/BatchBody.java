package dev.parley.token.http;

import dev.parley.events.id.UserId;
import dev.parley.token.Privilege;
import dev.parley.token.RoomScope;
import dev.parley.token.app.App;
import dev.parley.token.app.Apps;
import dev.parley.token.caller.Caller;
import dev.parley.token.policy.TokenRequest;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A request for the tokens of many users of one room. */
@Schema(name = "BatchRequest")
record BatchBody(
    @Schema(description = "Name of the application.", examples = "default") @Nullable String app,
    @Schema(description = "The room; required.", examples = "demo-1") @Nullable String roomId,
    @Schema(description = "The users, each once.", examples = "[\"alice\",\"bob\"]")
        @Nullable List<UserId> userIds,
    @Schema(description = "As of a single token, the same for all.")
        @Nullable List<String> privileges,
    @Schema(description = "As of a single token, the same for all.") @Nullable Long ttlSeconds,
    @Schema(description = "As of a single token, the same for all.") @Nullable Boolean session) {
  static final BatchBody EMPTY = new BatchBody(null, null, null, null, null, null);

  BatchBody {
    BodyRules.noNulls("userIds", userIds);
    BodyRules.noNulls("privileges", privileges);
  }

  /** One request per user. */
  List<TokenRequest> requests(Caller caller, Apps apps, int maxBatch) {
    if (userIds == null || userIds.isEmpty()) {
      throw BodyRules.unprocessable("users_required", "Name at least one user in userIds.");
    }
    if (userIds.size() > maxBatch) {
      throw BodyRules.unprocessable(
          "batch_too_large", "A batch may name at most " + maxBatch + " users: send several.");
    }
    if (new HashSet<>(userIds).size() < userIds.size()) {
      throw BodyRules.unprocessable("duplicate_user", "Name each user of userIds once.");
    }
    if (roomId == null) {
      throw BodyRules.unprocessable("room_required", "Name the room of the batch in roomId.");
    }
    App chosen = BodyRules.app(apps, app);
    Optional<RoomScope> room = BodyRules.room(roomId);
    Optional<Set<Privilege>> asked = BodyRules.privileges(privileges);
    Optional<Duration> ttl = BodyRules.ttl(ttlSeconds);
    return userIds.stream()
        .map(user -> new TokenRequest(chosen, caller, room, Optional.of(user), asked, ttl))
        .toList();
  }
}
