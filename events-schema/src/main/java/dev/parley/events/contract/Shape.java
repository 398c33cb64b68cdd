package dev.parley.events.contract;

import dev.parley.events.About.JsonKind;
import dev.parley.events.Sensitivity;
import java.util.List;

/** What a value of the contract looks like as JSON. */
public sealed interface Shape {

  /** A text; fits the pattern unless that is empty. */
  record Text(String pattern) implements Shape {}

  /** A typed id: a text of which every value fits the pattern. */
  record Id(Class<?> type, String pattern) implements Shape {}

  /** A whole number of 64 bits. */
  record Whole(long minimum, long maximum) implements Shape {}

  /** True or false. */
  record Flag() implements Shape {}

  /** One of a closed set of words. */
  record Choice(List<String> words) implements Shape {
    public Choice {
      words = List.copyOf(words);
    }
  }

  /** Raw bytes in Base64; at most that many unless 0. */
  record Raw(int maxBytes) implements Shape {}

  /** JSON of somebody else. */
  record Foreign(JsonKind kind) implements Shape {}

  /** A list of equal items. */
  record Items(Shape item) implements Shape {}

  /** A map from text to text. */
  record Texts() implements Shape {}

  /** An object with fields of its own. */
  record Group(List<Field> fields) implements Shape {
    public Group {
      fields = List.copyOf(fields);
    }
  }

  /** The strictest sensitivity of the value's parts; NONE for a value without parts. */
  default Sensitivity strictestPart() {
    return switch (this) {
      case Text text -> Sensitivity.NONE;
      case Id id -> Sensitivity.NONE;
      case Whole whole -> Sensitivity.NONE;
      case Flag flag -> Sensitivity.NONE;
      case Choice choice -> Sensitivity.NONE;
      case Raw raw -> Sensitivity.NONE;
      case Foreign foreign -> Sensitivity.NONE;
      case Texts texts -> Sensitivity.NONE;
      case Items items -> items.item().strictestPart();
      case Group group ->
          group.fields().stream()
              .map(field -> Contract.strictest(field.sensitivity(), field.shape().strictestPart()))
              .reduce(Sensitivity.NONE, Contract::strictest);
    };
  }
}
