package dev.parley.events.publish;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.events.Payload;
import dev.parley.events.PayloadTypes;
import dev.parley.events.codec.Envelope;
import dev.parley.events.codec.EventCodec;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * A record as text, for files that people read.
 *
 * @param headers names and values, in the order in which they are written
 */
record Records(String topic, String key, ObjectNode headers, JsonNode value) {

  /** The types of one topic, or of all, in the order of their names. */
  static List<Class<? extends Payload>> sorted(Collection<Class<? extends Payload>> types) {
    return types.stream()
        .sorted(Comparator.comparing(type -> PayloadTypes.of(type).value()))
        .toList();
  }

  /** The record of the example of a type. */
  static Records example(Class<? extends Payload> type) {
    Envelope<Payload> envelope = Examples.envelope(type);
    Headers headers = new RecordHeaders();
    byte[] value = EventCodec.encode(envelope, headers);
    ObjectNode texts = Schemas.object();
    for (Header header : headers) {
      texts.put(header.key(), new String(header.value(), StandardCharsets.UTF_8));
    }
    return new Records(
        envelope.type().topic().topicName(),
        envelope.data().recordKey(),
        texts,
        Schemas.parse(new String(value, StandardCharsets.UTF_8)));
  }

  /** Reads what {@link #toJson} gave. */
  static Records of(JsonNode json) {
    return new Records(
        json.path("topic").textValue(),
        json.path("key").textValue(),
        (ObjectNode) json.path("headers"),
        json.path("value"));
  }

  ObjectNode toJson() {
    ObjectNode json = Schemas.object().put("topic", topic).put("key", key);
    json.set("headers", headers);
    json.set("value", value);
    return json;
  }

  byte[] keyBytes() {
    return key.getBytes(StandardCharsets.UTF_8);
  }

  Headers kafkaHeaders() {
    Headers kafka = new RecordHeaders();
    headers
        .properties()
        .forEach(
            header ->
                kafka.add(
                    header.getKey(),
                    header.getValue().textValue().getBytes(StandardCharsets.UTF_8)));
    return kafka;
  }

  byte[] valueBytes() {
    return value.toString().getBytes(StandardCharsets.UTF_8);
  }
}
