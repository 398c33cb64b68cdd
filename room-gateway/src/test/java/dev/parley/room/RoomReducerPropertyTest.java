package dev.parley.room;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.events.Observation;
import dev.parley.events.RoomEvent;
import dev.parley.events.RoomEvent.CaptureStarted;
import dev.parley.events.RoomEvent.CaptureStopped;
import dev.parley.events.RoomEvent.ConnectionChanged;
import dev.parley.events.RoomEvent.ErrorReported;
import dev.parley.events.RoomEvent.MediaType;
import dev.parley.events.RoomEvent.RoomClosed;
import dev.parley.events.RoomEvent.RoomOpened;
import dev.parley.events.RoomEvent.StreamPublished;
import dev.parley.events.RoomEvent.StreamUnpublished;
import dev.parley.events.RoomEvent.TokenExpired;
import dev.parley.events.RoomEvent.TokenExpiryAnnounced;
import dev.parley.events.RoomEvent.UserJoined;
import dev.parley.events.RoomEvent.UserLeft;
import dev.parley.events.RoomMessage;
import dev.parley.events.RoomState;
import dev.parley.events.codec.Envelope;
import dev.parley.room.Rooms.Run;
import dev.parley.room.TrueHistory.Change;
import dev.parley.room.TrueHistory.Drops;
import dev.parley.room.TrueHistory.What;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;

/**
 * The facts are what truly happened, as far as it can be known (the module's README says how far).
 */
class RoomReducerPropertyTest {
  // How far the time of a fact may be from the truth: the clock tolerance.
  private static final long NEAR = 5_000;

