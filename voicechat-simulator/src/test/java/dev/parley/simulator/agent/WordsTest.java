package dev.parley.simulator.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class WordsTest {

  @Test
  void cutsSentencesInBothLanguages() {
    // When
    List<String> sentences = Words.sentences("你好。天气是3.5度！Fine. Bye");
    // Then
    assertThat(sentences).containsExactly("你好。", "天气是3.5度！", "Fine.", " Bye");
  }

  @Property
  void losesNothing(@ForAll String text) {
    // When // Then
    assertThat(String.join("", Words.fragments(text))).isEqualTo(text);
    if (!text.isBlank()) {
      assertThat(String.join("", Words.sentences(text))).isEqualTo(text);
      assertThat(text).startsWith(Words.firstHalf(text));
    }
  }
}
