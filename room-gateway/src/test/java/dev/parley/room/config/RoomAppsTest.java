package dev.parley.room.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.kit.config.SettingsException;
import dev.parley.kit.secret.Secret;
import dev.parley.room.ingest.CallbackApp;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RoomAppsTest {
  private static CallbackApp app(Map<String, String> settings) {
    Map<String, String> all = new HashMap<>();
    all.put("parley.room.apps.one.app-id", "123456781234567812345678");
    settings.forEach((name, value) -> all.put("parley.room.apps.one." + name, value));
    return new RoomApps(
            new SmallRyeConfigBuilder()
                .addDiscoveredConverters()
                .withMapping(RoomConfig.class)
                .withSources(new PropertiesConfigSource(all, "test", 100))
                .build()
                .getConfigMapping(RoomConfig.class))
        .named("one")
        .orElseThrow();
  }

  @Test
  void whileRotatingBothAreAccepted() {
    CallbackApp app =
        app(
            Map.of(
                "webhook-secret", "w2",
                "previous-webhook-secret", "w1",
                "callback-path-key", "p2",
                "previous-callback-path-key", "p1",
                "message-signature", "m2",
                "previous-message-signature", "m1",
                "function-signature", "f2",
                "previous-function-signature", "f1"));

    assertThat(app.webhookSecrets()).extracting(Secret::reveal).containsExactly("w2", "w1");
    assertThat(app.callbackPathKeys()).extracting(Secret::reveal).containsExactly("p2", "p1");
    assertThat(app.messageSignatures()).extracting(Secret::reveal).containsExactly("m2", "m1");
    assertThat(app.functionSignatures()).extracting(Secret::reveal).containsExactly("f2", "f1");
  }

  @Test
  void functionsAreSignedAsMessagesWhereTheyHaveNoTextOfTheirOwn() {
    CallbackApp app = app(Map.of("message-signature", "m2", "previous-message-signature", "m1"));

    assertThat(app.functionSignatures()).extracting(Secret::reveal).containsExactly("m2", "m1");
    assertThat(app.callbackPathKeys()).isEmpty();
  }

  @Test
  void anAppIdThatIsNoneEndsTheStartWithItsName() {
    assertThatThrownBy(() -> app(Map.of("app-id", "two words")))
        .isInstanceOf(SettingsException.class)
        .hasMessage(
            "parley.room.apps.one.app-id cannot be used: appId must have 24 characters, has 9");
  }
}
