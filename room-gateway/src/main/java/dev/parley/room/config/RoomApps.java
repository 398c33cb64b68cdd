package dev.parley.room.config;

import dev.parley.events.id.AppId;
import dev.parley.kit.secret.Secret;
import dev.parley.room.config.RoomConfig.App;
import dev.parley.room.ingest.CallbackApp;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The configured RTC applications by name. */
@ApplicationScoped
public class RoomApps {
  private final Map<String, CallbackApp> apps;

  @Inject
  RoomApps(RoomConfig config) {
    apps =
        config.apps().entrySet().stream()
            .collect(
                Collectors.toUnmodifiableMap(Map.Entry::getKey, entry -> app(entry.getValue())));
  }

  /** The application with that name. */
  public Optional<CallbackApp> named(String name) {
    return Optional.ofNullable(apps.get(name));
  }

  /** All of them. */
  public List<CallbackApp> all() {
    return List.copyOf(apps.values());
  }

  private static CallbackApp app(App app) {
    List<Secret> webhookSecrets =
        Stream.of(app.webhookSecret(), app.previousWebhookSecret())
            .flatMap(Optional::stream)
            .toList();
    return new CallbackApp(
        new AppId(app.appId()),
        webhookSecrets,
        app.callbackPathKey().orElse(null),
        app.messageSignature().orElse(null),
        app.functionSignature().or(app::messageSignature).orElse(null));
  }
}
