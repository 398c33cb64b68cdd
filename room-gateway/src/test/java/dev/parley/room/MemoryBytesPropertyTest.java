package dev.parley.room;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.ByteRange;

class MemoryBytesPropertyTest {
  private static final RoomMemory SMALL =
      new RoomMemory(true, 1, 2, 3, Map.of(), Map.of(), Map.of(), List.of(new UserId("bot")));

  @Property(tries = 500)
  void whatIsRememberedSurvivesTheStore(@ForAll("memories") RoomMemory memory) {
    // When
    RoomMemory read = RoomMemory.ofBytes(memory.toBytes());

    // Then
    assertThat(read).isEqualTo(memory);
    // Equal maps may differ in their order, and order decides what is forgotten first.
    assertThat(read.users().keySet()).containsExactlyElementsOf(memory.users().keySet());
    assertThat(read.clients().keySet()).containsExactlyElementsOf(memory.clients().keySet());
    assertThat(read.tasks().keySet()).containsExactlyElementsOf(memory.tasks().keySet());
  }

  @Property(tries = 100)
  void whatWasCutOffIsRefused(@ForAll("memories") RoomMemory memory, @ForAll int anywhere) {
    // Given
    byte[] bytes = memory.toBytes();
    byte[] cut = Arrays.copyOf(bytes, Math.floorMod(anywhere, bytes.length));

    // When, Then
    assertThatThrownBy(() -> RoomMemory.ofBytes(cut)).isInstanceOf(IllegalArgumentException.class);
  }

  @Property(tries = 1000)
  void anyBytesAreReadOrRefused(
      @ForAll byte[] anything, @ForAll @ByteRange(min = 1, max = 4) byte version) {
    // Given
    byte[] bytes = new byte[anything.length + 1];
    bytes[0] = version;
    System.arraycopy(anything, 0, bytes, 1, anything.length);

    // When
    RoomMemory read;
    try {
      read = RoomMemory.ofBytes(bytes);
    } catch (IllegalArgumentException e) {
      assertThat(e.getMessage()).isNotBlank();
      return;
    }

    // Then: what was read is a memory like any other
    assertThat(RoomMemory.ofBytes(read.toBytes())).isEqualTo(read);
  }

  @Example
  void theLayoutIsTheOneOfVersionFour() {
    assertThat(SMALL.toBytes())
        .containsExactly(
            4, // version
            1, // open
            2, // opened at 1, zigzag
            4, // seen at 2
            6, // told at 3
            0, // no users
            0, // no clients
            0, // no tasks
            2, // one agent
            6, 'b', 'o', 't');
  }

  @Example
  void whatVersionOneHasWrittenIsStillRead() {
    // Given
    byte[] written = {
      1,
      1,
      2,
      4, // version, open, opened at 1, seen at 2
      2,
      6,
      'b',
      'o',
      'b', // one user
      2,
      2,
      1,
      2,
      0,
      0,
      0, // one change: the first, on, at 1
      2,
      8,
      's',
      'e',
      'l',
      'f',
      2,
      1, // one word, by name
      0,
      0, // nothing later, no slots
      2,
      2,
      'c',
      6,
      'b',
      'o',
      'b', // one client
      2,
      0,
      0,
      4,
      4,
      0, // highest 1, none missed, no connection, signs at 2, not lapsed
      0,
      0 // no tasks, no agents
    };

    // When
    RoomMemory read = RoomMemory.ofBytes(written);

    // Then
    assertThat(read)
        .isEqualTo(
            new RoomMemory(
                true,
                1,
                2,
                1,
                Map.of(
                    "bob",
                    new UserMemory(
                        new Track(
                            List.of(new Change(1, true, 1, false, false, 0, 1)),
                            Map.of("self", new Word(1, true)),
                            null),
                        Map.of(),
                        null)),
                Map.of(
                    "c",
                    new ClientMemory(new UserId("bob"), 1, null, null, 2, 2, false, null, false)),
                Map.of(),
                List.of()));
    assertThat(RoomMemory.ofBytes(read.toBytes())).isEqualTo(read);
  }

  @Example
  void whatVersionTwoHasWrittenIsStillRead() {
    // Given
    byte[] written = {
      2,
      1,
      2,
      4, // version, open, opened at 1, seen at 2
      2,
      6,
      'b',
      'o',
      'b', // one user
      2,
      2,
      1,
      2,
      0,
      0,
      0, // one change: the first, on, at 1
      2,
      0,
      8,
      's',
      'e',
      'l',
      'f',
      2,
      1, // one word, by the name that gets number 0
      0,
      2,
      10,
      'A',
      'U',
      'D',
      'I',
      'O', // nothing later, one slot
      2,
      2,
      1,
      6,
      0,
      0,
      2, // one change: the first, on, at 3, of the visit that join 1 began
      2,
      0,
      2,
      1, // one word, by the number of its name
      0, // nothing later
      0,
      0,
      0 // no clients, no tasks, no agents
    };

    // When
    RoomMemory read = RoomMemory.ofBytes(written);

    // Then: what was told had the times that are remembered
    Map<String, Word> words = Map.of("self", new Word(1, true));
    assertThat(read)
        .isEqualTo(
            new RoomMemory(
                true,
                1,
                2,
                1,
                Map.of(
                    "bob",
                    new UserMemory(
                        new Track(List.of(new Change(1, true, 1, false, false, 0, 1)), words, null),
                        Map.of(
                            Slot.AUDIO,
                            new Track(
                                List.of(new Change(1, true, 3, false, false, 1, 3)), words, null)),
                        null)),
                Map.of(),
                Map.of(),
                List.of()));
    assertThat(RoomMemory.ofBytes(read.toBytes())).isEqualTo(read);
  }

