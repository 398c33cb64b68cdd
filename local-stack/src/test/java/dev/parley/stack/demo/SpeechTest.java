package dev.parley.stack.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.events.Transcript;
import dev.parley.events.Transcript.Speaker;
import dev.parley.events.id.AppId;
import dev.parley.events.id.RoomId;
import dev.parley.events.id.UserId;
import java.util.List;
import org.junit.jupiter.api.Test;

class SpeechTest {
  private long sequence;

  @Test
  void alignedItemsCarryTheSentenceSoFar() {
    assertThat(
            said(
                item("Hello", false),
                item("Hello there", false),
                item("Hello there.", true),
                item("Bye.", true)))
        .containsExactly("Hello there.", "Bye.");
  }

  @Test
  void fastItemsAreAddedUpAndAnEmptyOneCloses() {
    assertThat(said(item("Hel", false), item("lo ", false), item("there.", false), item("", true)))
        .containsExactly("Hello there.");
  }

  @Test
  void anEmptyClosingItemAfterAWholeSentenceSaysNothing() {
    assertThat(said(item("Hello.", true), item("", true))).containsExactly("Hello.");
  }

  @Test
  void whatCameBehindItsCloseStandsWhereItBelongs() {
    // Given
    Transcript first = item("Good", false);
    Transcript second = item("bye!", false);
    Transcript close = item("", true);

    // When / Then
    assertThat(said(first, close, second)).containsExactly("Goodbye!");
  }

  private static List<String> said(Transcript... items) {
    return Speech.sentences(List.of(items)).stream().map(Speech.Sentence::text).toList();
  }

  private Transcript item(String text, boolean definite) {
    return new Transcript(
        new AppId("123456781234567812345678"),
        new RoomId("room"),
        1_750_000_000_000L,
        new UserId("agent-1"),
        Speaker.AGENT,
        text,
        "en",
        1L,
        sequence++,
        definite,
        false);
  }
}
