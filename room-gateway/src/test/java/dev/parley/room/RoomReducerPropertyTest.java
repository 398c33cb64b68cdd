package dev.parley.room;

import static dev.parley.room.Rooms.T0;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.events.Observation;
import dev.parley.events.RoomEvent;
import dev.parley.events.RoomEvent.CaptureStarted;
import dev.parley.events.RoomEvent.CaptureStopped;
import dev.parley.events.RoomEvent.RoomClosed;
import dev.parley.events.RoomEvent.RoomOpened;
import dev.parley.events.RoomEvent.StreamPublished;
import dev.parley.events.RoomEvent.StreamUnpublished;
import dev.parley.events.RoomEvent.UserJoined;
import dev.parley.events.RoomEvent.UserLeft;
import dev.parley.events.codec.Envelope;
import dev.parley.room.Rooms.Run;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/**
 * Random true histories of a room, seen by 1 to 8 clients with clocks that are off by up to a
 * second, whose reports arrive late and repeated, in any order between the clients, with webhooks
 * (repeated, overtaking each other) or without.
 */
class RoomReducerPropertyTest {
  private static final long MAX_SKEW = 1_000;

  private record Change(long at, String subject, String what, boolean on) {}

  /** What happened: users come and go; those who are there send and stop sending. */
  private static List<Change> history(Random random, int users, int changes) {
    List<Change> history = new ArrayList<>();
    Map<String, Boolean> here = new LinkedHashMap<>();
    Map<String, Set<String>> sending = new LinkedHashMap<>();
    long at = T0 + 60_000;
    for (int i = 0; i < changes; i++) {
      // Far enough apart for clocks that are off by a second.
      at += random.nextLong(5_000, 65_000);
      String user = "u" + random.nextInt(users);
      if (!here.getOrDefault(user, false)) {
        here.put(user, true);
        sending.put(user, new HashSet<>());
        history.add(new Change(at, user, "user", true));
      } else if (random.nextInt(3) == 0) {
        here.put(user, false);
        history.add(new Change(at, user, "user", false));
      } else {
        String what = List.of("audio", "video", "mic").get(random.nextInt(3));
        Set<String> sends = sending.computeIfAbsent(user, unused -> new HashSet<>());
        boolean on = sends.add(what);
        if (!on) {
          sends.remove(what);
        }
        history.add(new Change(at, user, what, on));
      }
    }
    return history;
  }

  private static Observation report(Change change, String observer, long sequence, long skew) {
    long at = change.at() + skew;
    String user = change.subject();
    return switch (change.what()) {
      case "user" ->
          change.on()
              ? Rooms.joined(observer, sequence, at, user)
              : Rooms.left(observer, sequence, at, user);
      case "mic" ->
          Rooms.sdk(
              observer,
              sequence,
              at,
              change.on() ? "onUserStartAudioCapture" : "onUserStopAudioCapture",
              "{'userId':'" + user + "'}");
      default ->
          Rooms.sdk(
              observer,
              sequence,
              at,
              change.on() ? "onUserPublishStream" : "onUserUnpublishStream",
              "{'userId':'%s','mediaType':%d,'reason':0}"
                  .formatted(user, change.what().equals("audio") ? 1 : 2));
    };
  }

  private static List<Envelope<Observation>> seenBy(
      List<Change> history, String observer, long skew, Random random) {
    List<Envelope<Observation>> seen = new ArrayList<>();
    long sequence = 0;
    for (Change change : history) {
      Observation report = report(change, observer, ++sequence, skew);
      seen.add(Rooms.envelope(report, T0 + 120_000));
      // Sent again after a reconnect: this report and some before it.
      if (random.nextInt(5) == 0) {
        int from = Math.max(0, seen.size() - 1 - random.nextInt(3));
        seen.addAll(List.copyOf(seen.subList(from, seen.size())));
      }
    }
    return seen;
  }

  private static List<Envelope<Observation>> webhooks(List<Change> history, Random random) {
    List<Envelope<Observation>> sent = new ArrayList<>();
    for (Change change : history) {
      if (change.what().equals("user")) {
        Envelope<Observation> webhook =
            Rooms.envelope(
                Rooms.webhook(
                    "e" + sent.size() + change.at(),
                    change.on() ? "UserJoinRoom" : "UserLeaveRoom",
                    change.at(),
                    "{'UserId':'" + change.subject() + "','Reason':'userLeave'}"),
                T0 + 120_000);
        sent.add(webhook);
        if (random.nextInt(4) == 0) {
          sent.add(webhook);
        }
      }
    }
    // A retried webhook is overtaken by its successor.
    for (int i = 1; i < sent.size(); i++) {
      if (random.nextInt(4) == 0) {
        sent.add(i - 1, sent.remove(i));
        i++;
      }
    }
    return sent;
  }

  private static List<Envelope<Observation>> merged(
      List<List<Envelope<Observation>>> sources, Random random) {
    List<Deque<Envelope<Observation>>> queues = new ArrayList<>();
    sources.forEach(source -> queues.add(new ArrayDeque<>(source)));
    List<Envelope<Observation>> all = new ArrayList<>();
    while (queues.removeIf(Deque::isEmpty) || !queues.isEmpty()) {
      if (queues.isEmpty()) {
        break;
      }
      // Stays with one source for a while: others are late by that much.
      Deque<Envelope<Observation>> source = queues.get(random.nextInt(queues.size()));
      for (int i = random.nextInt(6); i >= 0 && !source.isEmpty(); i--) {
        all.add(source.remove());
      }
    }
    return all;
  }

