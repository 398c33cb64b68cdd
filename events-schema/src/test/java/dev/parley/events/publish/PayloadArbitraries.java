package dev.parley.events.publish;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.events.BadRow;
import dev.parley.events.Bytes;
import dev.parley.events.Observation.SdkEventReported;
import dev.parley.events.Observer;
import dev.parley.events.Payload;
import dev.parley.events.PayloadTypes;
import dev.parley.events.RoomEvent;
import dev.parley.events.Telemetry;
import dev.parley.events.id.AppId;
import java.lang.reflect.Constructor;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;
import org.jspecify.annotations.Nullable;

/**
 * Any payload that Java lets exist, from its record alone: it asks neither the contract's reader
 * nor the schema, so that a mistake there shows.
 */
final class PayloadArbitraries {
  private static final String ID_CHARACTERS =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_@.-";

  private PayloadArbitraries() {}

  /** A payload of any type. */
  static Arbitrary<Payload> any() {
    return Arbitraries.of(PayloadTypes.all()).flatMap(PayloadArbitraries::of);
  }

  /** A payload of one type. */
  static Arbitrary<Payload> of(Class<? extends Payload> type) {
    return record(type).map(Payload.class::cast);
  }

  private static Arbitrary<Object> record(Class<?> type) {
    RecordComponent[] components = type.getRecordComponents();
    List<Arbitrary<Object>> values =
        Arrays.stream(components).map(PayloadArbitraries::component).toList();
    return Combinators.combine(values).as(arguments -> construct(type, arguments));
  }

  private static Arbitrary<Object> component(RecordComponent component) {
    Class<?> owner = component.getDeclaringRecord();
    String name = component.getName();
    Arbitrary<? extends @Nullable Object> value;
    if (name.equals("eventTimeMillis")) {
      value = Arbitraries.longs().between(0, 253_402_300_799_999L);
    } else if (name.equals("sequence")
        && (owner == Observer.class || RoomEvent.class.isAssignableFrom(owner))) {
      value = Arbitraries.longs().greaterOrEqual(1);
    } else if ((owner == SdkEventReported.class || owner == Telemetry.class)
        && name.equals("arguments")) {
      value = arrays();
    } else if (owner == BadRow.class && name.equals("raw")) {
      value = bytes(BadRow.MAX_RAW_BYTES);
    } else {
      value = value(component.getGenericType());
    }
    Arbitrary<Object> any = value.map(Object.class::cast);
    return component.getAnnotatedType().isAnnotationPresent(Nullable.class)
        ? any.injectNull(0.3)
        : any;
  }

  private static Arbitrary<?> value(Type type) {
    if (type instanceof ParameterizedType generic) {
      return generic.getRawType() == Map.class
          ? Arbitraries.maps(Arbitraries.strings().ofMaxLength(20), strings()).ofMaxSize(5)
          : value(generic.getActualTypeArguments()[0]).list().ofMaxSize(4);
    }
    Class<?> raw = (Class<?>) type;
    if (raw == String.class) {
      return strings();
    }
    if (raw == long.class || raw == Long.class) {
      return Arbitraries.longs();
    }
    if (raw == boolean.class) {
      return Arbitraries.of(true, false);
    }
    if (raw.isEnum()) {
      return Arbitraries.of(List.of(raw.getEnumConstants()));
    }
    if (raw == Bytes.class) {
      return bytes(2_000);
    }
    if (raw == JsonNode.class) {
      return json();
    }
    if (raw == AppId.class) {
      return Arbitraries.strings().alpha().numeric().ofLength(24).map(AppId::new);
    }
    if (raw.getPackage() == AppId.class.getPackage()) {
      return Arbitraries.strings()
          .withChars(ID_CHARACTERS)
          .ofMinLength(1)
          .ofMaxLength(128)
          .map(id -> construct(raw, List.of(id)));
    }
    return record(raw);
  }

  // Every character that Java has, halves of surrogate pairs too. Bounded by the key, for a room id
  // that is text (in a refused token) becomes a part of it.
  private static Arbitrary<String> strings() {
    return Arbitraries.strings().all().ofMaxLength(60);
  }

  private static Arbitrary<Bytes> bytes(int most) {
    return Arbitraries.bytes()
        .array(byte[].class)
        .ofMaxSize(most)
        .map(Bytes::of)
        .edgeCases(edges -> edges.add(Bytes.of(new byte[most])));
  }

  static Arbitrary<JsonNode> json() {
    return json(3);
  }

  private static Arbitrary<JsonNode> json(int depth) {
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    Arbitrary<JsonNode> leaf =
        Arbitraries.oneOf(
            strings().map(nodes::textNode),
            Arbitraries.longs().filter(number -> number > Integer.MAX_VALUE).map(nodes::numberNode),
            Arbitraries.integers().map(nodes::numberNode),
            Arbitraries.of(true, false).map(nodes::booleanNode));
    if (depth == 0) {
      return leaf;
    }
    return Arbitraries.frequencyOf(
        Tuple.of(4, leaf),
        Tuple.of(1, json(depth - 1).list().ofMaxSize(3).map(PayloadArbitraries::array)),
        Tuple.of(
            1,
            Arbitraries.maps(Arbitraries.strings().ofMaxLength(10), json(depth - 1))
                .ofMaxSize(3)
                .map(PayloadArbitraries::object)));
  }

  private static Arbitrary<JsonNode> arrays() {
    return json(2).list().ofMaxSize(4).map(PayloadArbitraries::array);
  }

  private static ArrayNode array(List<JsonNode> items) {
    return JsonNodeFactory.instance.arrayNode().addAll(items);
  }

  private static ObjectNode object(Map<String, JsonNode> fields) {
    return JsonNodeFactory.instance.objectNode().setAll(fields);
  }

  private static Object construct(Class<?> type, List<? extends @Nullable Object> arguments) {
    try {
      Constructor<?> constructor =
          type.getDeclaredConstructor(
              Arrays.stream(type.getRecordComponents())
                  .map(RecordComponent::getType)
                  .toArray(Class<?>[]::new));
      return constructor.newInstance(arguments.toArray());
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(type.getName(), e);
    }
  }
}
