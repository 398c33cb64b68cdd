package dev.parley.events.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.events.Payload;
import dev.parley.events.PayloadTypes;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** No change breaks a reader of a released version. */
class ReleasedSchemasTest {
  /** A version to be released: its schemas are written down and hold from then on. */
  private static final String RELEASE = System.getProperty("parley.release", "");

  @Test
  void nothingThatWasReleasedBreaks() throws IOException {
    // Given
    Map<Path, Class<? extends Payload>> types = new LinkedHashMap<>();
    for (Class<? extends Payload> type : PayloadTypes.all()) {
      types.put(Path.of(Schemas.path(type)).getFileName(), type);
    }
    if (!RELEASE.isEmpty()) {
      release(types);
    }

    // When
    List<String> breaks = new ArrayList<>();
    for (Path version : PublishedFiles.versions(PublishedFiles.RELEASED)) {
      for (Path file : PublishedFiles.under(version)) {
        String name = version.getFileName() + " " + file.getFileName();
        Class<? extends Payload> type = types.get(file.getFileName());
        if (type == null) {
          breaks.add(name + " the type: removed or renamed: readers wait for it");
          continue;
        }
        Compatibility.breaks(
                Schemas.parse(Files.readString(file)),
                Schemas.parse(Schemas.pretty(Schemas.of(type))))
            .forEach(found -> breaks.add(name + " " + found));
      }
    }

    // Then
    assertThat(breaks)
        .as("these break readers; keep the type as it is and publish the change as its v2")
        .isEmpty();
    assertThat(PublishedFiles.versions(PublishedFiles.RELEASED)).isNotEmpty();
  }

  @Test
  void whatWasReleasedIsNotTouchedAgain() throws IOException {
    for (Path version : PublishedFiles.versions(PublishedFiles.RELEASED)) {
      // Given: as sha256sum writes it
      List<String> released = Files.readAllLines(sums(version));

      // When
      List<String> now = sumsOf(version);

      // Then
      assertThat(now)
          .as("schemas of " + version.getFileName() + ": what readers have got stays as it is")
          .containsExactlyElementsOf(released);
    }
  }

  private static Path sums(Path version) {
    return version.resolveSibling(version.getFileName() + ".sha256");
  }

  private static List<String> sumsOf(Path version) throws IOException {
    List<String> lines = new ArrayList<>();
    for (Path file : PublishedFiles.under(version)) {
      String name = version.relativize(file).toString().replace(File.separatorChar, '/');
      lines.add(sha256(Files.readAllBytes(file)) + "  " + name);
    }
    return lines.stream().sorted(Comparator.comparing(line -> line.substring(66))).toList();
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  @Test
  void everyTypeSaysTheReleaseThatBroughtIt() throws IOException {
    // Given
    Map<String, String> firstReleased = new HashMap<>();
    for (Path version : PublishedFiles.versions(PublishedFiles.RELEASED)) {
      for (Path file : PublishedFiles.under(version)) {
        firstReleased.putIfAbsent(
            file.getFileName().toString(), version.getFileName().toString().substring(1));
      }
    }

    for (Class<? extends Payload> type : PayloadTypes.all()) {
      // When
      String released = firstReleased.get(Path.of(Schemas.path(type)).getFileName().toString());
      String since = PayloadTypes.of(type).since();

      // Then
      if (released == null) {
        assertThat(firstReleased.values()).as(type + " is new: say since").doesNotContain(since);
      } else {
        assertThat(since).as(type.toString()).isEqualTo(released);
      }
    }
  }

  @Test
  void whatWasReleasedHasItsGoldenFile() throws IOException {
    for (Path version : PublishedFiles.versions(PublishedFiles.RELEASED)) {
      for (Path file : PublishedFiles.under(version)) {
        String type = file.getFileName().toString().replace(".schema.json", "");
        assertThat(PublishedFiles.under(PublishedFiles.GOLDEN))
            .as("the golden file of " + type)
            .anyMatch(golden -> golden.endsWith(type + ".json"));
      }
    }
  }

  private static void release(Map<Path, Class<? extends Payload>> types) throws IOException {
    Path version = PublishedFiles.RELEASED.resolve("v" + RELEASE);
    assertThat(version).as("a release is written once").doesNotExist();
    for (Class<? extends Payload> type : types.values()) {
      PublishedFiles.write(version.resolve(Schemas.path(type)), Schemas.pretty(Schemas.of(type)));
    }
    PublishedFiles.write(sums(version), String.join("\n", sumsOf(version)) + "\n");
  }
}
