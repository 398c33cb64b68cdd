package dev.parley.stack.process;

import dev.parley.stack.StackException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** One started process. */
final class ServiceProcess {
  private static final int LOG_TAIL_LINES = 15;

  // Instances and bytes of all classes.
  private static final Pattern HISTOGRAM_TOTAL =
      Pattern.compile("^Total\\s+\\d+\\s+(\\d+)", Pattern.MULTILINE);

  private static final Pattern COMPILATION_TICKS =
      Pattern.compile("^java.ci.totalTime=(\\d+)", Pattern.MULTILINE);
  private static final Pattern TICKS_PER_SECOND =
      Pattern.compile("^sun.os.hrt.frequency=(\\d+)", Pattern.MULTILINE);

  private final ServiceSpec spec;
  private final Process process;
  private final Path log;
  private volatile boolean stopping;

  private ServiceProcess(ServiceSpec spec, Process process, Path log) {
    this.spec = spec;
    this.process = process;
    this.log = log;
  }

  static ServiceProcess start(ServiceSpec spec, StackFolder folder) {
    Path log = folder.log(spec.name());
    List<String> command = new ArrayList<>();
    // A session of its own: Ctrl-C reaches the launcher alone, which then stops all in order.
    if (Files.isExecutable(Path.of("/usr/bin/setsid"))) {
      command.add("/usr/bin/setsid");
    }
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--enable-native-access=ALL-UNNAMED");
    command.addAll(spec.arguments());
    try {
      writeSettings(spec, folder);
      Process process =
          new ProcessBuilder(command)
              .directory(folder.root().toFile())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      return new ServiceProcess(spec, process, log);
    } catch (IOException e) {
      throw new UncheckedIOException(spec.name() + " cannot be started", e);
    }
  }

  private static void writeSettings(ServiceSpec spec, StackFolder folder) throws IOException {
    Properties properties = new Properties();
    properties.putAll(spec.settings());
    Path file = folder.config().resolve(spec.name() + ".properties");
    Files.deleteIfExists(file);
    // The local stack's secrets are made up, but whoever copies this file will put real ones in.
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try (Writer writer = Files.newBufferedWriter(file)) {
      properties.store(writer, "Written at every start of the local stack; edits are lost.");
    }
  }

  ServiceSpec spec() {
    return spec;
  }

  StackFile.Mark mark() {
    return StackFile.Mark.of(spec.name(), process.toHandle());
  }

  Path log() {
    return log;
  }

  boolean alive() {
    return process.isAlive();
  }

  boolean stopping() {
    return stopping;
  }

  int exitCode() {
    return process.exitValue();
  }

  long pid() {
    return process.pid();
  }

  CompletableFuture<Process> onExit() {
    return process.onExit();
  }

  boolean ready() {
    return spec.readiness().ready();
  }

  /** Asks the process to end and waits; ends it by force when it does not in time. */
  void stop(Duration patience) {
    stopping = true;
    process.destroy();
    try {
      if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  /** Ends the process at once, as {@code kill -9} does. */
  void kill() {
    stopping = true;
    try {
      process.destroyForcibly().waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Has the process stand still, as a machine that is suspended does. */
  void standStill() {
    signal("STOP");
  }

  /** Has a process that stands still go on. */
  void goOn() {
    signal("CONT");
  }

  // The JDK knows no signals but those that end a process.
  private void signal(String name) {
    try {
      int code =
          new ProcessBuilder("sh", "-c", "kill -" + name + " " + process.pid())
              .inheritIO()
              .start()
              .waitFor();
      if (code != 0) {
        throw new StackException(
            "signal " + name + " cannot be sent to " + spec.name() + " (exit code " + code + ")");
      }
    } catch (IOException e) {
      throw new StackException("sh cannot be started: " + e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StackException("interrupted while sending a signal");
    }
  }

  /** Resident memory in bytes, where the system says it the way Linux does. */
  OptionalLong residentBytes() {
    Path status = Path.of("/proc", Long.toString(process.pid()), "status");
    try (Stream<String> lines = Files.lines(status)) {
      return lines
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
          .findFirst();
    } catch (IOException e) {
      return OptionalLong.empty();
    }
  }

  /** What is in use on the heap after a collection, which asking for it brings about. */
  long liveHeapBytes() {
    return number(HISTOGRAM_TOTAL, jcmd("GC.class_histogram"));
  }

  /** How long the JVM's compiler threads have been compiling, waits for a processor included. */
  Duration compiled() {
    String counters = jcmd("PerfCounter.print");
    return Duration.ofMillis(
        1000 * number(COMPILATION_TICKS, counters) / number(TICKS_PER_SECOND, counters));
  }

  private String jcmd(String command) {
    try {
      Process asked =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                  Long.toString(process.pid()),
                  command)
              .redirectErrorStream(true)
              .start();
      return new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new StackException("jcmd cannot be started: " + e);
    }
  }

  private long number(Pattern form, String answer) {
    Matcher number = form.matcher(answer);
    if (!number.find()) {
      throw new StackException(
          "jcmd does not say of " + spec.name() + " what is expected of it: " + answer.strip());
    }
    return Long.parseLong(number.group(1));
  }

  /** Processor time used so far, where the system says it. */
  Optional<Duration> cpu() {
    return process.info().totalCpuDuration();
  }

  /** The last lines of the log. */
  List<String> logTail() {
    try (Stream<String> lines = Files.lines(log)) {
      List<String> all = lines.toList();
      return all.subList(Math.max(0, all.size() - LOG_TAIL_LINES), all.size());
    } catch (IOException e) {
      return List.of();
    }
  }
}
