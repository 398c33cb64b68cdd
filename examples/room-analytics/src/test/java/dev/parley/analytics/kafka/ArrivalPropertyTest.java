package dev.parley.analytics.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.analytics.Facts;
import dev.parley.analytics.hour.RoomHour;
import dev.parley.events.AgentEvent.Stage;
import dev.parley.events.Payload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

/**
 * The last results do not depend on how late, how often and in which order the events arrive, as
 * long as none is later than the grace.
 */
class ArrivalPropertyTest {
  private static final long NINE = Facts.millis("2026-03-01T09:00:00Z");

  private record Arrival(long atMillis, Payload data) {}

  @Property(tries = 15, shrinking = ShrinkingMode.OFF)
  void lateRepeatedAndReorderedEventsGiveTheSameLastResults(@ForAll long seed) throws IOException {
    // Given
    Random random = new Random(seed);
    List<Payload> told = new ArrayList<>();
    for (String name : List.of("room-1", "room-2")) {
      told.addAll(history(Facts.of(name), random));
    }
    List<Arrival> clean = new ArrayList<>();
    List<Arrival> messy = new ArrayList<>();
    for (Payload data : told) {
      clean.add(new Arrival(data.eventTimeMillis(), data));
      int copies = 1 + random.nextInt(3);
      for (int i = 0; i < copies; i++) {
        messy.add(
            new Arrival(data.eventTimeMillis() + random.nextLong(Job.GRACE.toMillis()), data));
      }
    }

    // When
    Map<String, RoomHour> expected = lastResults(clean, random);
    Map<String, RoomHour> actual = lastResults(messy, random);

    // Then
    assertThat(expected).isNotEmpty();
    assertThat(actual).isEqualTo(expected);
  }

  // No two events of one moment: which of them comes first is the topic's order, and that is what
  // is being shuffled here.
  private static List<Payload> history(Facts room, Random random) {
    List<Payload> all = new ArrayList<>();
    long at = NINE;
    all.add(room.agentRequested(at));
    for (int i = 0; i < 30; i++) {
      at += 1 + random.nextInt(15 * 60_000);
      String user = List.of("ann", "bob", "agent-1").get(random.nextInt(3));
      all.add(
          switch (random.nextInt(8)) {
            case 0, 1 -> room.joined(user, at);
            case 2 -> room.left(user, at);
            case 3 -> room.microphoneOn(user, at);
            case 4 -> room.microphoneOff(user, at);
            case 5 -> room.stage(i, Stage.SPEAKING, at);
            case 6 -> room.stage(i, Stage.FINISHED, at);
            default -> room.round(i, random.nextInt(3_000), random.nextBoolean(), at);
          });
    }
    return all;
  }

  private static Map<String, RoomHour> lastResults(List<Arrival> arrivals, Random random)
      throws IOException {
    List<Arrival> ordered = new ArrayList<>(arrivals);
    ordered.sort(Comparator.comparingLong(Arrival::atMillis));
    Path state = Files.createTempDirectory("room-analytics");
    Map<String, RoomHour> last = new TreeMap<>();
    try (Job job = new Job(state, Instant.ofEpochMilli(NINE))) {
      for (Arrival arrival : ordered) {
        job.write(arrival.data());
        if (random.nextInt(5) == 0) {
          job.tick();
        }
      }
      job.wallClock(Duration.ofHours(24));
      assertThat(job.deadLetters()).isEmpty();
      for (RoomHour result : job.results()) {
        if (result.last()) {
          String hour = result.roomId() + " " + Instant.ofEpochMilli(result.hourStartTimeMillis());
          assertThat(last.put(hour, anyRevision(result)))
              .as("second last result, " + hour)
              .isNull();
        }
      }
    }
    try (Stream<Path> files = Files.walk(state)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
    return last;
  }

  // How often a result was told before depends on when it was told.
  private static RoomHour anyRevision(RoomHour result) {
    return new RoomHour(
        result.appId(),
        result.roomId(),
        result.hourStartTimeMillis(),
        0,
        result.last(),
        result.asOfTimeMillis(),
        result.participants(),
        result.presentMillis(),
        result.talkMillis(),
        result.rounds(),
        result.response());
  }
}
