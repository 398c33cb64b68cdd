package dev.parley.bench;

import dev.parley.kafka.KafkaCluster;
import dev.parley.stack.Console;
import dev.parley.stack.process.LocalStack;
import dev.parley.stack.process.Ports;
import dev.parley.stack.process.StackFolder;
import dev.parley.stack.report.Figure;
import dev.parley.stack.report.Report;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/**
 * Kills what relays depend on while clients report, and counts what was lost or told twice: one of
 * two gateways, the only broker, one of three brokers. While the only broker is away, clients send
 * more than may wait for it.
 */
final class GatewayChaos implements Measurement {
  private static final String GATEWAY = "room-gateway";
  private static final String OTHER_GATEWAY = "room-gateway-2";
  private static final String KAFKA = "kafka";
  private static final int BROKERS = 3;
  private static final Duration BEFORE_THE_KILL = Duration.ofSeconds(3);
  private static final Duration OUTAGE = Duration.ofSeconds(30);
  private static final double MIB = 1024 * 1024;

  /** Clients of rooms of their own, who have more to send than may wait for Kafka. */
  private static final class Flood implements AutoCloseable {
    private static final int CLIENTS = 16;
    private static final int FRAME_BYTES = 30_000;
    private static final int WINDOW = 1_000;

    private final RelayLoad load;
    private final List<RelayLoad.Client> clients;

    Flood(Ports ports) {
      load = new RelayLoad(ports.roomGateway());
      clients =
          load.connect(
              IntStream.range(0, CLIENTS)
                  .mapToObj(i -> "flood-" + i)
                  .map(
                      room ->
                          new RelayLoad.Place(
                              room, ChaosClients.session(ports, room, "flood"), "flood"))
                  .toList());
    }

    void begin() {
      long unused = load.begin(clients, FRAME_BYTES, WINDOW);
    }

    void end() {
      long unused = load.end(clients);
    }

    void awaitAcknowledged() {
      load.awaitAcknowledged(clients);
    }

    @Override
    public void close() {
      load.close();
    }
  }

  private interface Disturbance {
    void happen();
  }

  @Override
  public String name() {
    return "gateway";
  }

  @Override
  public String about() {
    return "kill -9 of a gateway and of brokers under load; events lost, facts doubled, live heap";
  }

  @Override
  public Report run(StackFolder folder, Console console) throws Exception {
    List<Figure> figures = new ArrayList<>();
    figures.addAll(withOneBroker(folder, console));
    figures.addAll(withThreeBrokers(folder, console));
    return new Report(name(), figures);
  }

  private static List<Figure> withOneBroker(StackFolder folder, Console console) throws Exception {
    Ports ports = new Ports(Ports.DEFAULT_BASE + 3000).orNextFree();
    try (LocalStack stack = LocalStack.start(folder.apart("chaos-gateway"), ports, true, console)) {
      stack.startAnotherRoomGateway(OTHER_GATEWAY);
      List<URI> gateways =
          List.of(gateway(ports.roomGateway()), gateway(ports.anotherRoomGateway()));
      String bootstrapServers = "localhost:" + ports.kafka();
      List<Figure> figures = new ArrayList<>();
      figures.addAll(
          disturbed(
              new ChaosClients("gateway-killed", gateways, ports),
              bootstrapServers,
              console,
              () -> {
                stack.kill(GATEWAY);
                console.line("  killed one of two gateways; its clients go to the other");
                stack.startAgain(GATEWAY);
              }));
      try (Flood flood = new Flood(ports)) {
        List<Long> heap = new ArrayList<>();
        figures.addAll(
            disturbed(
                new ChaosClients("broker-away", gateways, ports),
                bootstrapServers,
                console,
                () -> {
                  heap.add(stack.liveHeapBytes(GATEWAY));
                  stack.kill(KAFKA);
                  console.line(
                      "  killed the only broker for "
                          + OUTAGE.toSeconds()
                          + " s; clients send all that the gateway takes");
                  flood.begin();
                  LockSupport.parkNanos(OUTAGE.toNanos() / 2);
                  heap.add(stack.liveHeapBytes(GATEWAY));
                  LockSupport.parkNanos(OUTAGE.toNanos() / 2);
                  heap.add(stack.liveHeapBytes(GATEWAY));
                  flood.end();
                  stack.startAgain(KAFKA);
                  flood.awaitAcknowledged();
                }));
        heap.add(stack.liveHeapBytes(GATEWAY));
        figures.addAll(heap(heap.get(0), heap.get(1), heap.get(2), heap.get(3)));
      }
      return figures;
    }
  }

  // What waits is there more than once: as it came, as a record, and in the producer's buffers. It
  // must not go on growing, which the second half of the outage beside the first one shows.
  private static List<Figure> heap(long before, long halfway, long atTheEnd, long after) {
    return List.of(
        Figure.of("broker away: the gateway's live heap, before", mib(before), "MiB"),
        new Figure(
            "broker away: the same after half of the outage", mib(halfway), "MiB", mib(before)),
        new Figure(
            "broker away: the same at its end, beside half of it",
            mib(atTheEnd),
            "MiB",
            mib(halfway)),
        new Figure("broker away: the same when all is over", mib(after), "MiB", mib(before)));
  }

  private static double mib(long bytes) {
    return bytes / MIB;
  }

  private static List<Figure> withThreeBrokers(StackFolder folder, Console console)
      throws Exception {
    Ports ports = new Ports(Ports.DEFAULT_BASE + 3000).orNextFree();
    Path data = Files.createTempDirectory("parley-brokers");
    console.line("  starting " + BROKERS + " brokers");
    try (KafkaCluster kafka =
            KafkaCluster.start(data, BROKERS, System.getProperty("java.class.path"));
        LocalStack stack =
            LocalStack.start(
                folder.apart("chaos-gateway"),
                ports,
                true,
                Map.of(GATEWAY, Map.of("kafka.bootstrap.servers", kafka.bootstrapServers())),
                console)) {
      ChaosClients clients =
          new ChaosClients(
              "one-of-three-brokers-killed", List.of(gateway(stack.ports().roomGateway())), ports);
      List<Figure> figures =
          new ArrayList<>(
              disturbed(
                  clients,
                  kafka.bootstrapServers(),
                  console,
                  () -> {
                    kafka.kill(1);
                    console.line("  killed one of " + BROKERS + " brokers");
                  }));
      figures.add(clients.errorsSeen());
      return figures;
    }
  }

  private static URI gateway(int port) {
    return URI.create("ws://localhost:" + port);
  }

  private static List<Figure> disturbed(
      ChaosClients clients, String bootstrapServers, Console console, Disturbance disturbance)
      throws Exception {
    console.line("  " + clients);
    clients.start();
    LockSupport.parkNanos(BEFORE_THE_KILL.toNanos());
    disturbance.happen();
    clients.finish();
    console.line("  every client has its acknowledgements; counting");
    return clients.count(bootstrapServers);
  }
}
