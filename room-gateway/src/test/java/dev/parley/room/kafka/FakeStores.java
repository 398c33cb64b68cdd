package dev.parley.room.kafka;

import static dev.parley.room.Rooms.T0;

import dev.parley.room.ReducerRules;
import io.micrometer.core.instrument.Counter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NoSuchElementException;
import java.util.TreeMap;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.kstream.Windowed;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.WindowStore;
import org.apache.kafka.streams.state.WindowStoreIterator;
import org.jspecify.annotations.Nullable;

/**
 * The reducer's state stores in plain maps: those of Kafka Streams want its internals or a disk.
 * What the reducer does not ask for is not there.
 */
final class FakeStores {
  private FakeStores() {}

  /** A reducer with the default rules, for which it is {@link dev.parley.room.Rooms#T0}. */
  static RoomProcessor processor(Counter unreadable) {
    return new RoomProcessor(
        ReducerRules.defaults(),
        Duration.ofSeconds(5),
        () -> true,
        Clock.fixed(Instant.ofEpochMilli(T0), ZoneOffset.UTC),
        unreadable);
  }

  private abstract static class Fake implements StateStore {
    private final String name;

    Fake(String name) {
      this.name = name;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public void init(StateStoreContext context, StateStore root) {}

    @Override
    public void flush() {}

    @Override
    public void close() {}

    @Override
    public boolean persistent() {
      return false;
    }

    @Override
    public boolean isOpen() {
      return true;
    }
  }

  /** Rooms by key. */
  static final class Rooms extends Fake implements KeyValueStore<String, byte[]> {
    private final Map<String, byte[]> rooms = new TreeMap<>();

    Rooms() {
      super(RoomTopology.ROOMS);
    }

    @Override
    public void put(String key, byte[] value) {
      rooms.put(key, value);
    }

    @Override
    public byte @Nullable [] get(String key) {
      return rooms.get(key);
    }

    @Override
    public byte @Nullable [] delete(String key) {
      return rooms.remove(key);
    }

    @Override
    public KeyValueIterator<String, byte[]> all() {
      return new Entries<>(
          rooms.entrySet().stream().map(e -> KeyValue.pair(e.getKey(), e.getValue())).toList());
    }

    @Override
    public byte[] putIfAbsent(String key, byte[] value) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void putAll(List<KeyValue<String, byte[]>> entries) {
      throw new UnsupportedOperationException();
    }

    @Override
    public KeyValueIterator<String, byte[]> range(String from, String to) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long approximateNumEntries() {
      return rooms.size();
    }
  }

  /** What was told, by identity and time; nothing is ever forgotten. */
  static final class Repeats extends Fake implements WindowStore<String, byte[]> {
    private final Map<String, NavigableMap<Long, byte[]>> told = new TreeMap<>();

    Repeats() {
      super(RoomTopology.REPEATS);
    }

    @Override
    public void put(String key, byte[] value, long atMillis) {
      told.computeIfAbsent(key, unused -> new TreeMap<>()).put(atMillis, value);
    }

    @Override
    public WindowStoreIterator<byte[]> fetch(String key, long from, long to) {
      return new Times(
          told.getOrDefault(key, new TreeMap<>()).subMap(from, true, to, true).entrySet().stream()
              .map(e -> KeyValue.pair(e.getKey(), e.getValue()))
              .toList());
    }

    @Override
    public byte[] fetch(String key, long atMillis) {
      throw new UnsupportedOperationException();
    }

    @Override
    public KeyValueIterator<Windowed<String>, byte[]> fetch(
        String keyFrom, String keyTo, long from, long to) {
      throw new UnsupportedOperationException();
    }

    @Override
    public KeyValueIterator<Windowed<String>, byte[]> fetchAll(long from, long to) {
      throw new UnsupportedOperationException();
    }

    @Override
    public KeyValueIterator<Windowed<String>, byte[]> all() {
      throw new UnsupportedOperationException();
    }
  }

  private static class Entries<K> implements KeyValueIterator<K, byte[]> {
    private final Iterator<KeyValue<K, byte[]>> entries;

    Entries(List<KeyValue<K, byte[]>> entries) {
      this.entries = entries.iterator();
    }

    @Override
    public boolean hasNext() {
      return entries.hasNext();
    }

    @Override
    public KeyValue<K, byte[]> next() {
      if (!entries.hasNext()) {
        throw new NoSuchElementException();
      }
      return entries.next();
    }

    @Override
    public K peekNextKey() {
      throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
  }

  private static final class Times extends Entries<Long> implements WindowStoreIterator<byte[]> {
    Times(List<KeyValue<Long, byte[]>> entries) {
      super(entries);
    }
  }
}
