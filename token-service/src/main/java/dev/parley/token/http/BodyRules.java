package dev.parley.token.http;

import dev.parley.kit.problem.Problem;
import dev.parley.kit.problem.ProblemException;
import dev.parley.token.Privilege;
import dev.parley.token.app.App;
import dev.parley.token.app.Apps;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Rules of request bodies that more than one of them has. */
final class BodyRules {
  private BodyRules() {}

  static void noNulls(String field, @Nullable List<?> list) {
    if (list != null && list.stream().anyMatch(Objects::isNull)) {
      throw new IllegalArgumentException(field + " must not hold null");
    }
  }

  static Optional<Set<Privilege>> privileges(@Nullable List<String> names) {
    if (names == null) {
      return Optional.empty();
    }
    EnumSet<Privilege> privileges = EnumSet.noneOf(Privilege.class);
    names.forEach(name -> privileges.add(Privilege.ofWireName(name)));
    return Optional.of(privileges);
  }

  static App app(Apps apps, @Nullable String name) {
    return apps.named(name)
        .orElseThrow(
            () ->
                new ProblemException(
                    Problem.of(
                        422,
                        "unknown_app",
                        name == null
                            ? "There is no default application here: name one in app."
                            : "There is no application of this name here: look at app.")));
  }
}
