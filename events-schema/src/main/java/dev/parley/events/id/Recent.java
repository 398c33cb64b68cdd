package dev.parley.events.id;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Ids that were read of late. The records of one agent come within a second and name the same room,
 * task and users; with one object for each, less is kept of them. Bounded; of two ids that want the
 * same place the newer has it. Threads may see an id that another one has just replaced, which is
 * as good.
 */
final class Recent<T> {
  private static final int PLACES = 4096;

  private final @Nullable Object[] places = new Object[PLACES];
  private final Function<String, T> maker;
  private final Function<T, String> value;

  Recent(Function<String, T> maker, Function<T, String> value) {
    this.maker = maker;
    this.value = value;
  }

  @SuppressWarnings("unchecked")
  T of(String text) {
    int hash = text.hashCode();
    int place = (hash ^ (hash >>> 16)) & (PLACES - 1);
    T known = (T) places[place];
    if (known != null && value.apply(known).equals(text)) {
      return known;
    }
    T made = maker.apply(text);
    places[place] = made;
    return made;
  }
}
