package dev.parley.stack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.stack.process.Ports;
import dev.parley.stack.process.StackFile;
import dev.parley.stack.process.StackFolder;
import dev.parley.testkit.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The packaged launcher with the packaged services, as a person at a terminal meets them. One test,
 * because every part needs what the one before has left.
 */
class LocalStackIT {
  private static final Path PROJECT = Path.of("..").toAbsolutePath().normalize();
  private static final List<String> MODULES =
      List.of(
          "local-stack",
          "token-service",
          "agent-control-service",
          "room-gateway",
          "voicechat-simulator");
  private static final Pattern ROOM = Pattern.compile("A call in room (demo-[0-9a-f]+)");

  // Below the ports that systems give to outgoing connections, which come and go.
  private final Ports ports =
      new Ports(ThreadLocalRandom.current().nextInt(8_000, 30_000)).orNextFree();
  private final Kcat kcat = new Kcat("localhost:" + ports.kafka());
  private final List<Launcher> launchers = new ArrayList<>();

  @TempDir private Path root;

  @BeforeEach
  void aFolderThatStandsForTheProject() throws Exception {
    Needs.that(Needs.runs("kcat", "-V"), "kcat is missing (Debian: apt-get install kcat)");
    for (String module : MODULES) {
      assertThat(PROJECT.resolve(module).resolve("target")).as(module + " is built").exists();
      Files.createSymbolicLink(root.resolve(module), PROJECT.resolve(module));
    }
  }

  @AfterEach
  void stopWhatStillRuns() throws IOException {
    launchers.reversed().forEach(Launcher::close);
    for (String module : MODULES) {
      Files.deleteIfExists(root.resolve(module));
    }
  }

  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void theLauncherKeepsWhatItPromises() throws Exception {
    // It comes up and says where.
    Launcher first = run();
    assertThat(first.output())
        .contains(
            "token-service          http://localhost:%d   Swagger UI: http://localhost:%d/q/swagger-ui"
                .formatted(ports.tokenService(), ports.tokenService()))
        .contains("agent-control-service  http://localhost:" + ports.agentControl())
        .contains("room-gateway           http://localhost:" + ports.roomGateway())
        .contains("voicechat-simulator    http://localhost:" + ports.simulator())
        .contains("Kafka bootstrap        localhost:" + ports.kafka());

    // A call, while others are kept out of its way.
    Launcher call = start(root, "demo");
    assertThat(end(root, 1, "run", "--port-base", base()).output())
        .contains("Parley is already running from this folder (process " + first.pid() + ").")
        .contains("kill " + first.pid());
    Path otherFolder = Files.createDirectory(root.resolve("other"));
    assertThat(end(otherFolder, 1, "run", "--port-base", base()).output())
        .contains(ports.roomGateway() + " (for room-gateway)")
        .containsPattern("are taken by another program\\. .* --port-base \\d+")
        .doesNotContain("Exception");
    assertThat(call.awaitEnd()).as(call.output()).isZero();
    assertThat(call.output()).contains("Every expected fact is in the topics.");

    // Its facts, in the hands of a stranger.
    String roomKey = "123456781234567812345678:" + roomOf(call);
    List<Kcat.Row> facts = factsOf(roomKey);
    readsAsPublished(facts);
    assertThat(of(roomKey, kcat.read("rtc.agent.rounds")))
        .extracting(round -> round.value().path("roundId").asInt(-1))
        .startsWith(0, 1, 2);

    // A service dies.
    kill("agent-control-service");
    first.awaitOutput("✗ agent-control-service has ended (signal 9).");
    first.awaitOutput("To have it back: Ctrl-C, then ./parley run.");
    assertThat(end(root, 1, "demo").output())
        .contains("✗ agent-control-service does not answer on port " + ports.agentControl())
        .contains("To have it back: Ctrl-C where the stack runs, then ./parley run.")
        .doesNotContain("room-gateway does not answer", "Exception in thread", "\tat ")
        .contains("✗ the call came to its end: ")
        .contains("✗ agent requested (two requests): 0, expected 1")
        .contains("✓ alice joined: 1")
        .contains("expectations do not hold.");

    // So does the broker, without which there is nothing to see.
    kill("kafka");
    first.awaitOutput("✗ kafka has ended (signal 9).");
    assertThat(end(root, 1, "demo").output())
        .contains("parley: kafka does not answer on port " + ports.kafka() + " that it is ready.")
        .doesNotContain("A call in room", "Exception in thread", "\tat ");
    first.stop();
    assertThat(first.output()).contains("Stopping 3 processes ...").contains("Stopped.");

    // It starts again, and everything is still there.
    Launcher second = run();
    assertThat(factsOf(roomKey)).isEqualTo(facts);
    second.stop();
    assertThat(second.output()).contains("Stopping 5 processes ...").contains("Stopped.");

    // It starts empty when it is asked to: the topics are there before the services are.
    start(root, "run", "--fresh", "--port-base", base()).awaitOutput("✓ kafka");
    assertThat(kcat.read("rtc.room.events")).isEmpty();
    assertThat(kcat.read("rtc.token.events")).isEmpty();
  }

