package dev.parley.token.config;

import dev.parley.token.config.TokenServiceConfig.AppConfig;
import dev.parley.token.config.TokenServiceConfig.CallerConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/** Finds identity providers whose users can bear the same user id in one application. */
final class SharedUsers {
  private SharedUsers() {}

  /** A sentence for each two of them, by name. */
  static List<String> sentences(TokenServiceConfig config) {
    TreeMap<String, CallerConfig> callers = new TreeMap<>(config.callers());
    List<String> sentences = new ArrayList<>();
    callers.forEach(
        (name, caller) ->
            callers
                .tailMap(name, false)
                .forEach(
                    (otherName, other) -> {
                      if (meet(caller, other) && shareAnApp(config, name, otherName)) {
                        sentences.add(
                            "parley.token.callers."
                                + name
                                + " and "
                                + otherName
                                + ": a user of one can bear the user id of a user of the other;"
                                + " give both a user-prefix, neither the beginning of the other");
                      }
                    }));
    return sentences;
  }

  private static boolean meet(CallerConfig one, CallerConfig other) {
    String prefix = one.userPrefix().orElse("");
    String otherPrefix = other.userPrefix().orElse("");
    return prefix.startsWith(otherPrefix) || otherPrefix.startsWith(prefix);
  }

  private static boolean shareAnApp(TokenServiceConfig config, String one, String other) {
    return config.apps().values().stream()
        .map(AppConfig::callers)
        .anyMatch(callers -> callers.isEmpty() || callers.get().containsAll(Set.of(one, other)));
  }
}
