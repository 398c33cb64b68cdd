package dev.parley.events.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.events.Payload;
import dev.parley.events.PayloadTypes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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

  private static void release(Map<Path, Class<? extends Payload>> types) throws IOException {
    Path version = PublishedFiles.RELEASED.resolve("v" + RELEASE);
    assertThat(version).as("a release is written once").doesNotExist();
    for (Class<? extends Payload> type : types.values()) {
      PublishedFiles.write(version.resolve(Schemas.path(type)), Schemas.pretty(Schemas.of(type)));
    }
  }
}