  private static void readsAsPublished(List<Kcat.Row> facts) {
    assertThat(facts)
        .extracting(Kcat.Row::type)
        .startsWith("dev.parley.room.opened.v1", "dev.parley.room.user-joined.v1")
        .endsWith("dev.parley.room.user-left.v1", "dev.parley.room.closed.v1");
    assertThat(facts).extracting(fact -> fact.headers().get("ce_id")).doesNotHaveDuplicates();
    Kcat.Row joined = facts.get(1);
    String room = joined.key().substring(joined.key().indexOf(':') + 1);
    assertThat(joined.headers())
        .containsEntry("content-type", "application/json")
        .containsEntry("ce_specversion", "1.0")
        .containsEntry("ce_source", "/parley/room-gateway")
        .containsEntry("ce_subject", room)
        .containsEntry("ce_partitionkey", joined.key());
    assertThat(joined.value().path("appId").asText()).isEqualTo("123456781234567812345678");
    assertThat(joined.value().path("roomId").asText()).isEqualTo(room);
    assertThat(joined.value().path("userId").asText()).isEqualTo("bob");
  }

  private String base() {
    return Integer.toString(ports.base());
  }

  private Launcher run() throws IOException {
    Launcher launcher = start(root, "run", "--port-base", base());
    launcher.awaitOutput("Stop: Ctrl-C");
    return launcher;
  }

  private Launcher end(Path folder, int exitCode, String... words) throws Exception {
    Launcher launcher = start(folder, words);
    assertThat(launcher.awaitEnd()).as(launcher.output()).isEqualTo(exitCode);
    return launcher;
  }

  private Launcher start(Path folder, String... words) throws IOException {
    Launcher launcher = Launcher.start(folder, words);
    launchers.add(launcher);
    return launcher;
  }

  private static String roomOf(Launcher call) throws IOException {
    Matcher room = ROOM.matcher(call.output());
    assertThat(room.find()).isTrue();
    return Objects.requireNonNull(room.group(1));
  }

  private List<Kcat.Row> factsOf(String roomKey) throws Exception {
    return of(roomKey, kcat.read("rtc.room.events"));
  }

  private static List<Kcat.Row> of(String roomKey, List<Kcat.Row> rows) {
    return rows.stream().filter(row -> row.key().equals(roomKey)).toList();
  }

  private void kill(String name) {
    long pid =
        StackFile.read(new StackFolder(root).stackFile()).orElseThrow().services().stream()
            .filter(mark -> mark.name().equals(name))
            .findFirst()
            .orElseThrow()
            .pid();
    ProcessHandle.of(pid).orElseThrow().destroyForcibly();
  }
}
