package dev.parley.agent.config;

import dev.parley.kit.secret.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Secrets by name: the configuration, then a file of that name, then an environment variable of
 * that name. Read when a scene is used, so that a changed file counts at once.
 */
final class SceneSecrets implements Function<String, Optional<Secret>> {
  private final Map<String, Secret> configured;
  private final @Nullable Path folder;
  private final Function<String, @Nullable String> environment;

  SceneSecrets(
      Map<String, Secret> configured,
      Optional<Path> folder,
      Function<String, @Nullable String> environment) {
    this.configured = Map.copyOf(configured);
    this.folder = folder.orElse(null);
    this.environment = environment;
  }

  @Override
  public Optional<Secret> apply(String name) {
    Secret secret = configured.get(name);
    if (secret != null) {
      return Optional.of(secret);
    }
    return file(name)
        .or(() -> Optional.ofNullable(environment.apply(name)))
        .filter(text -> !text.isBlank())
        .map(Secret::of);
  }

  private Optional<String> file(String name) {
    if (folder == null || name.startsWith(".")) {
      return Optional.empty();
    }
    Path file = folder.resolve(name);
    try {
      return Files.isRegularFile(file)
          ? Optional.of(Files.readString(file).strip())
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