  @Example
  void whatVersionThreeHasWrittenIsStillRead() {
    // Given
    byte[] written = {
      3,
      1,
      2,
      4,
      6, // version, open, opened at 1, seen at 2, told at 3
      2,
      6,
      'b',
      'o',
      'b', // one user
      2,
      2,
      1,
      2,
      0,
      0,
      0,
      4, // one change: the first, on, at 1, told 2 later
      0,
      0,
      0, // no words, nothing later, no slots
      0,
      0,
      0 // no clients, no tasks, no agents
    };

    // When
    RoomMemory read = RoomMemory.ofBytes(written);

    // Then: no word was withdrawn
    Track presence = new Track(List.of(new Change(1, true, 1, false, false, 0, 3)), Map.of(), null);
    assertThat(read)
        .isEqualTo(
            new RoomMemory(
                true,
                1,
                2,
                3,
                Map.of("bob", new UserMemory(presence, Map.of(), null)),
                Map.of(),
                Map.of(),
                List.of()));
    assertThat(RoomMemory.ofBytes(read.toBytes())).isEqualTo(read);
  }

  @Example
  void nothingRememberedIsTheEmptyRoom() {
    assertThat(RoomMemory.ofBytes(null)).isEqualTo(RoomMemory.EMPTY);
  }

  @Example
  void anotherVersionIsRefused() {
    // Given
    byte[] bytes = SMALL.toBytes();
    bytes[0] = 5;

    // When, Then
    assertThatThrownBy(() -> RoomMemory.ofBytes(bytes))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("version 5 is not known");
  }

  @Example
  void whatFollowsTheEndIsRefused() {
    // Given
    byte[] bytes = SMALL.toBytes();
    byte[] more = Arrays.copyOf(bytes, bytes.length + 1);

    // When, Then
    assertThatThrownBy(() -> RoomMemory.ofBytes(more))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("there are bytes left over");
  }

  @Provide
  Arbitrary<RoomMemory> memories() {
    return Combinators.combine(
            flags(),
            numbers(),
            numbers(),
            numbers(),
            Arbitraries.maps(ids(), users()).ofMaxSize(4),
            Arbitraries.maps(ids().map(id -> id + "/web"), clients()).ofMaxSize(4),
            Arbitraries.maps(ids(), tasks()).ofMaxSize(3),
            ids().map(UserId::new).list().ofMaxSize(3))
        .as(RoomMemory::new);
  }

  private static Arbitrary<UserMemory> users() {
    return Combinators.combine(
            tracks(),
            Arbitraries.maps(Arbitraries.of(Slot.class), tracks()).ofMaxSize(6),
            Combinators.combine(numbers(), numbers()).as(Withdrawn::new).injectNull(0.5))
        .as(UserMemory::new);
  }

  private static Arbitrary<Track> tracks() {
    return Combinators.combine(
            Combinators.combine(
                    numbers(), flags(), numbers(), flags(), flags(), numbers(), numbers())
                .as(Change::new)
                .list()
                .ofMaxSize(4),
            Arbitraries.maps(
                    ids().map(id -> "self/" + id),
                    Combinators.combine(numbers(), flags()).as(Word::new))
                .ofMaxSize(4),
            Combinators.combine(flags(), numbers(), flags()).as(Later::new).injectNull(0.5))
        .as(Track::new);
  }

  private static Arbitrary<ClientMemory> clients() {
    return Combinators.combine(
            ids().map(UserId::new),
            numbers(),
            Arbitraries.strings().numeric().ofMinLength(1).ofMaxLength(128).injectNull(0.5),
            Arbitraries.strings()
                .ofMaxLength(20)
                .map(MemoryBytesPropertyTest::utf8)
                .injectNull(0.5),
            Combinators.combine(numbers(), numbers()).as(Map::entry),
            flags(),
            ids().injectNull(0.5),
            flags())
        .as(
            (user, highest, missed, connection, times, lapsed, ended, silenced) ->
                new ClientMemory(
                    user,
                    highest,
                    missed,
                    connection,
                    times.getKey(),
                    times.getValue(),
                    lapsed,
                    ended,
                    silenced));
  }

  private static Arbitrary<TaskMemory> tasks() {
    return Combinators.combine(
            ids().map(UserId::new).injectNull(0.5),
            Arbitraries.of(Stage.class).injectNull(0.3),
            numbers(),
            flags(),
            Arbitraries.maps(ids(), rounds()).ofMaxSize(3),
            numbers().list().ofMaxSize(5))
        .as(TaskMemory::new);
  }

  private static Arbitrary<RoundMemory> rounds() {
    return Combinators.combine(
            numbers().injectNull(0.4),
            numbers().injectNull(0.4),
            numbers().injectNull(0.4),
            numbers().injectNull(0.4),
            numbers().injectNull(0.4),
            flags(),
            numbers())
        .as(RoundMemory::new);
  }

  private static Arbitrary<Boolean> flags() {
    return Arbitraries.of(true, false);
  }

  private static Arbitrary<Long> numbers() {
    return Arbitraries.oneOf(
        Arbitraries.longs(), Arbitraries.longs().between(Rooms.T0, Rooms.T0 + 100_000));
  }

  private static Arbitrary<String> ids() {
    return Arbitraries.strings().withChars("abz09_@.-").ofMinLength(1).ofMaxLength(128);
  }

  // Half of a surrogate pair has no UTF-8.
  private static String utf8(String text) {
    return text.codePoints()
        .filter(point -> point < Character.MIN_SURROGATE || point > Character.MAX_SURROGATE)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }
}
