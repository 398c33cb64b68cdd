package dev.parley.token.http;

import dev.parley.events.RefusedValueException;
import dev.parley.kit.problem.Problem;
import dev.parley.kit.problem.ProblemException;
import dev.parley.token.Privilege;
import dev.parley.token.RoomScope;
import dev.parley.token.app.App;
import dev.parley.token.app.Apps;
import java.time.Duration;
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
      throw new RefusedValueException(field + " must not hold null");
    }
  }

  static Optional<RoomScope> room(@Nullable String roomId) {
    return Optional.ofNullable(roomId).map(RoomScope::parse);
  }

  static Optional<Set<Privilege>> privileges(@Nullable List<String> names) {
    if (names == null) {
      return Optional.empty();
    }
    EnumSet<Privilege> privileges = EnumSet.noneOf(Privilege.class);
    names.forEach(name -> privileges.add(Privilege.ofWireName(name)));
    return Optional.of(privileges);
  }

  static Optional<Duration> ttl(@Nullable Long seconds) {
    return Optional.ofNullable(seconds).map(Duration::ofSeconds);
  }

  /** Whether session JWTs are wanted: unless somebody says that they are not. */
  static boolean wanted(@Nullable Boolean session) {
    return session == null || session;
  }

  static App app(Apps apps, @Nullable String name) {
    return apps.named(name)
        .orElseThrow(
            () ->
                unprocessable(
                    "unknown_app",
                    name == null
                        ? "There is no default application here: name one in app."
                        : "There is no application of this name here: look at app."));
  }

  static ProblemException unprocessable(String code, String detail) {
    return new ProblemException(Problem.of(422, code, detail));
  }
}
