package dev.parley.bench;

import dev.parley.bench.RelayLoad.Client;
import dev.parley.bench.RelayLoad.Place;
import dev.parley.events.Topic;
import dev.parley.stack.Console;
import dev.parley.stack.StackException;
import dev.parley.stack.client.Api;
import dev.parley.stack.process.Heap;
import dev.parley.stack.process.LocalStack;
import dev.parley.stack.process.Ports;
import dev.parley.stack.process.StackFolder;
import dev.parley.stack.process.Wiring;
import dev.parley.stack.report.Figure;
import dev.parley.stack.report.Report;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.DoubleSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * How fast the gateway is, each figure beside what the same machine does without it. The
 * environment variable {@code PARLEY_BENCH_PARTS} takes a part of {@code
 * relay,http,sockets,latency,listeners,rooms}.
 */
final class GatewayBench implements Measurement {
  private static final String GATEWAY = "room-gateway";
  private static final Set<String> ALL =
      Set.of("relay", "http", "sockets", "latency", "listeners", "rooms");
  private static final Set<String> INGEST_PARTS = Set.of("relay", "http", "sockets");
  private static final List<Integer> SIZES = List.of(200, 1000);
  private static final int CLIENTS = 16;
  private static final int WINDOW = 250;
  private static final int BATCH = 100;
  private static final int HTTP_CONNECTIONS = 64;
  private static final Duration WARM_UP = Duration.ofSeconds(8);
  private static final Duration TURN = Duration.ofSeconds(6);
  private static final int TURNS = 3;
  private static final int LISTENERS = 2_000;
  private static final int WARM_LISTENERS = 100;
  private static final int FACTS_PER_SECOND = 5;

  // In a second. What the relay takes, the reducer has before it as a queue.
  private static final int FIRST_OFFER = 40_000;
  private static final int ROOM_OBSERVATIONS = 200_000;

  private final List<Figure> figures = new ArrayList<>();

  /** How the reducer commits. */
  private record Commit(String words, String guarantee, String interval) {}

  @Override
  public String name() {
    return "gateway";
  }

  @Override
  public String about() {
    return "relay, batches, latencies, sockets and rooms, beside Kafka's own producer test";
  }

  @Override
  public Report run(StackFolder folder, Console console) throws IOException {
    Set<String> parts = parts();
    if (parts.stream().anyMatch(INGEST_PARTS::contains)) {
      ingest(folder, console, parts);
    }
    if (parts.contains("latency")) {
      for (Commit commit :
          List.of(
              new Commit("exactly once, commit 100 ms", "exactly-once-v2", "100ms"),
              new Commit("exactly once, commit 50 ms", "exactly-once-v2", "50ms"),
              new Commit("exactly once, commit 25 ms", "exactly-once-v2", "25ms"),
              new Commit("at least once, commit 25 ms", "at-least-once", "25ms"))) {
        latency(folder, console, commit);
      }
    }
    if (parts.contains("listeners")) {
      listeners(folder, console);
    }
    if (parts.contains("rooms")) {
      rooms(folder, console);
    }
    return new Report(name(), figures);
  }

  private static Set<String> parts() {
    String chosen = System.getenv("PARLEY_BENCH_PARTS");
    Set<String> parts =
        chosen == null || chosen.isEmpty()
            ? ALL
            : new TreeSet<>(Arrays.asList(chosen.split(",", -1)));
    if (!ALL.containsAll(parts)) {
      throw new StackException("PARLEY_BENCH_PARTS takes of " + new TreeSet<>(ALL));
    }
    return parts;
  }

  private static LocalStack stack(
      StackFolder folder, Ports ports, Map<String, String> gateway, Console console) {
    return LocalStack.start(
        folder.apart("bench-gateway"), ports, true, Heap.SERVER, Map.of(GATEWAY, gateway), console);
  }

  private static Ports ports() {
    return new Ports(Ports.DEFAULT_BASE + 5000).orNextFree();
  }

  // The role ingest alone, as it is scaled apart from the reducer.
  private void ingest(StackFolder folder, Console console, Set<String> parts) {
    Ports ports = ports();
    Map<String, String> roles =
        Map.of("parley.room.roles.reducer", "false", "parley.room.roles.push", "false");
    try (LocalStack stack = stack(folder, ports, roles, console)) {
      if (parts.contains("relay")) {
        relay(stack, ports, console);
      }
      if (parts.contains("http")) {
        http(stack, ports, console);
      }
      if (parts.contains("sockets")) {
        sockets(stack, ports, console);
      }
    }
  }