  @Property(tries = 1_000)
  void theFactsAreTheTrueHistory(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 8) int observers,
      @ForAll @IntRange(min = 1, max = 4) int users,
      @ForAll @IntRange(min = 1, max = 40) int steps,
      @ForAll boolean webhooks) {
    // Given
    TrueHistory history =
        TrueHistory.random(seed, observers, users, steps, webhooks, Drops.WHOLE_BURSTS);

    // When
    Run run = reduced(history);

    // Then
    assertTrue(history, run);
  }

  @Property(tries = 500)
  void whereClientsTellDifferentPartsPresenceIsTrue(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 8) int observers,
      @ForAll @IntRange(min = 1, max = 4) int users,
      @ForAll @IntRange(min = 1, max = 40) int steps,
      @ForAll boolean webhooks) {
    // Given
    TrueHistory history =
        TrueHistory.random(seed, observers, users, steps, webhooks, Drops.SINGLE_REPORTS);

    // When
    Run run = reduced(history);

    // Then
    assertThat(presence(told(run))).as(history::toString).isEqualTo(presence(history.known()));
    assertTimesAgree(history, run);
    assertMessages(history, run);
  }

  private static Map<String, List<Boolean>> presence(Map<String, List<Change>> stories) {
    Map<String, List<Boolean>> presence = directions(stories);
    presence.keySet().removeIf(thing -> !thing.endsWith(" " + What.USER));
    return presence;
  }

  @Property(tries = 600)
  void whereClientsAloneTellTheOrderMakesSenseToo(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 8) int observers,
      @ForAll @IntRange(min = 1, max = 4) int users,
      @ForAll @IntRange(min = 1, max = 40) int steps,
      @ForAll boolean wholeBurstsDropped) {
    // Given
    Drops drops = wholeBurstsDropped ? Drops.WHOLE_BURSTS : Drops.NOTHING;
    TrueHistory history = TrueHistory.random(seed, observers, users, steps, false, drops);

    // When
    Run run = reduced(history);

    // Then
    assertTrue(history, run);
    List<RoomEvent> inTheOrderTold = run.told(RoomEvent.class);
    assertOrderMakesSense(inTheOrderTold, history);
    assertOrderMakesSense(byTime(inTheOrderTold), history);
  }

  @Property(tries = 300)
  void timeAlwaysGoesOn(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 4) int observers,
      @ForAll @IntRange(min = 1, max = 4) int users,
      @ForAll @IntRange(min = 1, max = 40) int steps,
      @ForAll @IntRange(min = 1, max = 100) int percentSeen) {
    // Given: a history whose end nobody told of
    RoomReducer reducer = new RoomReducer(ReducerRules.defaults());
    TrueHistory history = TrueHistory.random(seed, observers, users, steps, true, Drops.NOTHING);
    List<Envelope<Observation>> arrivals = history.arrivals();
    Run run = new Run();
    arrivals.subList(0, Math.max(1, arrivals.size() * percentSeen / 100)).forEach(run::see);
    RoomMemory memory = run.memory();

    // When
    while (!memory.equals(RoomMemory.EMPTY)) {
      long now = reducer.nextDeadline(memory);
      RoomMemory after = reducer.advance(memory, Rooms.KEY, now).memory();

      // Then
      assertThat(reducer.nextDeadline(after) > now || !after.equals(memory))
          .as(history::toString)
          .isTrue();
      memory = after;
    }
  }

  private static Run reduced(TrueHistory history) {
    Run run = new Run();
    history.arrivals().forEach(run::see);
    return run;
  }

  private static void assertTrue(TrueHistory history, Run run) {
    Map<String, List<Change>> told = told(run);
    Map<String, List<Change>> known = history.known();
    assertThat(directions(told)).as(history::toString).isEqualTo(directions(known));
    known.forEach(
        (thing, changes) -> {
          for (int i = 0; i < changes.size(); i++) {
            assertThat(told.getOrDefault(thing, List.of()).get(i).atMillis())
                .as(() -> thing + " " + changes + "\n" + history)
                .isBetween(changes.get(i).atMillis() - NEAR, changes.get(i).atMillis() + NEAR);
          }
        });
    assertTimesAgree(history, run);
    assertMessages(history, run);
    assertThat(connectionStates(run, history)).isEqualTo(history.connectionStates());
    assertThat(run.told(RoomOpened.class)).hasSize(1);
    assertThat(run.told(RoomEvent.class)).last().isInstanceOf(RoomClosed.class);
    assertThat(run.told(RoomClosed.class)).hasSize(1);
    assertThat(run.told(RoomState.class)).last().extracting(RoomState::open).isEqualTo(false);
    assertThat(run.facts()).extracting(Fact::id).doesNotHaveDuplicates();
  }

  private static void assertMessages(TrueHistory history, Run run) {
    assertThat(run.told(RoomMessage.class))
        .extracting(message -> message.senderUserId() + " " + message.frame().toBase64())
        .containsExactlyInAnyOrderElementsOf(
            history.messages().stream()
                .map(sent -> sent.sender() + " " + Rooms.frame("mark", sent.text()).toBase64())
                .toList());
  }

  private static Map<String, List<Integer>> connectionStates(Run run, TrueHistory history) {
    Map<String, List<Integer>> states = new LinkedHashMap<>();
    for (int i = 0; i < history.observers(); i++) {
      states.put("observer" + i, new ArrayList<>());
    }
    for (ConnectionChanged changed : run.told(ConnectionChanged.class)) {
      states
          .getOrDefault(changed.userId().value(), new ArrayList<>())
          .add(
              switch (changed.state()) {
                case STARTED -> 0;
                case DISCONNECTED -> 1;
                case CONNECTING -> 2;
                case CONNECTED -> 3;
                case RECONNECTING -> 4;
                case RECONNECTED -> 5;
                case LOST -> 6;
              });
    }
    return states;
  }

  private static Map<String, List<Change>> told(Run run) {
    Map<String, List<Change>> told = new LinkedHashMap<>();
    for (RoomEvent event : run.told(RoomEvent.class)) {
      Told fact = Told.of(event);
      Boolean on = fact.on();
      if (on != null && !fact.user().startsWith("observer")) {
        told.computeIfAbsent(fact.thing(), unused -> new ArrayList<>())
            .add(new Change(event.eventTimeMillis(), on));
      }
    }
    return told;
  }

  private static Map<String, List<Boolean>> directions(Map<String, List<Change>> stories) {
    Map<String, List<Boolean>> directions = new LinkedHashMap<>();
    stories.forEach(
        (thing, changes) -> directions.put(thing, changes.stream().map(Change::on).toList()));
    return directions;
  }

  // What is told late, because the webhooks ran ahead, comes after its visit's leave, but has a
  // time
  // within the visit. Everything else has no time before that of what was told before.
  private static void assertTimesAgree(TrueHistory history, Run run) {
    Map<String, List<Change>> told = new LinkedHashMap<>();
    for (RoomEvent event : run.told(RoomEvent.class)) {
      Told fact = Told.of(event);
      Boolean on = fact.on();
      if (on != null) {
        told.computeIfAbsent(fact.thing(), unused -> new ArrayList<>())
            .add(new Change(event.eventTimeMillis(), on));
      }
    }
    long openedMillis = run.told(RoomOpened.class).get(0).eventTimeMillis();
    long closedMillis =
        run.told(RoomClosed.class).stream()
            .mapToLong(RoomClosed::eventTimeMillis)
            .max()
            .orElseThrow();
    told.forEach(
        (thing, changes) -> {
          assertThat(changes)
              .as(() -> thing + "\n" + history)
              .isSortedAccordingTo(Comparator.comparingLong(Change::atMillis));
          String user = thing.substring(0, thing.indexOf(' '));
          List<Change> presence = told.getOrDefault(user + " " + What.USER, List.of());
          for (Change change : changes) {
            assertThat(change.atMillis())
                .as(() -> thing + "\n" + history)
                .isBetween(openedMillis, closedMillis);
            assertThat(isThere(presence, change.atMillis()))
                .as(() -> thing + " " + change + " " + presence + "\n" + history)
                .isTrue();
          }
        });
  }

  private static boolean isThere(List<Change> presence, long atMillis) {
    for (int i = 0; i < presence.size(); i += 2) {
      long until = i + 1 < presence.size() ? presence.get(i + 1).atMillis() : Long.MAX_VALUE;
      if (presence.get(i).atMillis() <= atMillis && atMillis <= until) {
        return true;
      }
    }
    return false;
  }

  private static List<RoomEvent> byTime(List<RoomEvent> events) {
    // Of the same time, the one that was told first comes first.
    return events.stream().sorted(Comparator.comparingLong(RoomEvent::eventTimeMillis)).toList();
  }

  private static void assertOrderMakesSense(List<RoomEvent> events, TrueHistory history) {
    boolean open = false;
    Set<String> here = new HashSet<>();
    Set<String> sending = new HashSet<>();
    for (RoomEvent event : events) {
      Told fact = Told.of(event);
      Boolean on = fact.on();
      if (event instanceof RoomOpened) {
        assertThat(open).isFalse();
        open = true;
      } else if (event instanceof RoomClosed) {
        assertThat(open).isTrue();
        assertThat(here).as(history::toString).isEmpty();
        open = false;
      } else if (event instanceof UserJoined) {
        assertThat(open).as(history::toString).isTrue();
        assertThat(here.add(fact.user())).as(history::toString).isTrue();
      } else if (event instanceof UserLeft) {
        assertThat(here.remove(fact.user())).as(history::toString).isTrue();
        assertThat(sending)
            .as(history::toString)
            .noneMatch(thing -> thing.startsWith(fact.user() + " "));
      } else if (on != null && on) {
        assertThat(here).as(history::toString).contains(fact.user());
        assertThat(sending.add(fact.thing())).as(history::toString).isTrue();
      } else if (on != null) {
        assertThat(sending.remove(fact.thing())).as(history::toString).isTrue();
      }
    }
    assertThat(open).as(history::toString).isFalse();
  }

  /** What a fact says of which thing; null where it says neither on nor off. */
  private record Told(String user, What what, @Nullable Boolean on) {
    String thing() {
      return user + " " + what;
    }

    static Told of(RoomEvent event) {
      return switch (event) {
        case RoomOpened e -> new Told("room", What.USER, null);
        case RoomClosed e -> new Told("room", What.USER, null);
        case UserJoined e -> new Told(e.userId().value(), What.USER, true);
        case UserLeft e -> new Told(e.userId().value(), What.USER, false);
        case StreamPublished e ->
            new Told(e.userId().value(), stream(e.mediaType(), e.screen()), true);
        case StreamUnpublished e ->
            new Told(e.userId().value(), stream(e.mediaType(), e.screen()), false);
        case CaptureStarted e -> new Told(e.userId().value(), device(e.mediaType()), true);
        case CaptureStopped e -> new Told(e.userId().value(), device(e.mediaType()), false);
        case ConnectionChanged e -> new Told(e.userId().value(), What.USER, null);
        case TokenExpiryAnnounced e -> new Told(e.userId().value(), What.USER, null);
        case TokenExpired e -> new Told(e.userId().value(), What.USER, null);
        case ErrorReported e -> new Told(e.userId().value(), What.USER, null);
      };
    }

    private static What stream(MediaType mediaType, boolean screen) {
      return screen ? What.SCREEN : mediaType == MediaType.AUDIO ? What.AUDIO : What.VIDEO;
    }

    private static What device(MediaType mediaType) {
      return mediaType == MediaType.AUDIO ? What.MICROPHONE : What.CAMERA;
    }
  }
}
