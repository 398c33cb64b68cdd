package dev.parley.room.ingest;

import dev.parley.events.id.RoomId;
import dev.parley.kit.kafka.EventPublisher.Draft;
import dev.parley.kit.session.Role;
import dev.parley.kit.session.Session;
import dev.parley.room.Rooms;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** Connections of the relay with surroundings by hand. */
final class TestRelay {
  /** Of user alice, whose session is good for 900 s. */
  static final String HELLO =
      "{\"type\":\"hello\",\"token\":\"alice:900\",\"clientId\":\"web-1\",\"clientTimeMillis\":%d}"
          .formatted(Rooms.T0);

  /** The example of the W3C recommendation. */
  static final String TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

  private TestRelay() {}

  static RelayConnection connection(
      FakeLink link, Function<Draft, CompletionStage<Void>> publisher, int maxUnacknowledged) {
    return connection(link, publisher, maxUnacknowledged, new AcknowledgedSequences(10));
  }

  /** At a gateway that remembers those sequences. */
  static RelayConnection connection(
      FakeLink link,
      Function<Draft, CompletionStage<Void>> publisher,
      int maxUnacknowledged,
      AcknowledgedSequences acknowledged) {
    return new RelayConnection(
        new RoomId("Room123"),
        "connection-1",
        TRACE,
        link,
        new RelayConnection.Settings(
            Duration.ofSeconds(10),
            Duration.ofSeconds(15),
            Duration.ofSeconds(45),
            Duration.ofSeconds(1),
            Duration.ofMinutes(10),
            maxUnacknowledged,
            Duration.ofMinutes(1),
            Duration.ofSeconds(3),
            new ReportTaker.Limits(32_768, Duration.ofHours(6), Duration.ofSeconds(10))),
        new RelayConnection.Surroundings(TestRelay::verify, publisher, acknowledged, link),
        () -> {});
  }

  // Tokens of the form user:seconds, good for so long from the beginning of the test.
  private static CompletionStage<VerifiedSession> verify(String token) {
    String[] parts = token.split(":", 2);
    return parts.length == 2 && parts[1].matches("[0-9]{1,9}")
        ? CompletableFuture.completedFuture(
            new VerifiedSession(
                new Session(Rooms.APP, Rooms.ROOM, parts[0], Role.PARTICIPANT),
                Instant.ofEpochMilli(Rooms.T0).plusSeconds(Long.parseLong(parts[1]))))
        : CompletableFuture.failedFuture(new IllegalArgumentException("does not verify"));
  }
}
