package dev.parley.token.app;

import dev.parley.events.id.AppId;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The applications. Replaced as a whole when their keys are read again. */
public final class Apps {
  /** The application of requests that name none. */
  public static final String DEFAULT = "default";

  private volatile Map<String, App> byName;

  public Apps(Collection<App> apps) {
    byName = checked(apps);
  }

  /**
   * Takes other applications from now on.
   *
   * @throws IllegalArgumentException when there are none, or two share an AppId; nothing is
   *     replaced then
   */
  public void replace(Collection<App> apps) {
    byName = checked(apps);
  }

  private static Map<String, App> checked(Collection<App> apps) {
    if (apps.isEmpty()) {
      throw new IllegalArgumentException("at least one application must be configured");
    }
    if (apps.stream().map(App::id).distinct().count() < apps.size()) {
      // A token names its AppId alone: whose key should verify it?
      throw new IllegalArgumentException("two applications must not share an app-id");
    }
    return apps.stream().collect(Collectors.toUnmodifiableMap(App::name, Function.identity()));
  }

  /** The application of that name; without one the only application, or the default one. */
  public Optional<App> named(@Nullable String name) {
    Map<String, App> apps = byName;
    if (name == null && apps.size() == 1) {
      return apps.values().stream().findFirst();
    }
    return Optional.ofNullable(apps.get(name == null ? DEFAULT : name));
  }

  /** The application of that id. */
  public Optional<App> withId(AppId id) {
    return byName.values().stream().filter(app -> app.id().equals(id)).findFirst();
  }

  /** How many there are. */
  public int count() {
    return byName.size();
  }
}
