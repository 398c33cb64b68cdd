package dev.parley.events.codec;

import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/**
 * Reads a record into one of {@link Decoded}'s cases; never throws for a poisoned record. Kafka's
 * consumer does not call it for a record without a value: its {@code value()} is null, and stands
 * for {@link Decoded.Tombstone}.
 */
public final class EnvelopeDeserializer implements Deserializer<Decoded> {
  @Override
  public Decoded deserialize(String topic, byte @Nullable [] data) {
    return EventCodec.decode(new RecordHeaders(), data);
  }

  @Override
  public Decoded deserialize(String topic, Headers headers, byte @Nullable [] data) {
    return EventCodec.decode(headers, data);
  }
}
