package dev.parley.stack.demo;

import dev.parley.events.Transcript;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Puts subtitle items together into what was said. In the aligned mode an item carries the sentence
 * so far and the definite one the whole; in the fast mode an agent's items carry what is added and
 * the definite one is empty.
 */
final class Speech {
  /**
   * A finished sentence.
   *
   * @param last the item that finished it
   */
  record Sentence(Transcript last, String text) {}

  private record Turn(String speaker, long round) {}

  private final Map<Turn, StringBuilder> added = new HashMap<>();

  /** Takes the next item; gives a sentence when it finished one. */
  Optional<Sentence> next(Transcript item) {
    Turn turn = turn(item);
    if (!item.definite()) {
      added.computeIfAbsent(turn, first -> new StringBuilder()).append(item.text());
      return Optional.empty();
    }
    StringBuilder before = added.remove(turn);
    String text = item.text().isEmpty() && before != null ? before.toString() : item.text();
    return text.isEmpty() ? Optional.empty() : Optional.of(new Sentence(item, text));
  }

  /**
   * Every sentence of a conversation so far. Items of one turn may overtake each other on their way
   * from several sources: their sequence says how they belong.
   */
  static List<Sentence> sentences(List<Transcript> items) {
    Map<Turn, Integer> begun = new HashMap<>();
    items.forEach(item -> begun.putIfAbsent(turn(item), begun.size()));
    Speech speech = new Speech();
    return items.stream()
        .sorted(
            Comparator.comparingInt((Transcript item) -> begun.getOrDefault(turn(item), 0))
                .thenComparingLong(item -> item.roundId() == null ? 0 : item.sequence()))
        .map(speech::next)
        .flatMap(Optional::stream)
        .toList();
  }

  private static Turn turn(Transcript item) {
    return new Turn(item.speakerUserId().value(), Objects.requireNonNullElse(item.roundId(), -1L));
  }
}
