package dev.parley.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shell script {@code parley}, with made-up JDKs and Mavens. */
class ParleyScriptTest {
  private static final Path SCRIPT = Path.of("..", "parley").toAbsolutePath().normalize();

  @TempDir private Path temp;

  private record Run(int exitCode, String output) {}

  @Test
  void helpListsEveryWord() throws Exception {
    Run run = parley(Map.of(), "help");
    assertThat(run.exitCode()).isZero();
    assertThat(run.output())
        .contains("run", "demo", "token", "topics", "test", "bench", "chaos")
        .contains("build", "format", "schemas", "jdk", "help");
  }

  @Test
  void anUnknownWordIsNamedAndTheWordsAreListed() throws Exception {
    Run run = parley(Map.of(), "dance");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.output()).contains("there is no word 'dance'").contains("./parley demo");
  }

  @Test
  void javaHomeComesFirst() throws Exception {
    // Given
    Path chosen = jdk("chosen", "21.0.5");
    jdk("jvm/newer", "25.0.3");

    // When
    Run run =
        parley(
            Map.of(
                "JAVA_HOME",
                chosen.toString(),
                "PARLEY_JDK_FOLDERS",
                temp.resolve("jvm").toString()),
            "jdk");

    // Then
    assertThat(run.output().strip()).isEqualTo(chosen.toString());
  }

  @Test
  void theJavaOnThePathComesSecond() throws Exception {
    // Given
    Path onPath = jdk("on-path", "22");
    jdk("jvm/newer", "25.0.3");

    // When
    Run run =
        parley(
            Map.of(
                "PATH",
                onPath.resolve("bin") + ":/usr/bin:/bin",
                "PARLEY_JDK_FOLDERS",
                temp.resolve("jvm").toString()),
            "jdk");

    // Then
    assertThat(run.output().strip()).isEqualTo(onPath.toString());
  }

  @Test
  void theNewestInTheUsualFoldersIsTakenWhenTheOthersAreTooOld() throws Exception {
    // Given
    Path old = jdk("old", "17.0.15");
    jdk("jvm/a", "21.0.1");
    Path newest = jdk("jvm/b", "25.0.3");
    jdk("jvm/c", "9.0.4");

    // When
    Run run =
        parley(
            Map.of(
                "JAVA_HOME",
                old.toString(),
                "PATH",
                old.resolve("bin") + ":/usr/bin:/bin",
                "PARLEY_JDK_FOLDERS",
                temp.resolve("jvm").toString()),
            "jdk");

    // Then
    assertThat(run.output().strip()).isEqualTo(newest.toString());
  }

  @Test
  void withoutAJdkItSaysWhatToInstall() throws Exception {
    // Given
    Path old = jdk("jvm/old", "17.0.15");

    // When
    Run run =
        parley(
            Map.of(
                "PATH",
                old.resolve("bin") + ":/usr/bin:/bin",
                "PARLEY_JDK_FOLDERS",
                temp.resolve("jvm").toString()),
            "run");

    // Then
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.output())
        .contains("no JDK of version 21 or newer was found")
        .contains("Install one")
        .contains("JAVA_HOME");
  }

  @Test
  void aMavenThatIsTooOldIsNamed() throws Exception {
    // Given
    Path jdk = jdk("jdk", "25");
    executable("bin/mvn", "echo 'Apache Maven 3.6.3 (cecedd)'");

    // When
    Run run =
        parley(
            Map.of("JAVA_HOME", jdk.toString(), "PATH", temp.resolve("bin") + ":/usr/bin:/bin"),
            "test");

    // Then
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.output()).contains("Maven 3.6.3 is too old: 3.8.7 or newer is needed");
  }

  private Path jdk(String folder, String version) throws IOException {
    executable(folder + "/bin/java", "exit 0");
    executable(folder + "/bin/javac", "exit 0");
    Path home = temp.resolve(folder);
    Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    return home;
  }

  private void executable(String name, String body) throws IOException {
    Path file = temp.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, "#!/bin/sh\n" + body + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static Run parley(Map<String, String> environment, String word)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder("/bin/bash", SCRIPT.toString(), word).redirectErrorStream(true);
    builder.environment().clear();
    builder.environment().putAll(Map.of("PATH", "/usr/bin:/bin", "HOME", "/nonexistent"));
    builder.environment().putAll(environment);
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return new Run(process.exitValue(), output);
  }
}