  private void relay(LocalStack stack, Ports ports, Console console) {
    String kafka = "localhost:" + ports.kafka();
    ProducerBaseline baseline = new ProducerBaseline(kafka);
    try (RelayLoad load = new RelayLoad(ports.roomGateway())) {
      List<Client> clients = load.connect(places(ports, "relay", CLIENTS));
      double warm = warmUp("  relay", console, stack, () -> load.flood(clients, 200, WINDOW, TURN));
      for (int bytes : SIZES) {
        double relayed = 0;
        double produced = 0;
        double sameRecord = 0;
        int recordBytes = 0;
        Duration cpu = Duration.ZERO;
        int records = (int) (3 * Math.max(warm, 20_000) * TURN.toSeconds() / 2);
        for (int turn = 1; turn <= TURNS; turn++) {
          console.line("  relay: " + bytes + " bytes, turn " + turn + " of " + TURNS);
          produced += baseline.perSecond(bytes, records);
          Duration before = stack.cpu(GATEWAY);
          double rate = load.flood(clients, bytes, WINDOW, TURN);
          cpu =
              cpu.plus(
                  Duration.ofNanos(
                      (long)
                          (stack.cpu(GATEWAY).minus(before).toNanos()
                              / (rate * TURN.toSeconds()))));
          relayed += rate;
          recordBytes = RecordSize.largestOfLast(kafka, Topic.ROOM_OBSERVATIONS);
          sameRecord += baseline.perSecond(recordBytes, records);
        }
        String relay = "relay, " + bytes + " B";
        figures.add(
            new Figure(relay + " events acknowledged", relayed / TURNS, "1/s", produced / TURNS));
        figures.add(Figure.count(relay + ", the record of one", recordBytes, "B"));
        figures.add(
            new Figure(
                relay + ", beside as large records", relayed / TURNS, "1/s", sameRecord / TURNS));
        figures.add(
            Figure.of(relay + ", gateway CPU per event", cpu.toNanos() / 1000.0 / TURNS, "µs"));
      }
    }
  }

  private static double warmUp(
      String words, Console console, LocalStack stack, DoubleSupplier turn) {
    return new WarmUp(stack)
        .with(
            () -> {
              double next = turn.getAsDouble();
              console.line(String.format(Locale.ROOT, "%s: warming up, %,.0f/s", words, next));
              return next;
            });
  }

  private void http(LocalStack stack, Ports ports, Console console) {
    stack.startBareService();
    Place place = places(ports, "http", 1).getFirst();
    try (LoadDriver driver = new LoadDriver(HTTP_CONNECTIONS)) {
      for (int bytes : SIZES) {
        http(driver, stack, ports, place, 1, bytes, console);
        http(driver, stack, ports, place, BATCH, bytes, console);
      }
      webhooks(driver, stack, ports, place, console);
    }
  }

  private void http(
      LoadDriver driver,
      LocalStack stack,
      Ports ports,
      Place place,
      int events,
      int bytes,
      Console console) {
    LoadDriver.Request request =
        new LoadDriver.Request(
            ports.roomGateway(),
            "/v1/rooms/" + place.roomId() + "/events",
            Map.of("Authorization", "Bearer " + place.token(), "Content-Type", "application/json"),
            batch(events, bytes),
            200);
    drive(
        driver,
        stack,
        ports,
        "http, " + (events == 1 ? "single" : "batch of " + events) + ", " + bytes + " B",
        events,
        request,
        console);
  }

  // The cloud waits for 5 s and sends no batches.
  private void webhooks(
      LoadDriver driver, LocalStack stack, Ports ports, Place place, Console console) {
    LoadDriver.Request request =
        new LoadDriver.Request(
            ports.roomGateway(),
            "/v1/callbacks/rtc/default",
            Map.of("Content-Type", "application/json"),
            SignedWebhook.userJoined(
                Wiring.WEBHOOK_SECRET, Wiring.APP_ID, place.roomId(), "bob", Instant.now()),
            200);
    drive(
        driver,
        stack,
        ports,
        "http, signed webhook, " + request.body().length() + " B",
        1,
        request,
        console);
  }

  private void drive(
      LoadDriver driver,
      LocalStack stack,
      Ports ports,
      String words,
      int events,
      LoadDriver.Request request,
      Console console) {
    LoadDriver.Request bare =
        new LoadDriver.Request(
            ports.bareService(),
            "/drop",
            Map.of("Content-Type", "application/json"),
            request.body(),
            204);
    double unused =
        warmUp(
            "  " + words,
            console,
            stack,
            () -> {
              driver.drive(bare, TURN);
              return driver.drive(request, TURN).perSecond() * events;
            });
    LoadDriver.Outcome answered = driver.drive(request, TURN);
    LoadDriver.Outcome dropped = driver.drive(bare, TURN);
    figures.add(
        new Figure(
            words + ", events acknowledged",
            answered.perSecond() * events,
            "1/s",
            dropped.perSecond() * events));
    figures.add(new Figure(words + ", p99", answered.p99Millis(), "ms", dropped.p99Millis()));
  }

