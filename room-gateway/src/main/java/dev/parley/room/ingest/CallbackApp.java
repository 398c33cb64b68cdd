package dev.parley.room.ingest;

import dev.parley.events.id.AppId;
import dev.parley.kit.secret.Secret;
import java.util.List;

/**
 * What verifies the callbacks of one RTC application.
 *
 * <p>Of each secret the current one and, while rotating, the one before; none refuses all.
 *
 * @param webhookSecrets sign event callbacks
 * @param callbackPathKeys prove the last path segment of the other callbacks
 * @param messageSignatures texts that message callbacks carry
 * @param functionSignatures texts that function callbacks carry
 */
public record CallbackApp(
    AppId appId,
    List<Secret> webhookSecrets,
    List<Secret> callbackPathKeys,
    List<Secret> messageSignatures,
    List<Secret> functionSignatures) {
  public CallbackApp {
    webhookSecrets = List.copyOf(webhookSecrets);
    callbackPathKeys = List.copyOf(callbackPathKeys);
    messageSignatures = List.copyOf(messageSignatures);
    functionSignatures = List.copyOf(functionSignatures);
  }
}
