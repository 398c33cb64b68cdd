package dev.parley.stack.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * Where the local stack keeps what it writes.
 *
 * @param root the project's folder
 * @param state everything that the stack writes; ignored by git
 */
public record StackFolder(Path root, Path state) {

  /** The folder of the stack that {@code ./parley run} starts. */
  public StackFolder(Path root) {
    this(root, root.resolve(".parley"));
  }

  /** The folder of another stack of the same build, with data of its own. */
  public StackFolder apart(String name) {
    return new StackFolder(root, root.resolve(".parley").resolve(name));
  }

  /** What survives a restart: Kafka's logs, keys, reducer state. */
  public Path data() {
    return state().resolve("data");
  }

  /** The settings that each service was started with. */
  public Path config() {
    return state().resolve("config");
  }

  /** One log per service. */
  public Path logs() {
    return state().resolve("logs");
  }

  /** What a process of that name prints. */
  Path log(String name) {
    return logs().resolve(name + ".log");
  }

  /** Says where a running stack listens. */
  public Path stackFile() {
    return state().resolve("stack.json");
  }

  /** Where benchmark and chaos results go. */
  public Path results() {
    return root.resolve("target").resolve("parley");
  }

  /** The path as a person in the project's folder would write it. */
  public String relative(Path path) {
    return path.startsWith(root) ? root.relativize(path).toString() : path.toString();
  }

  /** Makes the folders that are missing. */
  public void create() {
    try {
      Files.createDirectories(data());
      Files.createDirectories(config());
      Files.createDirectories(logs());
    } catch (IOException e) {
      throw new UncheckedIOException("the folder " + state() + " cannot be written", e);
    }
  }

  /** Deletes all data. */
  public void clearData() {
    if (!Files.exists(data())) {
      return;
    }
    try (Stream<Path> paths = Files.walk(data())) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the folder " + data() + " cannot be emptied", e);
    }
  }
}
