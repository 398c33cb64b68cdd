package dev.parley.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;

/**
 * What a test needs of the machine. Where it is missing, the test is skipped and says why; in
 * continuous integration (environment variable {@code CI}) it fails.
 */
public final class Needs {
  private static final boolean MUST_RUN = System.getenv("CI") != null;

  private Needs() {}

  /** Goes on when it is there. */
  public static void that(boolean there, String otherwise) {
    if (MUST_RUN) {
      assertThat(there).as(otherwise).isTrue();
    }
    assumeTrue(there, otherwise);
  }

  /** Whether that command exists and ends well. */
  public static boolean runs(String... command) throws InterruptedException {
    try {
      return new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false; // there is no such program
    }
  }
}
