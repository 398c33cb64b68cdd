package dev.parley.simulator.agent;

import java.util.ArrayList;
import java.util.List;

/** Cuts text as a voice would. */
final class Words {

  private static final String SENTENCE_ENDS = "。！？!?\n";
  private static final int FRAGMENT = 6;

  private Words() {}

  /** {@code zh} when there is a Han character in it, else {@code en}. */
  static String language(String text) {
    boolean han =
        text.codePoints()
            .anyMatch(c -> Character.UnicodeScript.of(c) == Character.UnicodeScript.HAN);
    return han ? "zh" : "en";
  }

  /** Whole sentences, which joined again give the text; at least one unless the text is empty. */
  static List<String> sentences(String text) {
    List<String> sentences = new ArrayList<>();
    int from = 0;
    for (int i = 0; i < text.length(); i++) {
      if (endsSentence(text, i)) {
        sentences.add(text.substring(from, i + 1));
        from = i + 1;
      }
    }
    String rest = text.substring(from);
    if (!rest.isBlank()) {
      sentences.add(rest);
    } else if (!rest.isEmpty() && !sentences.isEmpty()) {
      sentences.add(sentences.removeLast() + rest);
    }
    return sentences;
  }

  private static boolean endsSentence(String text, int i) {
    char c = text.charAt(i);
    // A full stop ends a sentence only before a blank or the end: "3.5" is one number.
    boolean stop =
        c == '.' && (i + 1 == text.length() || Character.isWhitespace(text.charAt(i + 1)));
    return stop || SENTENCE_ENDS.indexOf(c) >= 0;
  }

  /** The text with a sentence's end, which is added when there is none. */
  static String ended(String text, String stop) {
    String stripped = text.strip();
    boolean ends = !stripped.isEmpty() && endsSentence(stripped, stripped.length() - 1);
    return ends ? stripped : stripped + stop;
  }

  /** Pieces of a few characters, which joined again give the text. */
  static List<String> fragments(String text) {
    List<String> fragments = new ArrayList<>();
    int from = 0;
    while (from < text.length()) {
      int to = cut(text, from + FRAGMENT);
      fragments.add(text.substring(from, to));
      from = to;
    }
    return fragments;
  }

  /** The first half, at least one character. */
  static String firstHalf(String text) {
    return text.substring(0, cut(text, Math.max(1, text.length() / 2)));
  }

  // Never between the two halves of a surrogate pair.
  private static int cut(String text, int at) {
    int end = Math.min(at, text.length());
    boolean splits =
        end < text.length()
            && Character.isHighSurrogate(text.charAt(end - 1))
            && Character.isLowSurrogate(text.charAt(end));
    return splits ? end + 1 : end;
  }
}