  // Each event of exactly that many bytes.
  private static String batch(int events, int bytes) {
    return IntStream.rangeClosed(1, events)
        .mapToObj(sequence -> RelayLoad.reported(sequence, bytes))
        .collect(
            Collectors.joining(
                ",",
                "{\"clientId\":\"bench\",\"clientTimeMillis\":"
                    + System.currentTimeMillis()
                    + ",\"events\":[",
                "]}"));
  }

  private void sockets(LocalStack stack, Ports ports, Console console) {
    List<Place> rooms = places(ports, "sockets", 10);
    try (RelayLoad load = new RelayLoad(ports.roomGateway())) {
      load.connect(sockets(rooms, 0, 100));
      long live = stack.liveHeapBytes(GATEWAY);
      long before = stack.residentBytes().getOrDefault(GATEWAY, 0L);
      int open = 0;
      for (int count : List.of(1_000, 10_000)) {
        console.line("  sockets: " + count);
        load.connect(sockets(rooms, 100 + open, count - open));
        open = count;
        RelayLoad.sleep(Duration.ofSeconds(2));
        long now = stack.residentBytes().getOrDefault(GATEWAY, 0L);
        figures.add(
            Figure.of(
                "live heap per open socket, " + count + " sockets",
                (stack.liveHeapBytes(GATEWAY) - live) / 1024.0 / count,
                "KiB"));
        figures.add(
            Figure.of(
                "resident memory per open socket, garbage included, " + count + " sockets",
                (now - before) / 1024.0 / count,
                "KiB"));
      }
    }
  }

  private static List<Place> sockets(List<Place> rooms, int from, int count) {
    return IntStream.range(from, from + count)
        .mapToObj(i -> new Place(rooms.get(i % rooms.size()), "socket-" + i))
        .toList();
  }

  private void latency(StackFolder folder, Console console, Commit commit) throws IOException {
    Ports ports = ports();
    Map<String, String> settings =
        Map.of(
            "parley.room.reducer.guarantee",
            commit.guarantee(),
            "parley.room.reducer.commit-interval",
            commit.interval());
    try (LocalStack stack = stack(folder, ports, settings, console);
        RelayLoad load = new RelayLoad(ports.roomGateway())) {
      List<Place> places = places(ports, "latency", CLIENTS);
      ConcurrentHistogram facts = new ConcurrentHistogram(600_000_000L, 3);
      List<FactStream> streams = new ArrayList<>();
      for (Place place : places) {
        streams.add(new FactStream(ports.roomGateway(), place, facts));
      }
      List<Client> clients = load.connect(places);
      for (Client client : clients) {
        FactStream own = streams.get(indexOf(places, client.roomId()));
        client.whenSent(own::reported);
      }
      RoomCost reducer = new RoomCost(stack, "localhost:" + ports.kafka());
      double unused =
          warmUp(
              "  " + commit.words(),
              console,
              stack,
              () -> factsPerSecond(load, clients, SIZES.getFirst(), streams, reducer));
      for (int bytes : SIZES) {
        String words = commit.words() + ", " + bytes + " B";
        double perSecond = factsPerSecond(load, clients, bytes, streams, reducer);
        figures.add(Figure.of(words + ": facts told, all roles in one process", perSecond, "1/s"));
        load.forgetAcknowledgements();
        facts.reset();
        console.line("  " + words + ": half load");
        load.pace(clients, bytes, perSecond / 2, Duration.ofSeconds(10));
        load.awaitAcknowledged(clients);
        awaitFacts(streams, reducer);
        add(words + ": frame to acknowledgement", load.acknowledgements());
        add(words + ": frame to fact on the stream", facts);
      }
      for (FactStream stream : streams) {
        stream.close();
      }
    }
  }

  // What all roles in one process do from the frame to the subscriber, as fast as they can.
  private static double factsPerSecond(
      RelayLoad load, List<Client> clients, int bytes, List<FactStream> streams, RoomCost reducer) {
    for (int offered = FIRST_OFFER; ; offered *= 2) {
      double told = factsPerSecond(load, clients, bytes, streams, reducer, offered);
      // Otherwise it is what was offered that was measured.
      if (told < 0.8 * offered) {
        return told;
      }
    }
  }

  private static double factsPerSecond(
      RelayLoad load,
      List<Client> clients,
      int bytes,
      List<FactStream> streams,
      RoomCost reducer,
      int offered) {
    long told = told(streams);
    long began = System.nanoTime();
    load.pace(clients, bytes, offered, Duration.ofSeconds(4));
    load.awaitAcknowledged(clients);
    return (awaitFacts(streams, reducer) - told) / ((lastTold(streams) - began) / 1e9);
  }

