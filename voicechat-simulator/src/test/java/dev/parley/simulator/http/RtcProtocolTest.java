package dev.parley.simulator.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.parley.simulator.Vectors;
import dev.parley.simulator.room.BinaryMessage;
import dev.parley.simulator.room.LeaveCause;
import dev.parley.simulator.room.MediaType;
import dev.parley.simulator.room.SdkEvent;
import dev.parley.simulator.rtc.ClientCommand;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RtcProtocolTest {

  private static final BinaryMessage MESSAGE = BinaryMessage.of(new byte[] {1, 2});

  static Stream<SdkEvent> events() {
    return Stream.of(
        new SdkEvent.UserJoined("ann", "extra", true, false),
        new SdkEvent.UserLeave("ann", null, LeaveCause.USER_LEAVE),
        new SdkEvent.UserPublishStream("ann", MediaType.AUDIO),
        new SdkEvent.UserUnpublishStream("ann", MediaType.VIDEO, 3),
        new SdkEvent.UserStartAudioCapture("ann"),
        new SdkEvent.UserStopAudioCapture("ann"),
        new SdkEvent.RoomBinaryMessageReceived("bot", MESSAGE),
        new SdkEvent.UserBinaryMessageReceived("bot", MESSAGE),
        new SdkEvent.TokenWillExpire(),
        new SdkEvent.Failed("DUPLICATE_LOGIN"));
  }

  @ParameterizedTest
  @MethodSource("events")
  void hasTheNamesAndFieldsOfTheSdk(SdkEvent event) throws Exception {
    // When
    JsonNode frame = new ObjectMapper().readTree(RtcProtocol.event(event));
    // Then
    assertThat(frame.path("type").asText()).isEqualTo("event");
    JsonNode declared =
        Vectors.list("web-sdk-events.json", "events").stream()
            .filter(each -> each.path("event").asText().equals(frame.path("name").asText()))
            .findFirst()
            .orElseThrow();
    assertThat(frame.path("arguments").size()).isEqualTo(declared.path("arguments").size());
    for (int i = 0; i < declared.path("arguments").size(); i++) {
      assertShape(declared.path("arguments").get(i).path("shape"), frame.path("arguments").get(i));
    }
  }

  private static void assertShape(JsonNode shape, JsonNode value) {
    List<String> allowed = new ArrayList<>();
    shape
        .properties()
        .forEach(
            field -> {
              boolean optional = field.getKey().endsWith("?");
              String name = field.getKey().replace("?", "");
              allowed.add(name);
              JsonNode actual = value.path(name);
              assertThat(optional || !actual.isMissingNode()).as(name).isTrue();
              if (field.getValue().isObject() && !actual.isMissingNode()) {
                assertShape(field.getValue(), actual);
              }
            });
    List<String> names = new ArrayList<>();
    value.fieldNames().forEachRemaining(names::add);
    assertThat(allowed).containsAll(names);
  }

  @Test
  void readsEveryCommand() {
    // When // Then
    assertThat(
            Stream.of(
                    "{'type':'join','appId':'a','roomId':'r','userId':'u','token':'t'}",
                    "{'type':'publishStream','mediaType':3}",
                    "{'type':'unpublishStream','mediaType':2}",
                    "{'type':'startAudioCapture'}",
                    "{'type':'stopAudioCapture'}",
                    "{'type':'say','text':'hi'}",
                    "{'type':'sendUserBinaryMessage','userId':'u','base64':'AQI='}",
                    "{'type':'updateToken','token':'t'}",
                    "{'type':'leave'}")
                .map(text -> RtcProtocol.command(text.replace('\'', '"'))))
        .containsExactly(
            new ClientCommand.Join("a", "r", "u", "t", null),
            new ClientCommand.PublishStream(MediaType.AUDIO_AND_VIDEO),
            new ClientCommand.UnpublishStream(MediaType.VIDEO),
            new ClientCommand.StartAudioCapture(),
            new ClientCommand.StopAudioCapture(),
            new ClientCommand.Say("hi"),
            new ClientCommand.SendUserBinaryMessage("u", MESSAGE),
            new ClientCommand.UpdateToken("t"),
            new ClientCommand.Leave());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "{}",
        "{\"type\":\"join\"}",
        "{\"type\":\"join\",\"appId\":\"a\",\"roomId\":\"a b\",\"userId\":\"u\",\"token\":\"t\"}",
        "{\"type\":\"publishStream\",\"mediaType\":4}",
        "{\"type\":\"say\",\"text\":\" \"}",
        "{\"type\":\"sendUserBinaryMessage\",\"userId\":\"u\",\"base64\":\"*\"}"
      })
  void refusesWhatIsNoCommand(String text) {
    // When // Then
    assertThatThrownBy(() -> RtcProtocol.command(text))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Property(tries = 200)
  void neverFailsOtherThanByType(@ForAll String text) {
    // When // Then
    assertThatThrownBy(() -> RtcProtocol.command(text))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
