package dev.parley.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.events.Observation.SdkEventReported;
import dev.parley.events.RoomEvent.CaptureStarted;
import dev.parley.events.RoomEvent.CaptureStopped;
import dev.parley.events.RoomScoped;
import dev.parley.events.Topic;
import dev.parley.stack.Console;
import dev.parley.stack.StackException;
import dev.parley.stack.client.Api;
import dev.parley.stack.client.RelayClient;
import dev.parley.stack.process.LocalStack;
import dev.parley.stack.process.Ports;
import dev.parley.stack.process.StackFolder;
import dev.parley.stack.report.Figure;
import dev.parley.stack.report.Report;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Kills the gateway while clients relay, starts it again, and counts what was lost or told twice.
 * Each client reports a microphone that goes on and off, so that every report is a fact of its own.
 */
final class GatewayChaos implements Measurement {
  private static final String GATEWAY = "room-gateway";
  private static final String WATCHED_USER = "bob";
  private static final int ROOMS = 8;
  private static final int EVENTS_PER_ROOM = 1000;
  private static final Duration BETWEEN_EVENTS = Duration.ofMillis(10);
  private static final Duration BEFORE_THE_KILL = Duration.ofSeconds(3);
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  @Override
  public String name() {
    return "gateway";
  }

  @Override
  public String about() {
    return "kill -9 of the gateway under load; acknowledged events lost, facts doubled";
  }

  @Override
  public Report run(StackFolder folder, Console console) throws Exception {
    Ports ports = new Ports(Ports.DEFAULT_BASE + 3000).orNextFree();
    try (LocalStack stack = LocalStack.start(folder.apart("chaos-gateway"), ports, true, console);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      console.line(
          "  " + ROOMS + " rooms, one client each, " + EVENTS_PER_ROOM + " events per client");
      List<Future<RelayClient>> clients = new ArrayList<>();
      for (int room = 0; room < ROOMS; room++) {
        clients.add(threads.submit(client(ports, "chaos-" + room)));
      }
      LockSupport.parkNanos(BEFORE_THE_KILL.toNanos());
      long killed = System.nanoTime();
      stack.kill(GATEWAY);
      console.line("  killed the gateway");
      stack.startAgain(GATEWAY);
      Duration away = Duration.ofNanos(System.nanoTime() - killed);
      long acknowledged = 0;
      for (Future<RelayClient> client : clients) {
        acknowledged += client.get(PATIENCE.toSeconds(), TimeUnit.SECONDS).acknowledged();
      }
      console.line("  every client has its acknowledgements; counting");
      return count(ports, acknowledged, away);
    }
  }

  private static Callable<RelayClient> client(Ports ports, String roomId) {
    return () -> {
      RelayClient relay =
          new RelayClient(
              URI.create("ws://localhost:" + ports.roomGateway()),
              roomId,
              session(ports, roomId),
              "client-" + roomId);
      relay.connect();
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
      return relay;
    };
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

  private Report count(Ports ports, long acknowledged, Duration away) {
    long expected = (long) ROOMS * EVENTS_PER_ROOM;
    Set<String> stored = new HashSet<>();
    Map<String, List<Boolean>> facts = new HashMap<>();
    long[] doubledObservations = {0};
    TopicScan.untilSettled(
        "localhost:" + ports.kafka(),
        List.of(Topic.ROOM_OBSERVATIONS, Topic.ROOM_EVENTS),
        payload -> {
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
    long outOfOrder = facts.values().stream().mapToLong(GatewayChaos::repeats).sum();
    return new Report(
        name(),
        List.of(
            Figure.count("events acknowledged", acknowledged, "events"),
            Figure.count("acknowledged events lost", acknowledged - stored.size(), "events"),
            Figure.count("reports stored more than once", doubledObservations[0], "records"),
            new Figure("facts told", (double) told, "facts", (double) expected),
            Figure.count("facts missing", Math.max(0, expected - told), "facts"),
            Figure.count("facts doubled", Math.max(0, told - expected), "facts"),
            Figure.count("facts out of order", outOfOrder, "facts"),
            Figure.of("gateway away", away.toMillis() / 1000.0, "s")));
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
