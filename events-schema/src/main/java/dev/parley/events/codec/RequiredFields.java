package dev.parley.events.codec;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds fields that the type requires and the JSON did not have: JSON knows no null-marked types.
 */
final class RequiredFields {
  private record Field(RecordComponent component, boolean nullable, boolean nested) {}

  private static final Map<Class<?>, List<Field>> FIELDS = new ConcurrentHashMap<>();

  private RequiredFields() {}

  /** The path of the first required field that is null, or null when all are there. */
  static @Nullable String firstMissing(Object value) {
    for (Field field : FIELDS.computeIfAbsent(value.getClass(), RequiredFields::fieldsOf)) {
      Object inner = read(field.component(), value);
      String name = field.component().getName();
      if (inner == null) {
        if (!field.nullable()) {
          return name;
        }
      } else if (field.nested()) {
        String missing = inner instanceof List<?> list ? inList(list) : firstMissing(inner);
        if (missing != null) {
          return name + "." + missing;
        }
      }
    }
    return null;
  }

  private static @Nullable String inList(List<?> list) {
    for (int i = 0; i < list.size(); i++) {
      Object item = list.get(i);
      String missing = item.getClass().isRecord() ? firstMissing(item) : null;
      if (missing != null) {
        return "[" + i + "]." + missing;
      }
    }
    return null;
  }

  private static List<Field> fieldsOf(Class<?> type) {
    if (!type.isRecord()) {
      return List.of();
    }
    return Arrays.stream(type.getRecordComponents())
        .filter(component -> !component.getType().isPrimitive())
        .map(
            component -> {
              component.getAccessor().setAccessible(true);
              return new Field(
                  component,
                  component.getAnnotatedType().isAnnotationPresent(Nullable.class),
                  component.getType().isRecord() || List.class.equals(component.getType()));
            })
        .toList();
  }

  private static @Nullable Object read(RecordComponent component, Object record) {
    try {
      return component.getAccessor().invoke(record);
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException("record component " + component + " cannot be read", e);
    }
  }
}
