package dev.parley.events;

import dev.parley.events.id.AppId;
import dev.parley.events.id.RoomId;
import dev.parley.events.id.UserId;
import org.jspecify.annotations.Nullable;

/** One subtitle item: a piece of what a user or an agent said. */
@EventType(
    value = "dev.parley.transcript.utterance-transcribed.v1",
    topic = Topic.ROOM_TRANSCRIPTS,
    about = "A piece of speech of a user or an agent was transcribed.")
public record Transcript(
    AppId appId,
    RoomId roomId,
    long eventTimeMillis,
    @About(value = "Who spoke.", example = "alice", sensitivity = Sensitivity.PERSONAL)
        UserId speakerUserId,
    @About(value = "Whether a human user or an agent spoke.", example = "USER") Speaker speaker,
    @About(
            value = "The words so far, or, in the fast mode of an agent, the words added.",
            example = "What is the weather like?",
            sensitivity = Sensitivity.PERSONAL)
        String text,
    @About(value = "Language code as the cloud gives it.", example = "zh")
        @Nullable String language,
    @About(value = "The conversation round; absent where the cloud does not say.", example = "3")
        @Nullable Long roundId,
    @About(value = "Order within the round, as the cloud counts.", example = "9") long sequence,
    @About(value = "True when this sentence is final.", example = "true") boolean definite,
    @About(value = "True when the whole turn is final.", example = "true") boolean paragraph)
    implements RoomScoped {

  /** Who spoke. */
  public enum Speaker {
    USER,
    AGENT
  }
}
