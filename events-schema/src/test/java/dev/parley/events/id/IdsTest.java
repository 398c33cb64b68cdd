package dev.parley.events.id;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdsTest {
  @ParameterizedTest
  @ValueSource(strings = {"a", "Room_1@x.y-Z", "0"})
  void takesTheWholeAlphabet(String value) {
    assertThat(new RoomId(value).value()).isEqualTo(value);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "房间", "a/b", "a:b", "*"})
  void refusesWhatTheVendorRefusesAndNamesTheOffender(String value) {
    assertThatThrownBy(() -> new UserId(value))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("userId ");
  }

  @Test
  void holds128CharactersAndNoMore() {
    assertThat(new TaskId("t".repeat(128)).value()).hasSize(128);
    assertThatThrownBy(() -> new TaskId("t".repeat(129)))
        .hasMessage("taskId must have 1 to 128 characters, has 129");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "12345678123456781234567",
        "1234567812345678123456789",
        "12345678123456781234567-"
      })
  void anAppIdHas24LettersAndDigits(String value) {
    assertThatThrownBy(() -> new AppId(value)).hasMessageStartingWith("appId ");
  }

  @Test
  void aRoomKeyIsReadAsItIsWritten() {
    // Given
    RoomKey key = new RoomKey(new AppId("123456781234567812345678"), new RoomId("Room123"));

    // When
    RoomKey read = RoomKey.parse(key.toString());

    // Then
    assertThat(key).hasToString("123456781234567812345678:Room123");
    assertThat(read).isEqualTo(key);
  }
}
