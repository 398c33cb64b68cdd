package dev.parley.room.outage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.events.Observation.SdkEventReported;
import dev.parley.events.Payload;
import dev.parley.events.RoomEvent.CaptureStarted;
import dev.parley.events.RoomEvent.CaptureStopped;
import dev.parley.room.http.RelayClient;
import dev.parley.room.http.TopicReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/** A microphone that goes on and off, so that every report is a fact of its own. */
final class Microphone {
  private Microphone() {}

  /** Reports that bob's went on, with odd sequences, or off. */
  static void report(RelayClient client, long sequence) {
    report(client, sequence, "");
  }

  /** The same with something in it that makes it longer. */
  static void report(RelayClient client, long sequence, String more) {
    client.event(
        sequence,
        sequence % 2 == 1 ? "onUserStartAudioCapture" : "onUserStopAudioCapture",
        "{'userId':'bob','more':'%s'}".formatted(more));
  }

  /** The facts that follow from that many reports. */
  static List<String> switches(int reports) {
    return LongStream.rangeClosed(1, reports).mapToObj(i -> i % 2 == 1 ? "on" : "off").toList();
  }

  /** The facts that were told. */
  static List<String> switches(List<Payload> told) {
    List<String> switches = new ArrayList<>();
    for (Payload payload : told) {
      if (payload instanceof CaptureStarted) {
        switches.add("on");
      } else if (payload instanceof CaptureStopped) {
        switches.add("off");
      }
    }
    return switches;
  }

  /** Waits until every report is in Kafka, and what follows from each was told once, in order. */
  static void awaitEachOnce(TopicReader topics, String room, int reports, Duration atMost) {
    await()
        .atMost(atMost)
        .untilAsserted(
            () ->
                assertThat(switches(topics.of(room))).containsExactlyElementsOf(switches(reports)));
    // The reader reads several partitions, and may have the facts before what they follow from.
    await()
        .atMost(atMost)
        .untilAsserted(
            () ->
                assertThat(reported(topics.of(room)))
                    .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, reports).boxed().toList()));
  }

  /** The sequences of the reports that Kafka has, each once. */
  private static List<Long> reported(List<Payload> told) {
    return told.stream()
        .filter(SdkEventReported.class::isInstance)
        .map(event -> ((SdkEventReported) event).observer().sequence())
        .distinct()
        .sorted()
        .toList();
  }
}
