package dev.parley.stack.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StackFileTest {
  @TempDir private Path temp;

  @Test
  void isReadAsItWasWritten() {
    // Given
    StackFile.Mark here = StackFile.Mark.of("launcher", ProcessHandle.current());
    StackFile written = new StackFile(here, 7480, List.of(new StackFile.Mark("kafka", 1, 2)));

    // When
    written.write(temp.resolve("stack.json"));

    // Then
    assertThat(StackFile.read(temp.resolve("stack.json"))).contains(written);
    assertThat(written.alive()).isTrue();
  }

  @Test
  void aLaterProcessWithTheSameIdIsNotTheLauncher() {
    StackFile.Mark here = StackFile.Mark.of("launcher", ProcessHandle.current());
    StackFile.Mark earlier =
        new StackFile.Mark("launcher", here.pid(), here.startedMillis() - 60_000);
    assertThat(new StackFile(earlier, 7480, List.of()).alive()).isFalse();
  }

  @Test
  void rubbishIsAsGoodAsNoFile() throws Exception {
    Path file = temp.resolve("stack.json");
    Files.writeString(file, "{half");
    assertThat(StackFile.read(file)).isEmpty();
    assertThat(StackFile.read(temp.resolve("none.json"))).isEmpty();
  }
}
