package dev.parley.events.contract;

import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.events.About;
import dev.parley.events.Bytes;
import dev.parley.events.Payload;
import dev.parley.events.Sensitivity;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads the fields of a payload from its record and the {@link About} marks. Everything that is
 * published about a type, and everything that handles it by sensitivity, asks here.
 */
public final class Contract {
  private static final ClassValue<List<Field>> FIELDS =
      new ClassValue<>() {
        @Override
        protected List<Field> computeValue(Class<?> type) {
          return read(type);
        }
      };

  private Contract() {}

  /** The fields of a payload type, in the order in which they are written. */
  public static List<Field> fields(Class<? extends Payload> type) {
    return FIELDS.get(type);
  }

  static Sensitivity strictest(Sensitivity one, Sensitivity other) {
    return one.compareTo(other) >= 0 ? one : other;
  }

  private static List<Field> read(Class<?> type) {
    return Arrays.stream(type.getRecordComponents()).map(Contract::field).toList();
  }

  private static Field field(RecordComponent component) {
    List<About> abouts = abouts(component);
    return new Field(
        component.getName(),
        first(abouts, About::value),
        first(abouts, About::unit),
        first(abouts, About::example),
        abouts.stream().map(About::sensitivity).reduce(Sensitivity.NONE, Contract::strictest),
        !component.getAnnotatedType().isAnnotationPresent(Nullable.class),
        first(abouts, About::since),
        shape(component, component.getGenericType(), abouts));
  }

  // The component's own words win; the interface and the type say what it leaves out.
  private static List<About> abouts(RecordComponent component) {
    List<About> found = new ArrayList<>();
    add(found, component.getAnnotation(About.class));
    for (Class<?> type : interfaces(component.getDeclaringRecord())) {
      for (Method method : type.getDeclaredMethods()) {
        if (method.getName().equals(component.getName()) && method.getParameterCount() == 0) {
          add(found, method.getAnnotation(About.class));
        }
      }
    }
    add(found, raw(itemType(component.getGenericType())).getAnnotation(About.class));
    return found;
  }

  private static Set<Class<?>> interfaces(Class<?> type) {
    Set<Class<?>> all = new LinkedHashSet<>(Arrays.asList(type.getInterfaces()));
    for (Class<?> direct : type.getInterfaces()) {
      all.addAll(interfaces(direct));
    }
    return all;
  }

  private static Shape shape(RecordComponent component, Type type, List<About> abouts) {
    Class<?> raw = raw(type);
    if (raw == List.class) {
      return new Shape.Items(shape(component, itemType(type), abouts));
    }
    if (raw == Map.class) {
      return new Shape.Texts();
    }
    if (raw == String.class) {
      return new Shape.Text(first(abouts, About::pattern));
    }
    if (raw == long.class || raw == Long.class) {
      return new Shape.Whole(
          abouts.stream().mapToLong(About::minimum).max().orElse(Long.MIN_VALUE),
          abouts.stream().mapToLong(About::maximum).min().orElse(Long.MAX_VALUE));
    }
    if (raw == boolean.class) {
      return new Shape.Flag();
    }
    if (raw.isEnum()) {
      return new Shape.Choice(
          Arrays.stream(raw.getEnumConstants()).map(word -> ((Enum<?>) word).name()).toList());
    }
    if (raw == Bytes.class) {
      return new Shape.Raw(abouts.stream().mapToInt(About::maxBytes).max().orElse(0));
    }
    if (JsonNode.class.isAssignableFrom(raw)) {
      return new Shape.Foreign(
          abouts.stream()
              .map(About::json)
              .filter(kind -> kind != About.JsonKind.ANY)
              .findFirst()
              .orElse(About.JsonKind.ANY));
    }
    if (raw.isRecord()) {
      return isId(raw)
          ? new Shape.Id(raw, first(abouts, About::pattern))
          : new Shape.Group(read(raw));
    }
    throw new IllegalStateException(component + " is of a type that the contract does not know");
  }

  private static boolean isId(Class<?> type) {
    return type.getRecordComponents().length == 1
        && type.getRecordComponents()[0].getAccessor().isAnnotationPresent(JsonValue.class);
  }

  private static Type itemType(Type type) {
    return type instanceof ParameterizedType list && raw(type) == List.class
        ? list.getActualTypeArguments()[0]
        : type;
  }

  private static Class<?> raw(Type type) {
    return type instanceof ParameterizedType generic
        ? (Class<?>) generic.getRawType()
        : (Class<?>) type;
  }

  private static String first(List<About> abouts, Function<About, String> what) {
    return abouts.stream().map(what).filter(text -> !text.isEmpty()).findFirst().orElse("");
  }

  private static void add(List<About> list, @Nullable About about) {
    if (about != null) {
      list.add(about);
    }
  }
}
