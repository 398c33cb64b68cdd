package dev.parley.events.masking;

import dev.parley.events.Topic;
import dev.parley.events.codec.Envelope;
import dev.parley.events.codec.EventCodec;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * Writes envelopes, and masks those of the topics that are configured; as it comes, it masks none.
 * A record for a masked twin ({@code rtc.room.events.masked}) whose topic is not configured is
 * refused: what is named masked must be masked.
 */
public final class MaskingSerializer implements Serializer<Envelope<?>> {
  /** Topics to mask, separated by commas, by their plain names; empty by default. */
  public static final String TOPICS = "parley.masking.topics";

  /** The key, Base64 of 32 bytes or more; needed as soon as a topic is configured. */
  public static final String KEY = "parley.masking.key";

  private Set<String> topics = Set.of();
  private @Nullable Masking masking;

  @Override
  public void configure(Map<String, ?> configs, boolean isKey) {
    topics =
        names(configs.get(TOPICS)).stream()
            .map(String::strip)
            .filter(name -> !name.isEmpty())
            .collect(Collectors.toUnmodifiableSet());
    for (String name : topics) {
      if (Topic.named(name).isEmpty()) {
        throw new ConfigException(TOPICS, name, "there is no such topic");
      }
    }
    masking = topics.isEmpty() ? null : Masking.withKey(key(configs.get(KEY)));
  }

  private static List<String> names(@Nullable Object setting) {
    return switch (setting) {
      case null -> List.of();
      case List<?> list -> list.stream().map(String::valueOf).toList();
      default -> Arrays.asList(setting.toString().split(","));
    };
  }

  private static byte[] key(@Nullable Object setting) {
    if (setting == null) {
      throw new ConfigException(KEY, "****", "a key is needed where topics are masked");
    }
    try {
      byte[] key = Base64.getDecoder().decode(setting.toString());
      if (key.length >= Masking.MIN_KEY_BYTES) {
        return key;
      }
    } catch (IllegalArgumentException e) {
      // Refused below; the exception could quote the key.
    }
    throw new ConfigException(
        KEY, "****", "must be Base64 of " + Masking.MIN_KEY_BYTES + " bytes or more");
  }

  @Override
  public byte @Nullable [] serialize(String topic, @Nullable Envelope<?> data) {
    throw new UnsupportedOperationException("an envelope needs record headers");
  }

  @Override
  public byte @Nullable [] serialize(
      String topic, Headers headers, @Nullable Envelope<?> envelope) {
    if (envelope == null) {
      return null;
    }
    boolean twin = topic.endsWith(Masking.SUFFIX);
    String plain = twin ? topic.substring(0, topic.length() - Masking.SUFFIX.length()) : topic;
    Masking configured = masking;
    if (configured != null && topics.contains(plain)) {
      return EventCodec.encode(configured.masked(envelope), headers);
    }
    if (twin) {
      throw new SerializationException(
          "topic "
              + topic
              + " takes masked events only, and "
              + TOPICS
              + " does not name "
              + plain);
    }
    return EventCodec.encode(envelope, headers);
  }
}