  private static Run reduced(int observers, List<Envelope<Observation>> reports) {
    Run run = new Run();
    for (int i = 0; i < observers; i++) {
      run.see(Rooms.opened("observer" + i, T0, "c" + i), T0);
    }
    reports.forEach(run::see);
    return run;
  }

  /** What is told of each thing, in order: the story, without times and witnesses. */
  private static Map<String, List<String>> stories(Run run) {
    Map<String, List<String>> stories = new LinkedHashMap<>();
    for (Fact fact : run.facts()) {
      if (fact.data() instanceof RoomEvent event) {
        String[] story = story(event);
        if (!story[0].startsWith("observer")) {
          stories.computeIfAbsent(story[0], unused -> new ArrayList<>()).add(story[1]);
        }
      }
    }
    return stories;
  }

  private static String[] story(RoomEvent event) {
    return switch (event) {
      case RoomOpened opened -> new String[] {"observer room", "opened"};
      case RoomClosed closed -> new String[] {"observer room", "closed"};
      case UserJoined joined -> new String[] {joined.userId().value(), "on"};
      case UserLeft left -> new String[] {left.userId().value(), "off"};
      case StreamPublished on ->
          new String[] {on.userId() + " " + on.mediaType() + on.screen(), "on"};
      case StreamUnpublished off ->
          new String[] {off.userId() + " " + off.mediaType() + off.screen(), "off"};
      case CaptureStarted on -> new String[] {on.userId() + " capture " + on.mediaType(), "on"};
      case CaptureStopped off -> new String[] {off.userId() + " capture " + off.mediaType(), "off"};
      case RoomEvent.ConnectionChanged e -> new String[] {"observer", "connection"};
      case RoomEvent.TokenExpiryAnnounced e -> new String[] {"observer", "token"};
      case RoomEvent.TokenExpired e -> new String[] {"observer", "token"};
      case RoomEvent.ErrorReported e -> new String[] {"observer", "error"};
    };
  }

  @Property(tries = 500)
  void manySourcesTellTheStoryOfTheCleanHistory(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 8) int observers,
      @ForAll @IntRange(min = 1, max = 4) int users,
      @ForAll @IntRange(min = 1, max = 40) int changes,
      @ForAll boolean withWebhooks) {
    // Given
    Random random = new Random(seed);
    List<Change> history = history(random, users, changes);
    List<Envelope<Observation>> clean = new ArrayList<>();
    long sequence = 0;
    for (Change change : history) {
      clean.add(Rooms.envelope(report(change, "observer0", ++sequence, 0), T0 + 120_000));
    }
    List<List<Envelope<Observation>>> sources = new ArrayList<>();
    for (int i = 0; i < observers; i++) {
      long skew = random.nextLong(-MAX_SKEW, MAX_SKEW + 1);
      sources.add(seenBy(history, "observer" + i, skew, random));
    }
    if (withWebhooks) {
      sources.add(webhooks(history, random));
    }

    // When
    Run run = reduced(observers, merged(sources, random));

    // Then
    assertThat(stories(run)).isEqualTo(stories(reduced(1, clean)));
    assertThat(run.facts()).extracting(Fact::id).doesNotHaveDuplicates();
    if (!withWebhooks) {
      // Webhooks know nothing of streams: where they run ahead of the clients, streams come late.
      assertOrderMakesSense(run);
    }
  }

  private static void assertOrderMakesSense(Run run) {
    boolean open = false;
    Set<String> here = new HashSet<>();
    Set<String> sending = new HashSet<>();
    for (RoomEvent event : run.told(RoomEvent.class)) {
      switch (event) {
        case RoomOpened opened -> {
          assertThat(open).isFalse();
          open = true;
        }
        case RoomClosed closed -> {
          assertThat(open).isTrue();
          assertThat(here).isEmpty();
          open = false;
        }
        case UserJoined joined -> {
          assertThat(open).isTrue();
          assertThat(here.add(joined.userId().value())).isTrue();
        }
        case UserLeft left -> {
          assertThat(here.remove(left.userId().value())).isTrue();
          assertThat(sending).noneMatch(s -> s.startsWith(left.userId() + " "));
        }
        case StreamPublished on -> {
          assertThat(here).contains(on.userId().value());
          assertThat(sending.add(story(on)[0])).isTrue();
        }
        case StreamUnpublished off -> assertThat(sending.remove(story(off)[0])).isTrue();
        case CaptureStarted on -> {
          assertThat(here).contains(on.userId().value());
          assertThat(sending.add(story(on)[0])).isTrue();
        }
        case CaptureStopped off -> assertThat(sending.remove(story(off)[0])).isTrue();
        case RoomEvent.ConnectionChanged e -> {}
        case RoomEvent.TokenExpiryAnnounced e -> {}
        case RoomEvent.TokenExpired e -> {}
        case RoomEvent.ErrorReported e -> {}
      }
    }
  }
}
