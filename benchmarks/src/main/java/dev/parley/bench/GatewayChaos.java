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

/**
 * Kills what relays depend on while clients report, and counts what was lost or told twice: one of
 * two gateways, the only broker, one of three brokers.
 */
final class GatewayChaos implements Measurement {
  private static final String GATEWAY = "room-gateway";
  private static final String OTHER_GATEWAY = "room-gateway-2";
  private static final String KAFKA = "kafka";
  private static final int BROKERS = 3;
  private static final Duration BEFORE_THE_KILL = Duration.ofSeconds(3);
  private static final Duration OUTAGE = Duration.ofSeconds(30);

  private interface Disturbance {
    void happen();
  }

  @Override
  public String name() {
    return "gateway";
  }

  @Override
  public String about() {
    return "kill -9 of a gateway and of brokers under load; acknowledged events lost, facts doubled";
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
      figures.addAll(
          disturbed(
              new ChaosClients("broker-away", gateways, ports),
              bootstrapServers,
              console,
              () -> {
                stack.kill(KAFKA);
                console.line("  killed the only broker for " + OUTAGE.toSeconds() + " s");
                LockSupport.parkNanos(OUTAGE.toNanos());
                stack.startAgain(KAFKA);
              }));
      return figures;
    }
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
