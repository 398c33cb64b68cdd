package dev.parley.events.codec;

import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/** Writes an {@link Envelope}: attributes into headers, data as JSON. */
public final class EnvelopeSerializer implements Serializer<Envelope<?>> {
  @Override
  public byte @Nullable [] serialize(String topic, @Nullable Envelope<?> data) {
    throw new UnsupportedOperationException("an envelope needs record headers");
  }

  @Override
  public byte @Nullable [] serialize(
      String topic, Headers headers, @Nullable Envelope<?> envelope) {
    return envelope == null ? null : EventCodec.encode(envelope, headers);
  }
}
