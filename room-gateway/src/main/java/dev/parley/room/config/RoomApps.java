package dev.parley.room.config;

import dev.parley.events.RefusedValueException;
import dev.parley.events.id.AppId;
import dev.parley.kit.config.SettingsException;
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
                Collectors.toUnmodifiableMap(
                    Map.Entry::getKey, entry -> app(entry.getKey(), entry.getValue())));
  }

  /** The application with that name. */
  public Optional<CallbackApp> named(String name) {
    return Optional.ofNullable(apps.get(name));
  }

  /** All of them. */
  public List<CallbackApp> all() {
    return List.copyOf(apps.values());
  }

  private static CallbackApp app(String name, App app) {
    List<Secret> messages = both(app.messageSignature(), app.previousMessageSignature());
    List<Secret> functions = both(app.functionSignature(), app.previousFunctionSignature());
    return new CallbackApp(
        appId(name, app.appId()),
        both(app.webhookSecret(), app.previousWebhookSecret()),
        both(app.callbackPathKey(), app.previousCallbackPathKey()),
        messages,
        app.functionSignature().isPresent() ? functions : with(functions, messages));
  }

  private static AppId appId(String name, String text) {
    try {
      return new AppId(text);
    } catch (RefusedValueException e) {
      throw new SettingsException(
          "parley.room.apps." + name + ".app-id", "cannot be used: " + e.getMessage());
    }
  }

  private static List<Secret> both(Optional<Secret> now, Optional<Secret> before) {
    return Stream.of(now, before).flatMap(Optional::stream).toList();
  }

  private static List<Secret> with(List<Secret> some, List<Secret> others) {
    return Stream.concat(some.stream(), others.stream()).toList();
  }
}
