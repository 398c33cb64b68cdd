package dev.parley.events;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.events.id.AppId;
import dev.parley.events.id.RoomId;
import dev.parley.events.id.UserId;
import org.jspecify.annotations.Nullable;

/** One binary message of a room, once, however many clients saw it. */
@EventType(
    value = "dev.parley.room.message-received.v1",
    topic = Topic.ROOM_MESSAGES,
    about = "A binary message was sent in the room.")
public record RoomMessage(
    AppId appId,
    RoomId roomId,
    long eventTimeMillis,
    @About(value = "Who sent it.", example = "agent-1", sensitivity = Sensitivity.PERSONAL)
        UserId senderUserId,
    @About(
            value = "Whom it was addressed to; absent when to the whole room.",
            example = "alice",
            sensitivity = Sensitivity.PERSONAL)
        @Nullable UserId receiverUserId,
    @About(value = "The four magic characters of the frame.", example = "subv") String magic,
    @About(
            value = "The whole frame, header and body.",
            example = "c3VidgAAAAJ7fQ==",
            sensitivity = Sensitivity.PERSONAL)
        Bytes frame,
    @About(
            value = "The body as JSON; absent where it is not JSON.",
            example = "{\"type\":\"subtitle\"}",
            sensitivity = Sensitivity.PERSONAL)
        @Nullable JsonNode body)
    implements RoomScoped {}
