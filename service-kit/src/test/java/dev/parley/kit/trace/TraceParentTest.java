package dev.parley.kit.trace;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Examples and rules of W3C Trace Context, section 3.2. */
class TraceParentTest {
  private static final String EXAMPLE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

  @ParameterizedTest
  @ValueSource(
      strings = {
        EXAMPLE,
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00",
        "00-00000000000000000000000000000001-0000000000000001-ff"
      })
  void aValueOfVersion00IsCarriedAsItIs(String header) {
    assertThat(TraceParent.checked(header)).isEqualTo(header);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "00",
        // no trace id, no parent id
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        // upper case, a letter that is no digit, something beyond ASCII
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e473g-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b\u0667-01",
        // wrong separators, too long, too short, padded
        "00_4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736_00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7_01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0",
        " 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        // the version that there never is, and no version
        "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "0g-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        // a later version whose flags do not end
        "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01.what"
      })
  void whateverElseItIsCountsAsAbsent(String header) {
    assertThat(TraceParent.checked(header)).isNull();
  }

  @Test
  void noHeaderIsNoTrace() {
    assertThat(TraceParent.checked(null)).isNull();
  }

  @Test
  void aLaterVersionIsReadAsFarAsThisOneGoes() {
    assertThat(
            TraceParent.checked(
                "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-07-what-the-future"))
        .isEqualTo(EXAMPLE);
    assertThat(TraceParent.checked("01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-02"))
        .isEqualTo("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00");
  }

  @Property
  void whatComesOutIsAlwaysOfVersion00(@ForAll String header) {
    // When
    @Nullable String carried = TraceParent.checked(header);

    // Then
    if (carried != null) {
      assertThat(carried).matches("00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}");
    }
  }
}
