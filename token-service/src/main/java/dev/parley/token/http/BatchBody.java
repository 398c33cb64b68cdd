package dev.parley.token.http;

import dev.parley.events.id.UserId;
import java.util.List;
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
    @Schema(description = "As of a single token, the same for all.") @Nullable Long ttlSeconds) {
  BatchBody {
    BodyRules.noNulls("userIds", userIds);
    BodyRules.noNulls("privileges", privileges);
  }
}
