package dev.parley.token.http;

import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** An access token to be inspected; prints without it. */
@Schema(name = "InspectRequest")
record InspectBody(
    @Schema(description = "The access token, whole and unchanged; required.")
        @Nullable String accessToken,
    @Schema(description = "The room that is joined with it.", examples = "demo-1")
        @Nullable String roomId,
    @Schema(description = "The user that joins with it.", examples = "alice")
        @Nullable String userId) {
  @Override
  public String toString() {
    return "InspectBody[****]";
  }
}
