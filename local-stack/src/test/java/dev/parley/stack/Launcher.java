package dev.parley.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The packaged launcher in a process of its own, with one of {@code ./parley}'s words. */
final class Launcher implements AutoCloseable {
  private static final Path JAR = Path.of("target/local-stack.jar").toAbsolutePath();

  private final Process process;
  private final Path output;

  private Launcher(Process process, Path output) {
    this.process = process;
    this.output = output;
  }

  /**
   * Starts it.
   *
   * @param root stands for the project's folder
   */
  static Launcher start(Path root, String... words) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dstdout.encoding=UTF-8",
                "-Dparley.root=" + root,
                "-jar",
                JAR.toString()));
    command.addAll(List.of(words));
    Path output = Files.createTempFile(root, words[0], ".out");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    return new Launcher(process, output);
  }

  long pid() {
    return process.pid();
  }

  /** What it has printed so far. */
  String output() throws IOException {
    return Files.readString(output);
  }

  /** Waits until it has printed this. */
  void awaitOutput(String text) {
    await()
        .atMost(Duration.ofMinutes(2))
        .untilAsserted(
            () -> {
              assertThat(output()).contains(text);
            });
  }

  /** Waits until it ends by itself. */
  int awaitEnd() throws InterruptedException {
    assertThat(process.waitFor(2, TimeUnit.MINUTES)).as("it ends by itself").isTrue();
    return process.exitValue();
  }

  /**
   * Stops it as {@code kill} does. Ctrl-C runs the same hook; its own signal would be ignored where
   * the build runs in the background of a shell.
   */
  void stop() throws InterruptedException {
    process.destroy();
    awaitEnd();
  }

  @Override
  public void close() {
    process.destroy();
    process.onExit().orTimeout(1, TimeUnit.MINUTES).join();
  }
}
