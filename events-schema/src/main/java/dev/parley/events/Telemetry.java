package dev.parley.events;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.events.id.AppId;
import dev.parley.events.id.RoomId;

/** A measurement that the SDK reports by itself, sampled. */
@EventType(
    value = "dev.parley.room.telemetry-reported.v1",
    topic = Topic.ROOM_TELEMETRY,
    about = "The SDK reported network quality, audio levels or stream statistics.")
public record Telemetry(
    AppId appId,
    RoomId roomId,
    long eventTimeMillis,
    Observer observer,
    @About(value = "The SDK's name of the event.", example = "onNetworkQuality") String name,
    @About(
            value = "The SDK's arguments of the event, in order.",
            example = "[{\"uplinkNetworkQuality\":1,\"downlinkNetworkQuality\":2}]",
            json = About.JsonKind.ARRAY,
            sensitivity = Sensitivity.PERSONAL)
        JsonNode arguments)
    implements RoomScoped {
  public Telemetry {
    if (!arguments.isArray()) {
      throw new RefusedValueException("arguments must be a JSON array");
    }
  }
}
