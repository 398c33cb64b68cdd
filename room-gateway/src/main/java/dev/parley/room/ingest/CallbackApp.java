package dev.parley.room.ingest;

import dev.parley.events.id.AppId;
import dev.parley.kit.secret.Secret;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What verifies the callbacks of one RTC application.
 *
 * @param webhookSecrets the current one and, while rotating, the one before; none refuses all
 */
public record CallbackApp(
    AppId appId,
    List<Secret> webhookSecrets,
    @Nullable Secret callbackPathKey,
    @Nullable Secret messageSignature,
    @Nullable Secret functionSignature) {
  public CallbackApp {
    webhookSecrets = List.copyOf(webhookSecrets);
  }
}
