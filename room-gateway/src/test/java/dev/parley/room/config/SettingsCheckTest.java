package dev.parley.room.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.kit.config.SettingsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsCheckTest {
  private static final String POSITION_KEY = "parley.room.push.position-key";

  // With what has no default.
  private static RoomConfig config(Map<String, String> settings) {
    Map<String, String> all = new HashMap<>(settings);
    all.putIfAbsent(POSITION_KEY, "the same for all replicas");
    return RoomConfigTest.config(all);
  }

  @Test
  void whoHandsOutPositionsNeedsAKeyForThem() {
    // Given
    RoomConfig without = RoomConfigTest.config(Map.of());
    RoomConfig callbacks =
        RoomConfigTest.config(
            Map.of(
                "parley.room.apps.one.app-id",
                "123456781234567812345678",
                "parley.room.apps.one.callback-path-key",
                "of-callbacks"));
    RoomConfig handsOutNone = RoomConfigTest.config(Map.of("parley.room.roles.push", "false"));

    // When, Then
    assertThatThrownBy(() -> SettingsCheck.check(without))
        .isInstanceOf(SettingsException.class)
        .hasMessageStartingWith(POSITION_KEY + " must be set");
    assertThatCode(() -> SettingsCheck.check(callbacks)).doesNotThrowAnyException();
    assertThatCode(() -> SettingsCheck.check(handsOutNone)).doesNotThrowAnyException();
  }

  @Test
  void theDefaultsFitEachOther() {
    assertThatCode(() -> SettingsCheck.check(config(Map.of()))).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource({
    "relay.renew-interval, 60s, reducer.relay-lease, 180s, 179s",
    "reducer.idle-after, 60s, reducer.relay-lease, 240s, 239s",
    "relay.max-event-age, 8h, reducer.exact-window, 8h, 479m"
  })
  void whatDoesNotFitEndsTheStartWithTheNamesOfBoth(
      String name, String value, String other, String enough, String tooLittle) {
    // Given
    RoomConfig fits = config(Map.of("parley.room." + name, value, "parley.room." + other, enough));
    RoomConfig fails =
        config(Map.of("parley.room." + name, value, "parley.room." + other, tooLittle));

    // Then
    assertThatCode(() -> SettingsCheck.check(fits)).doesNotThrowAnyException();
    assertThatThrownBy(() -> SettingsCheck.check(fails))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("parley.room." + name)
        .hasMessageContaining("parley.room." + other);
  }

  @ParameterizedTest
  @CsvSource({
    // As many reports under way as the reducer tells apart.
    "relay.max-unacknowledged, 512, 513, 'at most 512, is 513'",
    "relay.max-batch-events, 512, 513, 'at most 512, is 513'",
    "relay.max-unacknowledged, 1, 0, 'at least 1, is 0'",
    "relay.heartbeat, 1ms, 0s, 'at least 1 ms, is PT0S'",
    "push.slow-after, 1ms, 0s, 'at least 1 ms, is PT0S'",
    "callbacks.answer-within, 1ms, 0s, 'at least 1 ms, is PT0S'",
    "reducer.threads, 1, 0, 'at least 1, is 0'",
    "replays.max-running, 1, 0, 'at least 1, is 0'",
  })
  void whatCannotBeUsedEndsTheStartWithItsName(
      String name, String within, String beyond, String must) {
    RoomConfig fits = config(Map.of("parley.room." + name, within));
    RoomConfig fails = config(Map.of("parley.room." + name, beyond));

    assertThatCode(() -> SettingsCheck.check(fits)).doesNotThrowAnyException();
    assertThatThrownBy(() -> SettingsCheck.check(fails))
        .isInstanceOf(SettingsException.class)
        .hasMessage("parley.room." + name + " must be " + must);
  }

  @Test
  void aFolderThatCannotBeThereEndsTheStartWithItsName(@TempDir Path folder) throws IOException {
    Path file = Files.createFile(folder.resolve("file"));

    SettingsCheck.createFolder("parley.room.x", folder.resolve("made/on/the/way"));
    assertThat(folder.resolve("made/on/the/way")).isDirectory();
    assertThatThrownBy(() -> SettingsCheck.createFolder("parley.room.x", file.resolve("inside")))
        .isInstanceOf(SettingsException.class)
        .hasMessage("parley.room.x cannot be created: " + file.resolve("inside"));
  }

  @Test
  void onlyAReducerThatMayLoseFactsIsWarnedOf() {
    // Given
    String guarantee = "parley.room.reducer.guarantee";

    // When, Then
    assertThat(SettingsCheck.warning(config(Map.of(guarantee, "at-least-once"))))
        .hasValueSatisfying(
            warning ->
                assertThat(warning)
                    .contains(guarantee, "at-least-once", "missing", "exactly-once-v2"));
    assertThat(SettingsCheck.warning(config(Map.of()))).isEmpty();
    assertThat(
            SettingsCheck.warning(
                config(Map.of(guarantee, "at-least-once", "parley.room.roles.reducer", "false"))))
        .isEmpty();
  }
}
