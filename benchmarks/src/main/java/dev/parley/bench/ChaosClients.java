package dev.parley.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.events.Observation.SdkEventReported;
import dev.parley.events.RoomEvent.CaptureStarted;
import dev.parley.events.RoomEvent.CaptureStopped;
import dev.parley.events.RoomScoped;
import dev.parley.events.Topic;
import dev.parley.stack.StackException;
import dev.parley.stack.client.Api;
import dev.parley.stack.client.RelayClient;
import dev.parley.stack.process.Ports;
import dev.parley.stack.report.Figure;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/**
 * Clients that report while something breaks, one in each of some rooms. Each tells of a microphone
 * that goes on and off, so that every report is a fact of its own.
 */
final class ChaosClients {
  private static final String WATCHED_USER = "bob";
  private static final int ROOMS = 8;
  private static final int EVENTS_PER_ROOM = 1000;
  private static final Duration BETWEEN_EVENTS = Duration.ofMillis(10);
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final ExecutorService THREADS = Executors.newVirtualThreadPerTaskExecutor();

  private final String when;
  private final List<RelayClient> relays = new ArrayList<>();
  private final List<Future<?>> reporting = new ArrayList<>();

  /**
   * Connects all of them.
   *
   * @param when what will happen: names the rooms, and the figures
   */
  ChaosClients(String when, List<URI> gateways, Ports ports) {
    this.when = when;
    for (int room = 0; room < ROOMS; room++) {
      String roomId = when + "-" + room;
      RelayClient relay =
          new RelayClient(gateways, roomId, session(ports, roomId), "client-" + roomId);
      relay.connect();
      relays.add(relay);
    }
  }

  private static String session(Ports ports, String roomId) {
    String bearer =
        Api.text(URI.create("http://localhost:" + ports.issuer() + "/token?user=observer"));
    ObjectNode body = Api.object().put("roomId", roomId);
    JsonNode token =
        Api.call(
                "POST",
                URI.create("http://localhost:" + ports.tokenService() + "/v1/tokens"),
                bearer,
                body,
                Map.of())
            .body();
    return token.path("session").path("token").asText();
  }

  @Override
  public String toString() {
    return ROOMS + " rooms, one client each, " + EVENTS_PER_ROOM + " events per client";
  }

  /** Begins to report. */
  void start() {
    relays.forEach(relay -> reporting.add(THREADS.submit(() -> reportAll(relay))));
  }

  /** Waits until everything is reported and acknowledged. */
  void finish() throws InterruptedException, ExecutionException, TimeoutException {
    for (Future<?> client : reporting) {
      Object unused = client.get(2 * PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }
    relays.forEach(RelayClient::goodbye);
  }

  private static void reportAll(RelayClient relay) {
    ArrayNode arguments = Api.array();
    arguments.add(Api.object().put("userId", WATCHED_USER));
    for (int i = 0; i < EVENTS_PER_ROOM; i++) {
      relay.event(
          i % 2 == 0 ? "onUserStartAudioCapture" : "onUserStopAudioCapture",
          arguments,
          System.currentTimeMillis());
      if (!relay.connected()) {
        connectAgain(relay);
      }
      LockSupport.parkNanos(BETWEEN_EVENTS.toNanos());
    }
    while (!relay.awaitAcknowledged(PATIENCE)) {
      connectAgain(relay);
    }
  }

  private static void connectAgain(RelayClient relay) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        relay.connect();
        return;
      } catch (StackException e) {
        if (System.nanoTime() > deadline) {
          throw e;
        }
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(250));
      }
    }
  }

  /** Broken connections and refusals, as the clients saw them; there must be none. */
  Figure errorsSeen() {
    long errors =
        relays.stream()
            .mapToLong(relay -> relay.connections() - 1 + (relay.problem() == null ? 0 : 1))
            .sum();
    return Figure.mustBe(0, figure("errors seen by clients"), errors, "errors");
  }

  private String figure(String what) {
    return when.replace('-', ' ') + ": " + what;
  }

  /** What Kafka has of it. */
  List<Figure> count(String bootstrapServers) {
    long acknowledged = relays.stream().mapToLong(RelayClient::acknowledged).sum();
    long expected = (long) ROOMS * EVENTS_PER_ROOM;
    Set<String> stored = new HashSet<>();
    Map<String, List<Boolean>> facts = new HashMap<>();
    long[] doubledObservations = {0};
    TopicScan.untilSettled(
        bootstrapServers,
        List.of(Topic.ROOM_OBSERVATIONS, Topic.ROOM_EVENTS),
        payload -> {
          if (!(payload instanceof RoomScoped scoped)
              || !scoped.roomId().value().startsWith(when)) {
            return;
          }
          switch (payload) {
            case SdkEventReported event -> {
              String report = event.roomId() + "#" + event.observer().sequence();
              if (!stored.add(report)) {
                doubledObservations[0]++;
              }
            }
            case CaptureStarted started -> add(facts, started, true);
            case CaptureStopped stopped -> add(facts, stopped, false);
            default -> {
              // Joins, leaves and connections are not what is counted.
            }
          }
        });
    long told = facts.values().stream().mapToLong(List::size).sum();
    long outOfOrder = facts.values().stream().mapToLong(ChaosClients::repeats).sum();
    return List.of(
        Figure.mustBe(expected, figure("events acknowledged"), acknowledged, "events"),
        Figure.mustBe(
            0, figure("acknowledged events lost"), acknowledged - stored.size(), "events"),
        Figure.mustBe(expected, figure("facts told"), told, "facts"),
        Figure.mustBe(0, figure("facts doubled or missing"), Math.abs(told - expected), "facts"),
        Figure.mustBe(0, figure("facts out of order"), outOfOrder, "facts"),
        Figure.count(
            figure("reports stored again, with the same id"), doubledObservations[0], "records"));
  }

  private static void add(Map<String, List<Boolean>> facts, RoomScoped fact, boolean on) {
    facts.computeIfAbsent(fact.roomId().value(), room -> new ArrayList<>()).add(on);
  }

  // On and off take turns in truth, so two of a kind in a row are one out of order, lost or
  // doubled.
  private static long repeats(List<Boolean> told) {
    long repeats = 0;
    for (int i = 1; i < told.size(); i++) {
      if (told.get(i).equals(told.get(i - 1))) {
        repeats++;
      }
    }
    return repeats;
  }
}
