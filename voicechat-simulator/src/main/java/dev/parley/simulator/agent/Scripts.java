package dev.parley.simulator.agent;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Scripts for all rooms, for the rooms of an app, for one room; the nearest one goes first. */
public final class Scripts {

  private static final int MAX_SCRIPTS = 500;
  private static final int MAX_LINES = 200;

  private record Scope(@Nullable String appId, @Nullable String roomId) {}

  private final Map<Scope, List<ScriptLine>> scripts = new HashMap<>();

  /** Replaces the script of a scope; no lines remove it. */
  public void put(@Nullable String appId, @Nullable String roomId, List<ScriptLine> lines) {
    Scope scope = new Scope(appId, roomId);
    if (lines.size() > MAX_LINES) {
      throw new IllegalArgumentException("lines must not be more than " + MAX_LINES);
    }
    if (lines.isEmpty()) {
      scripts.remove(scope);
      return;
    }
    if (scripts.size() >= MAX_SCRIPTS && !scripts.containsKey(scope)) {
      throw new IllegalArgumentException("there are " + MAX_SCRIPTS + " scripts already");
    }
    scripts.put(scope, List.copyOf(lines));
  }

  /** The first line that these words strike. */
  public Optional<ScriptLine> find(String appId, String roomId, String words) {
    String lowerCase = words.toLowerCase(Locale.ROOT);
    for (Scope scope :
        List.of(
            new Scope(appId, roomId),
            new Scope(null, roomId),
            new Scope(appId, null),
            new Scope(null, null))) {
      for (ScriptLine line : scripts.getOrDefault(scope, List.of())) {
        if (lowerCase.contains(line.whenUserSays().toLowerCase(Locale.ROOT))) {
          return Optional.of(line);
        }
      }
    }
    return Optional.empty();
  }

  /** Forgets all scripts. */
  public void clear() {
    scripts.clear();
  }
}
