package dev.parley.token.http;

import dev.parley.events.id.UserId;
import dev.parley.token.app.Apps;
import dev.parley.token.caller.Caller;
import dev.parley.token.policy.TokenRequest;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A request for one token. Everything has a default that is the caller's own. */
@Schema(name = "TokenRequest")
record TokenBody(
    @Schema(
            description = "Name of the application; the default one when absent.",
            examples = "default")
        @Nullable String app,
    @Schema(
            description =
                "The room, 1 to 128 of a-z A-Z 0-9 _ @ . - ; a fresh unguessable one when absent;"
                    + " * for every room, for callers with that right.",
            examples = "demo-1")
        @Nullable String roomId,
    @Schema(
            description = "The user; the caller's own when absent. Another needs the right to it.",
            type = SchemaType.STRING,
            examples = "alice")
        @Nullable UserId userId,
    @Schema(
            description =
                "Exactly these; the application's default when absent. publish carries the three"
                    + " others with it.",
            examples = "[\"publishAudio\",\"subscribe\"]")
        @Nullable List<String> privileges,
    @Schema(description = "How long it lives; cut to the application's maximum.", examples = "3600")
        @Nullable Long ttlSeconds,
    @Schema(
            description =
                "Whether a session JWT for Parley's other services goes with it; true when absent.",
            examples = "true")
        @Nullable Boolean session) {
  static final TokenBody EMPTY = new TokenBody(null, null, null, null, null, null);

  TokenBody {
    BodyRules.noNulls("privileges", privileges);
  }

  TokenRequest request(Caller caller, Apps apps) {
    return new TokenRequest(
        BodyRules.app(apps, app),
        caller,
        BodyRules.room(roomId),
        Optional.ofNullable(userId),
        BodyRules.privileges(privileges),
        BodyRules.ttl(ttlSeconds));
  }
}
