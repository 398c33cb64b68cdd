package dev.parley.consumers;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What docs/consume.md shows is what the tests run. */
class QuickStartTest {
  private static final Path MODULE = Path.of(System.getProperty("basedir", "")).toAbsolutePath();

  @ParameterizedTest
  @CsvSource({
    "java/RoomEvents.java, java",
    "java/Replay.java, java",
    "javascript/room-events.js, js",
    "python/room_events.py, python"
  })
  void pageShowsTheFile(String file, String language) throws Exception {
    // Given
    String page = Files.readString(MODULE.resolve("../../docs/consume.md"));

    // When
    int link = page.indexOf("](../examples/consumers/" + file + ")");
    Matcher block = Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL).matcher(page);

    // Then
    assertThat(link).as("the page links to %s", file).isNotNegative();
    assertThat(block.find(link)).as("a block follows the link").isTrue();
    assertThat(block.group(1)).isEqualTo(Files.readString(MODULE.resolve(file)));
  }
}
