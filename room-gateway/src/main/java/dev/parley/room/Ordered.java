package dev.parley.room;

import java.util.AbstractMap;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Immutable maps that keep their order: the same observations must give the same facts anywhere.
 */
final class Ordered {
  private static final Map<?, ?> EMPTY = new Fixed<>(new LinkedHashMap<>());

  private Ordered() {}

  /** A copy, or the map itself where it is one already. */
  static <K, V> Map<K, V> copyOf(Map<K, V> map) {
    return map instanceof Fixed<K, V> ? map : fixed(map.isEmpty() ? map : new LinkedHashMap<>(map));
  }

  /** The map itself, which nobody may change any more. */
  @SuppressWarnings("unchecked")
  static <K, V> Map<K, V> fixed(Map<K, V> map) {
    return map.isEmpty() ? (Map<K, V>) EMPTY : new Fixed<>(map);
  }

  private static final class Fixed<K, V> extends AbstractMap<K, V> {
    private final Map<K, V> map;

    private Fixed(Map<K, V> map) {
      this.map = Collections.unmodifiableMap(map);
    }

    @Override
    public int size() {
      return map.size();
    }

    @Override
    public @Nullable V get(@Nullable Object key) {
      return map.get(key);
    }

    @Override
    public boolean containsKey(@Nullable Object key) {
      return map.containsKey(key);
    }

    @Override
    public Set<K> keySet() {
      return map.keySet();
    }

    @Override
    public Collection<V> values() {
      return map.values();
    }

    @Override
    public Set<Map.Entry<K, V>> entrySet() {
      return map.entrySet();
    }

    @Override
    public @Nullable V remove(@Nullable Object key) {
      throw new UnsupportedOperationException("it never changes");
    }

    @Override
    public void putAll(Map<? extends K, ? extends V> more) {
      throw new UnsupportedOperationException("it never changes");
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return this == other || map.equals(other);
    }

    @Override
    public int hashCode() {
      return map.hashCode();
    }

    @Override
    public void forEach(BiConsumer<? super K, ? super V> action) {
      map.forEach(action);
    }
  }
}
