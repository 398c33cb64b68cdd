package dev.parley.events.publish;

import dev.parley.events.Payload;
import dev.parley.events.PayloadTypes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Where the generated files are, and what is to be in them. */
final class PublishedFiles {
  /** Tests run in the module's folder. */
  static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  static final Path SCHEMAS = ROOT.resolve("events-schema/src/main/resources/schema");
  static final Path RELEASED = ROOT.resolve("events-schema/src/test/resources/released");
  static final Path GOLDEN = ROOT.resolve("events-schema/src/test/resources/golden");

  /** Rewrites the generated files, and adds the golden files that are missing. */
  static final boolean WRITE = Boolean.getBoolean("parley.write");

  private PublishedFiles() {}

  /** Every generated file and its content. */
  static Map<Path, String> expected() {
    Map<Path, String> files = new LinkedHashMap<>();
    for (Class<? extends Payload> type : PayloadTypes.all()) {
      files.put(SCHEMAS.resolve(Schemas.path(type)), Schemas.pretty(Schemas.of(type)));
    }
    files.put(
        ROOT.resolve("events-schema/src/main/resources/asyncapi.json"),
        Schemas.pretty(AsyncApi.document()));
    files.put(ROOT.resolve("docs/topics.md"), TopicsPage.text());
    return files;
  }

  static void write(Path file, String content) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }

  /** The files under a folder; none when there is no folder. */
  static List<Path> under(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> paths = Files.walk(folder)) {
      return paths.filter(Files::isRegularFile).sorted().toList();
    }
  }

  /** The folders directly in a folder, one for each version. */
  static List<Path> versions(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> paths = Files.list(folder)) {
      return paths.filter(Files::isDirectory).sorted().toList();
    }
  }
}