  private void listeners(StackFolder folder, Console console) {
    Ports ports = ports();
    try (LocalStack stack = stack(folder, ports, Map.of(), console);
        RelayLoad load = new RelayLoad(ports.roomGateway());
        ListenerCrowd crowd = new ListenerCrowd(ports.roomGateway(), LISTENERS)) {
      List<Place> places = places(ports, "listeners", 1);
      List<Client> clients = load.connect(places);
      crowd.join(places.getFirst(), WARM_LISTENERS);
      long live = stack.liveHeapBytes(GATEWAY);
      crowd.join(places.getFirst(), LISTENERS - WARM_LISTENERS);
      console.line("  listeners: " + LISTENERS);
      figures.add(
          Figure.of(
              "live heap per listener, " + LISTENERS + " listeners",
              (stack.liveHeapBytes(GATEWAY) - live) / 1024.0 / (LISTENERS - WARM_LISTENERS),
              "KiB"));
      clients.forEach(client -> client.whenSent(crowd::reported));
      long facts = FACTS_PER_SECOND * WARM_UP.toSeconds();
      load.pace(clients, SIZES.getFirst(), FACTS_PER_SECOND, WARM_UP);
      crowd.awaitHeard(facts);
      crowd.latencies().reset();
      Duration before = stack.cpu(GATEWAY);
      load.pace(clients, SIZES.getFirst(), FACTS_PER_SECOND, TURN);
      facts += FACTS_PER_SECOND * TURN.toSeconds();
      crowd.awaitHeard(facts);
      long deliveries = FACTS_PER_SECOND * TURN.toSeconds() * LISTENERS;
      figures.add(
          Figure.of(
              "gateway CPU per fact and listener",
              stack.cpu(GATEWAY).minus(before).toNanos() / 1000.0 / deliveries,
              "µs"));
      add("frame to fact on each of " + LISTENERS + " streams", crowd.latencies());
    }
  }

  private void add(String words, Histogram micros) {
    figures.add(Figure.of(words + ", p50", micros.getValueAtPercentile(50) / 1000.0, "ms"));
    figures.add(Figure.of(words + ", p99", micros.getValueAtPercentile(99) / 1000.0, "ms"));
  }

  private static long awaitFacts(List<FactStream> streams, RoomCost reducer) {
    reducer.awaitReduced();
    long before;
    do {
      before = told(streams);
      RelayLoad.sleep(Duration.ofMillis(300));
    } while (told(streams) != before);
    return before;
  }

  private static long lastTold(List<FactStream> streams) {
    return streams.stream().mapToLong(FactStream::lastToldNanos).max().orElse(0);
  }

  private static long told(List<FactStream> streams) {
    return streams.stream().mapToLong(FactStream::told).sum();
  }

  private static int indexOf(List<Place> places, String roomId) {
    return IntStream.range(0, places.size())
        .filter(i -> places.get(i).roomId().equals(roomId))
        .findFirst()
        .orElseThrow();
  }

  private void rooms(StackFolder folder, Console console) {
    Ports ports = ports();
    try (LocalStack stack = stack(folder, ports, Map.of(), console)) {
      RoomCost cost = new RoomCost(stack, "localhost:" + ports.kafka());
      RoomCost.Opened warm = cost.open("warm", 1_000);
      // As a rate, so that more is better.
      double unused = warmUp("  rooms", console, stack, () -> 1e6 / warm.micros(50));
      double few = reducerMicros(cost, 10, stack, console);
      figures.add(Figure.of("reducer CPU per observation, 10 rooms", few, "µs"));
      for (int rooms : List.of(1_000, 100_000)) {
        figures.add(
            new Figure(
                "reducer CPU per observation, " + rooms + " rooms",
                reducerMicros(cost, rooms, stack, console),
                "µs",
                few));
      }
    }
  }

  private static double reducerMicros(RoomCost cost, int rooms, LocalStack stack, Console console) {
    console.line("  rooms: " + rooms);
    RoomCost.Opened opened = cost.open("rooms-" + rooms, rooms);
    return new WarmUp(stack)
        .untilCalm(() -> opened.micros(ROOM_OBSERVATIONS / rooms), console)
        .given();
  }

  private static List<Place> places(Ports ports, String name, int count) {
    String bearer =
        Api.text(URI.create("http://localhost:" + ports.issuer() + "/token?user=bench"));
    List<Place> places = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String roomId = "demo-" + name + "-" + i;
      String token =
          Api.call(
                  "POST",
                  URI.create("http://localhost:" + ports.tokenService() + "/v1/tokens"),
                  bearer,
                  Api.object().put("roomId", roomId),
                  Map.of())
              .body()
              .path("session")
              .path("token")
              .asText();
      places.add(new Place(roomId, token, "bench-" + i));
    }
    return places;
  }
}
