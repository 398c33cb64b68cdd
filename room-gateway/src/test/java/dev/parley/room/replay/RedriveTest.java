package dev.parley.room.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.events.BadRow;
import dev.parley.events.Bytes;
import dev.parley.events.Observation.SdkEventReported;
import dev.parley.events.id.ClientId;
import dev.parley.events.id.UserId;
import dev.parley.room.Rooms;
import dev.parley.room.ingest.CallbackDesk;
import dev.parley.room.ingest.ClientClock;
import dev.parley.room.ingest.ReportTaker;
import dev.parley.room.replay.Redrive.Outcome;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RedriveTest {
  private static final long CAME = Rooms.T0;
  private static final Duration MAX_AGE = Duration.ofHours(6);
  private static final long HOUR = 3_600_000;

  private final Redrive redrive =
      new Redrive(
          List.of(),
          new CallbackDesk(Duration.ofHours(1)),
          new ReportTaker.Limits(32_768, MAX_AGE, Duration.ofSeconds(10)));

  private static Bytes bytes(String text) {
    return Bytes.of(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
  }

  private static BadRow relayed(long clientTimeMillis, Map<String, String> origin) {
    return new BadRow(
        Rooms.APP.value(),
        Rooms.ROOM.value(),
        CAME,
        BadRow.Source.RELAY,
        "unknown_event",
        "The Web SDK has no event of that name.",
        bytes(
            "{'type':'event','sequence':7,'clientTimeMillis':%d,'name':'onUserJoined','arguments':[{'userInfo':{'userId':'bob'}}]}"
                .formatted(clientTimeMillis)),
        false,
        origin);
  }

  private static Map<String, String> from(String client) {
    return Map.of("userId", "alice", "clientId", client);
  }

  private static SdkEventReported reported(Outcome outcome) {
    return (SdkEventReported) ((Outcome.Accepted) outcome).draft().data();
  }

  @Test
  void aReportHasTheTimeThatItWouldHaveHadAtTheDoor() {
    // Given: a client whose clock is an hour behind tells of what it saw two minutes ago
    long sent = CAME - HOUR;
    ReportTaker door =
        new ReportTaker(
            Rooms.KEY,
            new UserId("alice"),
            new ClientId("web-1"),
            new ClientClock(sent, CAME),
            new ReportTaker.Limits(32_768, MAX_AGE, Duration.ofSeconds(10)));
    Map<String, String> origin =
        ((BadRow) door.badRow("unknown_event", "Unknown.", new byte[0], 7L, CAME).data()).origin();

    // When
    SdkEventReported report = reported(redrive.again(relayed(sent - 120_000, origin)));

    // Then
    assertThat(report.eventTimeMillis()).isEqualTo(CAME - 120_000);
    assertThat(report.observer().clientTimeMillis()).isEqualTo(sent - 120_000);
    assertThat(report.observer().sequence()).isEqualTo(7);
  }

  @Test
  void aRowThatDoesNotSayHowTheClockStoodIsTakenAtItsClientsWord() {
    assertThat(reported(redrive.again(relayed(CAME - 120_000, from("web-1")))).eventTimeMillis())
        .isEqualTo(CAME - 120_000);
  }

  @Test
  void whatWasTooOldStillIs() {
    assertThat(redrive.again(relayed(CAME - MAX_AGE.toMillis() - 1, from("web-1"))))
        .isEqualTo(new Outcome.RefusedAgain("too_old"));
    assertThat(redrive.again(relayed(CAME - MAX_AGE.toMillis(), from("web-1"))))
        .isInstanceOf(Outcome.Accepted.class);
  }
}
