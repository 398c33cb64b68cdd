package dev.parley.events;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The catalogue of payload types, read from the sealed hierarchy itself: none can be forgotten. */
public final class PayloadTypes {
  private static final Map<String, Class<? extends Payload>> BY_NAME = new LinkedHashMap<>();
  private static final Map<Class<? extends Payload>, EventType> BY_CLASS = new LinkedHashMap<>();

  static {
    Deque<Class<?>> open = new ArrayDeque<>();
    open.add(Payload.class);
    while (!open.isEmpty()) {
      Class<?> type = open.removeFirst();
      if (type.isSealed()) {
        Collections.addAll(open, type.getPermittedSubclasses());
      } else {
        register(type.asSubclass(Payload.class));
      }
    }
  }

  // An annotation answers by reflection, each time; every record asks.
  private record Published(String value, Topic topic, String about, String since)
      implements EventType {
    Published(EventType declared) {
      this(declared.value(), declared.topic(), declared.about(), declared.since());
    }

    @Override
    public Class<EventType> annotationType() {
      return EventType.class;
    }
  }

  private PayloadTypes() {}

  private static void register(Class<? extends Payload> type) {
    EventType published = type.getAnnotation(EventType.class);
    if (published == null) {
      throw new IllegalStateException(type.getName() + " has no @EventType");
    }
    if (BY_NAME.put(published.value(), type) != null) {
      throw new IllegalStateException("two payloads are named " + published.value());
    }
    BY_CLASS.put(type, new Published(published));
  }

  /** Every payload class, in a stable order. */
  public static Collection<Class<? extends Payload>> all() {
    return Collections.unmodifiableCollection(BY_NAME.values());
  }

  /** The class of a published type name; empty when this version does not know it. */
  public static Optional<Class<? extends Payload>> named(String typeName) {
    return Optional.ofNullable(BY_NAME.get(typeName));
  }

  /** The published name, topic and purpose of a payload class. */
  public static EventType of(Class<? extends Payload> type) {
    EventType published = BY_CLASS.get(type);
    if (published == null) {
      throw new IllegalArgumentException(type.getName() + " is not a payload record");
    }
    return published;
  }
}
