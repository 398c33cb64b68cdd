package dev.parley.testkit;

import static org.assertj.core.api.Assertions.assertThat;

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
 * Scripts under Node.js, with the packages that their lock file names. {@link Needs} says what
 * happens where Node.js, npm or the network is missing.
 */
public final class NodeScript {
  private static final Path SOURCES = Path.of("src", "test", "js");
  private static final Path FOLDER = Path.of("target", "js");
  private static final Path LOCK = Path.of("package-lock.json");

  private NodeScript() {}

  /**
   * What a script of the module's {@code src/test/js} printed; fails with what it complained about
   * when it ended with an error.
   */
  public static String run(String script, String... arguments)
      throws IOException, InterruptedException {
    install(SOURCES, FOLDER);
    List<String> command = new ArrayList<>(List.of("node", script));
    command.addAll(List.of(arguments));
    Result result = execute(command, FOLDER, 120);
    assertThat(result.code()).as(result.output()).isZero();
    return result.output();
  }

  /** Copies scripts to a folder and installs there what their lock file names, unless it is. */
  public static void install(Path sources, Path folder) throws IOException, InterruptedException {
    Needs.that(
        Needs.runs("node", "--version") && Needs.runs("npm", "--version"),
        "node or npm was not found on PATH: install Node.js 18 or newer with npm");
    Files.createDirectories(folder);
    Path lock = folder.resolve(LOCK);
    boolean installed =
        Files.isDirectory(folder.resolve("node_modules"))
            && Files.exists(lock)
            && Files.mismatch(lock, sources.resolve(LOCK)) == -1;
    try (Stream<Path> files = Files.list(sources)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (!file.endsWith(LOCK)) {
          Files.copy(file, folder.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
        }
      }
    }
    if (installed) {
      return;
    }
    Files.copy(sources.resolve(LOCK), lock, StandardCopyOption.REPLACE_EXISTING);
    Result result = execute(List.of("npm", "ci", "--no-audit", "--no-fund"), folder, 300);
    if (result.code() != 0) {
      Files.delete(lock);
    }
    Needs.that(result.code() == 0, "npm could not fetch the packages: " + result.output());
  }

  private record Result(int code, String output) {}

  private static Result execute(List<String> command, Path folder, int seconds)
      throws IOException, InterruptedException {
    Path output = Files.createTempFile(folder, "output", ".txt");
    try {
      Process process =
          new ProcessBuilder(command)
              .directory(folder.toFile())
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
