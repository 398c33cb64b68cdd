package dev.parley.room;

import dev.parley.events.AgentEvent.Stage;
import dev.parley.events.id.UserId;
import dev.parley.room.RoomMemory.ClientMemory;
import dev.parley.room.RoomMemory.RoundMemory;
import dev.parley.room.RoomMemory.TaskMemory;
import dev.parley.room.RoomMemory.UserMemory;
import dev.parley.room.RoomMemory.Withdrawn;
import dev.parley.room.Track.Change;
import dev.parley.room.Track.Later;
import dev.parley.room.Track.Word;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A room's memory as bytes, for the state store alone: it is written with every observation and
 * read for every room that is not at hand, so that as JSON it cost more than reducing.
 *
 * <p>The first byte is the version. Then come the components of the records in their order: whole
 * numbers zigzag in base 128, texts as length and UTF-8, lists and maps as count and elements,
 * constants by name, and a byte 1 or 0 before what may be null. An observer's name is written where
 * it comes first, after its number, and is that number from then on. A version that changes any of
 * this takes the next number and still reads those that a release has written.
 */
final class MemoryBytes {
  private static final byte VERSION = 4;

  // Without what is withdrawn of a user.
  private static final byte THIRD = 3;

  // As the third, without the times that were told.
  private static final byte SECOND = 2;

  // As the second, without names by number, and without what ended of a client.
  private static final byte FIRST = 1;

  private MemoryBytes() {}

  static byte[] write(RoomMemory memory) {
    Out out = new Out();
    out.octet(VERSION);
    out.flag(memory.open());
    out.number(memory.openedMillis());
    out.number(memory.seenMillis());
    out.number(memory.toldMillis());
    out.map(memory.users(), Out::text, MemoryBytes::user);
    out.map(memory.clients(), Out::text, MemoryBytes::client);
    out.map(memory.tasks(), Out::text, MemoryBytes::task);
    out.list(memory.agents(), agent -> out.text(agent.value()));
    return out.toBytes();
  }

  private static void user(Out out, UserMemory user) {
    track(out, user.presence());
    out.map(user.slots(), (to, slot) -> to.text(slot.name()), MemoryBytes::track);
    out.optional(
        user.withdrawn(),
        withdrawn -> {
          out.number(withdrawn.sinceMillis());
          out.number(withdrawn.seenMillis());
        });
  }

  private static void track(Out out, Track track) {
    out.list(
        track.changes(),
        change -> {
          out.number(change.index());
          out.flag(change.on());
          out.number(change.atMillis());
          out.flag(change.inferred());
          out.flag(change.byCloud());
          out.number(change.visit());
          // Mostly nothing, which takes one byte.
          out.number(change.toldMillis() - change.atMillis());
        });
    out.map(
        track.words(),
        Out::name,
        (to, word) -> {
          to.number(word.index());
          to.flag(word.on());
        });
    out.optional(
        track.later(),
        later -> {
          out.flag(later.on());
          out.number(later.atMillis());
          out.flag(later.cloud());
        });
  }

  private static void client(Out out, ClientMemory client) {
    out.text(client.userId().value());
    out.number(client.highest());
    out.optional(client.missed(), out::text);
    out.optional(client.connectionId(), out::text);
    out.number(client.signMillis());
    out.number(client.leftMillis());
    out.flag(client.lapsed());
    out.optional(client.endedConnection(), out::text);
    out.flag(client.silenced());
  }

  private static void task(Out out, TaskMemory task) {
    out.optional(task.agentUserId(), agent -> out.text(agent.value()));
    out.optional(task.stage(), stage -> out.text(stage.name()));
    out.number(task.stageMillis());
    out.flag(task.ended());
    out.map(task.rounds(), Out::text, MemoryBytes::round);
    out.list(task.done(), out::number);
  }

