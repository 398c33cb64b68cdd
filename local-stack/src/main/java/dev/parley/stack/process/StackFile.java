package dev.parley.stack.process;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a running stack tells other commands about itself.
 *
 * @param launcher the launcher's process
 * @param portBase see {@link Ports}
 * @param services the processes that it started
 */
public record StackFile(Mark launcher, int portBase, List<Mark> services) {
  private static final ObjectMapper JSON = new ObjectMapper();

  public StackFile {
    services = List.copyOf(services);
  }

  /**
   * A process, told from a later one with the same id by its start.
   *
   * @param startedMillis Unix time in milliseconds, 0 where the system does not say
   */
  public record Mark(String name, long pid, long startedMillis) {
    static Mark of(String name, ProcessHandle process) {
      return new Mark(
          name, process.pid(), process.info().startInstant().map(Instant::toEpochMilli).orElse(0L));
    }

    /** The process, if it still runs. */
    Optional<ProcessHandle> running() {
      return ProcessHandle.of(pid)
          .filter(ProcessHandle::isAlive)
          .filter(process -> of(name, process).startedMillis == startedMillis);
    }
  }

  /** Reads the file of a stack; empty when there is none or it cannot be understood. */
  public static Optional<StackFile> read(Path file) {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(JSON.readValue(file.toFile(), StackFile.class));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Writes the file. */
  void write(Path file) {
    try {
      JSON.writeValue(file.toFile(), this);
    } catch (IOException e) {
      throw new UncheckedIOException("the file " + file + " cannot be written", e);
    }
  }

  /** True while the launcher runs. */
  public boolean alive() {
    return launcher.running().isPresent();
  }

  public Ports ports() {
    return new Ports(portBase);
  }
}
