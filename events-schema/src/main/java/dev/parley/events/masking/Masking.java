package dev.parley.events.masking;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.events.Payload;
import dev.parley.events.Sensitivity;
import dev.parley.events.Topic;
import dev.parley.events.codec.Envelope;
import dev.parley.events.codec.Json;
import dev.parley.events.contract.Contract;
import dev.parley.events.contract.Field;
import dev.parley.events.contract.Shape;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Replaces personal values by tokens: HMAC-SHA256 of the value under a key. The same value gives
 * the same token in every field, type and topic, so that joins and counts still work; without the
 * key nobody can find out a value by trying, which a plain hash of a user id would allow.
 *
 * <ul>
 *   <li>Texts and ids become {@code m-} and 26 characters, which is a valid id.
 *   <li>Raw bytes become the 32 bytes of their HMAC.
 *   <li>JSON of somebody else and maps become one token in a container of the same kind: what they
 *       hold, and even the names in them, may be personal.
 *   <li>The event's id becomes a token too: it derives from what happened, and could be tried.
 * </ul>
 */
public final class Masking {
  /** What the name of a masked twin ends with. */
  public static final String SUFFIX = ".masked";

  /** Fewest bytes of a key. */
  public static final int MIN_KEY_BYTES = 32;

  private static final String MAC = "HmacSHA256";
  private static final String PREFIX = "m-";
  private static final int TOKEN_BYTES = 16;
  private static final char[] ALPHABET = "0123456789abcdefghijklmnopqrstuv".toCharArray();

  // Sorted, so that the same object told with its fields in another order gives the same token.
  private static final ObjectMapper CANONICAL =
      Json.mapper().copy().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);

  private final Mac prototype;

  private Masking(Mac prototype) {
    this.prototype = prototype;
  }

  /**
   * Masks under this key. Whoever has it can find out values by trying; a new key breaks joins with
   * what was masked under the old one.
   *
   * @throws IllegalArgumentException when the key is shorter than {@link #MIN_KEY_BYTES}
   */
  public static Masking withKey(byte[] key) {
    if (key.length < MIN_KEY_BYTES) {
      throw new IllegalArgumentException(
          "a masking key must have " + MIN_KEY_BYTES + " bytes or more, has " + key.length);
    }
    try {
      Mac mac = Mac.getInstance(MAC);
      mac.init(new SecretKeySpec(key, MAC));
      return new Masking(mac);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has " + MAC, e);
    }
  }

  /** The masked twin of an event. */
  public Envelope<Payload> masked(Envelope<?> envelope) {
    Payload data = envelope.data();
    ObjectNode tree = Json.mapper().valueToTree(data);
    maskFields(tree, Contract.fields(data.getClass()));
    try {
      return new Envelope<>(
          token("id", envelope.id()),
          envelope.source(),
          envelope.ingestedAt(),
          envelope.traceparent(),
          Json.mapper().treeToValue(tree, data.getClass()));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a masked " + envelope.type().value() + " is not one", e);
    }
  }

  /** The name of a topic's masked twin. */
  public static String twin(Topic topic) {
    return topic.topicName() + SUFFIX;
  }

  private void maskFields(ObjectNode node, List<Field> fields) {
    for (Field field : fields) {
      JsonNode value = node.get(field.name());
      if (value != null) {
        node.set(field.name(), masked(value, field.shape(), field.sensitivity()));
      }
    }
  }

  private JsonNode masked(JsonNode value, Shape shape, Sensitivity sensitivity) {
    boolean open = sensitivity == Sensitivity.NONE;
    return switch (shape) {
      case Shape.Text text -> open ? value : text(token("text", value.textValue()));
      // The same domain as texts: a caller's subject and the user id that it is must still meet.
      case Shape.Id id -> open ? value : text(token("text", value.textValue()));
      case Shape.Raw raw ->
          open ? value : text(Base64.getEncoder().encodeToString(hmac("bytes", value.textValue())));
      case Shape.Foreign foreign -> open ? value : container(value);
      case Shape.Texts texts -> open ? value : container(value);
      case Shape.Items items -> {
        ArrayNode masked = JsonNodeFactory.instance.arrayNode();
        value.forEach(item -> masked.add(masked(item, items.item(), sensitivity)));
        yield masked;
      }
      case Shape.Group group -> {
        maskFields((ObjectNode) value, group.fields());
        yield value;
      }
      case Shape.Whole whole -> openOnly(value, shape, open);
      case Shape.Flag flag -> openOnly(value, shape, open);
      case Shape.Choice choice -> openOnly(value, shape, open);
    };
  }

  private static JsonNode openOnly(JsonNode value, Shape shape, boolean open) {
    if (!open) {
      throw new IllegalStateException("a personal " + shape + " cannot be masked");
    }
    return value;
  }

  private JsonNode container(JsonNode value) {
    String token = token("json", canonical(value));
    if (value.isArray()) {
      return JsonNodeFactory.instance.arrayNode().add(token);
    }
    return value.isObject()
        ? JsonNodeFactory.instance.objectNode().put("masked", token)
        : text(token);
  }

  private static String canonical(JsonNode value) {
    try {
      return CANONICAL.writeValueAsString(CANONICAL.treeToValue(value, Object.class));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("JSON that was read does not write", e);
    }
  }

  private static JsonNode text(String value) {
    return JsonNodeFactory.instance.textNode(value);
  }

  private String token(String domain, String value) {
    byte[] mac = Arrays.copyOf(hmac(domain, value), TOKEN_BYTES);
    StringBuilder token = new StringBuilder(PREFIX);
    int bits = 0;
    int count = 0;
    for (byte next : mac) {
      bits = (bits << 8) | (next & 0xFF);
      count += 8;
      while (count >= 5) {
        count -= 5;
        token.append(ALPHABET[(bits >> count) & 31]);
      }
    }
    return token.append(ALPHABET[(bits << (5 - count)) & 31]).toString();
  }

  private byte[] hmac(String domain, String value) {
    try {
      Mac mac = (Mac) prototype.clone();
      mac.update(domain.getBytes(StandardCharsets.UTF_8));
      mac.update((byte) 0);
      return mac.doFinal(value.getBytes(StandardCharsets.UTF_8));
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("the platform's " + MAC + " cannot be cloned", e);
    }
  }

  /** Never the key. */
  @Override
  public String toString() {
    return "Masking[key=****]";
  }
}
