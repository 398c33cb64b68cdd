package dev.parley.events.codec;

import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Deserializer;

/** Reads a record into one of {@link Decoded}'s cases; never throws for a poisoned record. */
public final class EnvelopeDeserializer implements Deserializer<Decoded> {
  @Override
  public Decoded deserialize(String topic, byte[] data) {
    return EventCodec.decode(new RecordHeaders(), data);
  }

  @Override
  public Decoded deserialize(String topic, Headers headers, byte[] data) {
    return EventCodec.decode(headers, data);
  }
}
