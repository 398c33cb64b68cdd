package dev.parley.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.events.Observation.SdkEventReported;
import dev.parley.events.RoomEvent;
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
import java.util.stream.IntStream;

/**
 * Clients that report while something breaks: in each of some rooms two, who both tell all that
 * happens. Users come, switch their microphones on and off, and go, one after the other: every
 * change is a fact of its own, and is reported twice.
 */
final class ChaosClients {
  private static final int ROOMS = 8;
  private static final int OBSERVERS = 2;
  private static final int USERS = 20;
  private static final int SWITCHED = 24;
  private static final int EVENTS_PER_CLIENT = USERS * (1 + 2 * SWITCHED + 1);
  private static final Duration BETWEEN_EVENTS = Duration.ofMillis(10);
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final ExecutorService THREADS = Executors.newVirtualThreadPerTaskExecutor();

  private final String when;
  private final List<Room> rooms = new ArrayList<>();
  private final List<Future<?>> reporting = new ArrayList<>();

  /** What happens to a user. */
  private enum Change {
    JOINS("onUserJoined"),
    SWITCHES_ON("onUserStartAudioCapture"),
    SWITCHES_OFF("onUserStopAudioCapture"),
    LEAVES("onUserLeave");

    private final String sdkEvent;

    Change(String sdkEvent) {
      this.sdkEvent = sdkEvent;
    }
  }

  /** A room with all its observers, who hear of everything at the same moment. */
  private static final class Room {
    private final List<RelayClient> relays = new ArrayList<>();
    private volatile boolean over;

    private void live() {
      happens(Change.JOINS);
      for (int i = 0; i < SWITCHED; i++) {
        happens(Change.SWITCHES_ON);
        happens(Change.SWITCHES_OFF);
      }
      happens(Change.LEAVES);
      over = true;
    }

    private void happens(Change change) {
      for (int user = 0; user < USERS; user++) {
        ObjectNode argument = Api.object();
        switch (change) {
          case JOINS -> argument.putObject("userInfo").put("userId", user(user));
          case LEAVES -> argument.put("reason", 0).putObject("userInfo").put("userId", user(user));
          case SWITCHES_ON, SWITCHES_OFF -> argument.put("userId", user(user));
        }
        long now = System.currentTimeMillis();
        for (RelayClient relay : relays) {
          relay.event(change.sdkEvent, Api.array().add(argument), now);
        }
        LockSupport.parkNanos(BETWEEN_EVENTS.toNanos());
      }
    }

    // Apart from what happens: that goes on while a client has no connection.
    private void keepConnected(RelayClient relay) {
      while (!over) {
        if (!relay.connected()) {
          connectAgain(relay);
        }
        LockSupport.parkNanos(BETWEEN_EVENTS.toNanos());
      }
      while (!relay.awaitAcknowledged(PATIENCE)) {
        connectAgain(relay);
      }
    }
  }

  /**
   * Connects all of them.
   *
   * @param when what will happen: names the rooms, and the figures
   */
  ChaosClients(String when, List<URI> gateways, Ports ports) {
    this.when = when;
    for (int i = 0; i < ROOMS; i++) {
      Room room = new Room();
      for (int observer = 0; observer < OBSERVERS; observer++) {
        RelayClient relay =
            new RelayClient(
                gateways,
                roomId(i),
                session(ports, roomId(i), observer(observer)),
                observer(observer));
        relay.connect();
        room.relays.add(relay);
      }
      rooms.add(room);
    }
  }

  private String roomId(int room) {
    return when + "-" + room;
  }

  private static String observer(int observer) {
    return "observer-" + observer;
  }

  private static String user(int user) {
    return "user-" + user;
  }

  /** A session of a user of the room. */
  static String session(Ports ports, String roomId, String userId) {
    String bearer =
        Api.text(URI.create("http://localhost:" + ports.issuer() + "/token?user=" + userId));
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
    return ROOMS
        + " rooms, "
        + OBSERVERS
        + " clients each, who both report the same "
        + EVENTS_PER_CLIENT
        + " events";
  }

  /** Begins to report. */
  void start() {
    for (Room room : rooms) {
      reporting.add(THREADS.submit(room::live));
      room.relays.forEach(relay -> reporting.add(THREADS.submit(() -> room.keepConnected(relay))));
    }
  }

  /** Waits until everything is reported and acknowledged, and says goodbye. */
  void finish() throws InterruptedException, ExecutionException, TimeoutException {
    for (Future<?> each : reporting) {
      Object unused = each.get(2 * PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }
    relays().forEach(RelayClient::goodbye);
  }

  private List<RelayClient> relays() {
    return rooms.stream().flatMap(room -> room.relays.stream()).toList();
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
        relays().stream()
            .mapToLong(relay -> relay.connections() - 1 + (relay.problem() == null ? 0 : 1))
            .sum();
    return Figure.mustBe(0, figure("errors seen by clients"), errors, "errors");
  }

  private String figure(String what) {
    return when.replace('-', ' ') + ": " + what;
  }

  /** What Kafka has of it. */
  List<Figure> count(String bootstrapServers) {
    long acknowledged = relays().stream().mapToLong(RelayClient::acknowledged).sum();
    long expected = (long) ROOMS * OBSERVERS * EVENTS_PER_CLIENT;
    Set<String> stored = new HashSet<>();
    ToldFacts facts = truth();
    long[] doubledObservations = {0};
    TopicScan.untilSettled(
        bootstrapServers,
        List.of(Topic.ROOM_OBSERVATIONS, Topic.ROOM_EVENTS),
        payload -> {
          if (!(payload instanceof RoomScoped scoped)
              || !scoped.roomId().value().startsWith(when)) {
            return;
          }
          if (payload instanceof RoomEvent fact) {
            facts.take(fact);
          } else if (payload instanceof SdkEventReported event
              && !stored.add(
                  event.roomId()
                      + " "
                      + event.observer().clientId()
                      + " "
                      + event.observer().sequence())) {
            doubledObservations[0]++;
          }
        });
    return List.of(
        Figure.mustBe(expected, figure("events acknowledged"), acknowledged, "events"),
        Figure.mustBe(
            0, figure("acknowledged events lost"), acknowledged - stored.size(), "events"),
        Figure.mustBe(facts.happened(), figure("facts told"), facts.told(), "facts"),
        Figure.mustBe(0, figure("facts doubled, or of nothing"), facts.doubled(), "facts"),
        Figure.mustBe(0, figure("facts missing"), facts.missing(), "facts"),
        Figure.mustBe(0, figure("facts out of order"), facts.outOfOrder(), "facts"),
        Figure.count(
            figure("reports stored again, with the same id"), doubledObservations[0], "records"));
  }

  private ToldFacts truth() {
    ToldFacts facts = new ToldFacts();
    for (int i = 0; i < ROOMS; i++) {
      String room = roomId(i);
      facts.happened(room);
      IntStream.range(0, OBSERVERS).forEach(each -> facts.happened(room, observer(each), 0));
      IntStream.range(0, USERS).forEach(each -> facts.happened(room, user(each), SWITCHED));
    }
    return facts;
  }
}