  private static void round(Out out, RoundMemory round) {
    out.optional(round.begin(), out::number);
    out.optional(round.asr(), out::number);
    out.optional(round.llm(), out::number);
    out.optional(round.start(), out::number);
    out.optional(round.finish(), out::number);
    out.flag(round.interrupted());
    out.number(round.settleMillis());
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws IllegalArgumentException when the bytes are something else, or of another version
   */
  static RoomMemory read(byte[] bytes) {
    In in = new In(bytes);
    try {
      byte version = in.octet();
      in.version = version;
      if (version < FIRST || version > VERSION) {
        throw new IllegalArgumentException("version " + version + " is not known");
      }
      boolean open = in.flag();
      long openedMillis = in.number();
      RoomMemory memory =
          new RoomMemory(
              open,
              openedMillis,
              in.number(),
              in.version <= SECOND ? openedMillis : in.number(),
              in.map(in::text, () -> user(in)),
              in.map(in::text, () -> client(in)),
              in.map(in::text, () -> task(in)),
              in.list(() -> new UserId(in.text())));
      in.end();
      return memory;
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException("the bytes end too early", e);
    }
  }

  private static UserMemory user(In in) {
    return new UserMemory(
        track(in),
        in.map(() -> Slot.valueOf(in.text()), () -> track(in)),
        in.version <= THIRD ? null : in.optional(() -> new Withdrawn(in.number(), in.number())));
  }

  private static Track track(In in) {
    return new Track(
        in.list(() -> change(in)),
        in.map(in::name, () -> new Word(in.number(), in.flag())),
        in.optional(() -> new Later(in.flag(), in.number(), in.flag())));
  }

  private static Change change(In in) {
    long index = in.number();
    boolean on = in.flag();
    long atMillis = in.number();
    return new Change(
        index,
        on,
        atMillis,
        in.flag(),
        in.flag(),
        in.number(),
        in.version <= SECOND ? atMillis : atMillis + in.number());
  }

  private static ClientMemory client(In in) {
    return new ClientMemory(
        new UserId(in.text()),
        in.number(),
        in.optional(in::text),
        in.optional(in::text),
        in.number(),
        in.number(),
        in.flag(),
        in.version == FIRST ? null : in.optional(in::text),
        in.version != FIRST && in.flag());
  }

  private static TaskMemory task(In in) {
    return new TaskMemory(
        in.optional(() -> new UserId(in.text())),
        in.optional(() -> Stage.valueOf(in.text())),
        in.number(),
        in.flag(),
        in.map(in::text, () -> round(in)),
        in.list(in::number));
  }

  private static RoundMemory round(In in) {
    return new RoundMemory(
        in.optional(in::number),
        in.optional(in::number),
        in.optional(in::number),
        in.optional(in::number),
        in.optional(in::number),
        in.flag(),
        in.number());
  }

  private static final class Out {
    private byte[] bytes = new byte[512];
    private final Map<String, Integer> names = new HashMap<>();
    private int length;

    private void reserve(int more) {
      if (length + more > bytes.length) {
        bytes = Arrays.copyOf(bytes, Math.max(length + more, 2 * bytes.length));
      }
    }

    void octet(byte value) {
      reserve(1);
      bytes[length++] = value;
    }

    void flag(boolean value) {
      octet((byte) (value ? 1 : 0));
    }

    void number(long value) {
      reserve(10);
      long rest = (value << 1) ^ (value >> 63);
      while ((rest & ~0x7FL) != 0) {
        bytes[length++] = (byte) ((rest & 0x7F) | 0x80);
        rest >>>= 7;
      }
      bytes[length++] = (byte) rest;
    }

    void text(String text) {
      byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
      number(utf8.length);
      reserve(utf8.length);
      System.arraycopy(utf8, 0, bytes, length, utf8.length);
      length += utf8.length;
    }

    // Of many observers each tells of everything: their names would be most of the memory.
    void name(String name) {
      Integer known = names.get(name);
      number(known == null ? names.size() : known);
      if (known == null) {
        names.put(name, names.size());
        text(name);
      }
    }

    <T> void optional(@Nullable T value, Consumer<T> writer) {
      flag(value != null);
      if (value != null) {
        writer.accept(value);
      }
    }

    <T> void list(List<T> list, Consumer<T> writer) {
      number(list.size());
      list.forEach(writer);
    }

    <K, V> void map(Map<K, V> map, BiConsumer<Out, K> keys, BiConsumer<Out, V> values) {
      number(map.size());
      map.forEach(
          (key, value) -> {
            keys.accept(this, key);
            values.accept(this, value);
          });
    }

    byte[] toBytes() {
      return Arrays.copyOf(bytes, length);
    }
  }

  private static final class In {
    private final ByteBuffer bytes;
    private final List<String> names = new ArrayList<>();
    private byte version;

    In(byte[] bytes) {
      this.bytes = ByteBuffer.wrap(bytes);
    }

    byte octet() {
      return bytes.get();
    }

    boolean flag() {
      byte value = octet();
      if (value != 0 && value != 1) {
        throw new IllegalArgumentException("a flag must be 0 or 1");
      }
      return value == 1;
    }

    long number() {
      long value = 0;
      for (int shift = 0; shift < Long.SIZE; shift += 7) {
        byte next = octet();
        value |= (next & 0x7FL) << shift;
        if (next >= 0) {
          return (value >>> 1) ^ -(value & 1);
        }
      }
      throw new IllegalArgumentException("a number is too long");
    }

    // Nothing has more elements than there are bytes: what claims to would only fill the memory.
    private int count() {
      long count = number();
      if (count < 0 || count > bytes.remaining()) {
        throw new IllegalArgumentException("a length does not fit");
      }
      return (int) count;
    }

    String text() {
      int length = count();
      String text =
          new String(
              bytes.array(),
              bytes.arrayOffset() + bytes.position(),
              length,
              StandardCharsets.UTF_8);
      bytes.position(bytes.position() + length);
      return text;
    }

    String name() {
      if (version == FIRST) {
        return text();
      }
      long number = number();
      if (number < 0 || number > names.size()) {
        throw new IllegalArgumentException("a name is not known");
      }
      if (number == names.size()) {
        names.add(text());
      }
      return names.get((int) number);
    }

    <T> @Nullable T optional(Supplier<T> reader) {
      return flag() ? reader.get() : null;
    }

    <T> List<T> list(Supplier<T> reader) {
      int count = count();
      List<T> list = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        list.add(reader.get());
      }
      return list;
    }

    <K, V> Map<K, V> map(Supplier<K> keys, Supplier<V> values) {
      int count = count();
      Map<K, V> map = LinkedHashMap.newLinkedHashMap(count);
      for (int i = 0; i < count; i++) {
        K key = keys.get();
        map.put(key, values.get());
      }
      return Ordered.fixed(map);
    }

    void end() {
      if (bytes.hasRemaining()) {
        throw new IllegalArgumentException("there are bytes left over");
      }
    }
  }
}
