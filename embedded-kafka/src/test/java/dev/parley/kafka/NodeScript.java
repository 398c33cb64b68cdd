package dev.parley.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Runs a script of {@code src/test/js} under Node.js, with the packages that its lock file names.
 * Where Node.js, npm or the network is missing, the test is skipped and says so; in continuous
 * integration (environment variable {@code CI}) it fails.
 */
final class NodeScript {
  private static final Path SOURCES = Path.of("src", "test", "js");
  private static final Path FOLDER = Path.of("target", "js");
  private static final Path LOCK = Path.of("package-lock.json");
  private static final boolean MUST_RUN = System.getenv("CI") != null;

  private NodeScript() {}

  /** What the script printed; fails with what it complained about when it ended with an error. */
  static String run(String script, String... arguments) throws IOException, InterruptedException {
    need("node");
    need("npm");
    install();
    List<String> command = new ArrayList<>(List.of("node", script));
    command.addAll(List.of(arguments));
    Result result = execute(command, 120);
    assertThat(result.code()).as(result.output()).isZero();
    return result.output();
  }

  private static void need(String program) throws InterruptedException {
    boolean there;
    try {
      Files.createDirectories(FOLDER);
      there = execute(List.of(program, "--version"), 30).code() == 0;
    } catch (IOException e) {
      there = false;
    }
    skipUnless(there, program + " was not found on PATH: install Node.js 18 or newer with npm");
  }

  private static void install() throws IOException, InterruptedException {
    boolean installed =
        Files.isDirectory(FOLDER.resolve("node_modules"))
            && Files.exists(FOLDER.resolve(LOCK))
            && Files.mismatch(FOLDER.resolve(LOCK), SOURCES.resolve(LOCK)) == -1;
    try (Stream<Path> sources = Files.list(SOURCES)) {
      for (Path source : sources.filter(Files::isRegularFile).toList()) {
        if (!source.endsWith(LOCK)) {
          Files.copy(
              source, FOLDER.resolve(source.getFileName()), StandardCopyOption.REPLACE_EXISTING);
        }
      }
    }
    if (installed) {
      return;
    }
    Files.copy(SOURCES.resolve(LOCK), FOLDER.resolve(LOCK), StandardCopyOption.REPLACE_EXISTING);
    Result result = execute(List.of("npm", "ci"), 300);
    if (result.code() != 0) {
      Files.delete(FOLDER.resolve(LOCK));
    }
    skipUnless(result.code() == 0, "npm could not fetch the packages: " + result.output());
  }

  private static void skipUnless(boolean fine, String reason) {
    if (MUST_RUN) {
      assertThat(fine).as(reason).isTrue();
    }
    assumeTrue(fine, reason);
  }

  private record Result(int code, String output) {}

  private static Result execute(List<String> command, int seconds)
      throws IOException, InterruptedException {
    Path output = Files.createTempFile(FOLDER, "output", ".txt");
    try {
      Process process =
          new ProcessBuilder(command)
              .directory(FOLDER.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return new Result(-1, "did not end within " + seconds + " seconds");
      }
      return new Result(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
    } finally {
      Files.delete(output);
    }
  }
}
