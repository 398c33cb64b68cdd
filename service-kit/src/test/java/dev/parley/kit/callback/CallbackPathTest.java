package dev.parley.kit.callback;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.events.id.AppId;
import dev.parley.events.id.RoomId;
import dev.parley.events.id.TaskId;
import dev.parley.kit.secret.Secret;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class CallbackPathTest {
  private static final AppId APP = new AppId("123456781234567812345678");
  private static final Secret KEY = Secret.of("callback-path-key");
  private static final RoomId ROOM = new RoomId("Room123");
  private static final TaskId TASK = new TaskId("task-1");

  /**
   * Proof: {@code printf '123456781234567812345678:Room123:task-1' | openssl dgst -sha256 -hmac
   * callback-path-key}.
   */
  private static final String SEGMENT = "Room123~task-1~523080d3d92ead2bb8b7673a8b89b7df";

  @Test
  void theSegmentNamesRoomAndTaskAndProvesItself() {
    assertThat(CallbackPath.mint(KEY, APP, ROOM, TASK)).isEqualTo(SEGMENT);
    assertThat(CallbackPath.open(KEY, APP, SEGMENT)).contains(new CallbackPath(ROOM, TASK));
  }

  @Test
  void anotherKeyOrAppOrRoomDoesNotOpenIt() {
    assertThat(CallbackPath.open(Secret.of("other"), APP, SEGMENT)).isEmpty();
    assertThat(CallbackPath.open(KEY, new AppId("876543218765432187654321"), SEGMENT)).isEmpty();
    assertThat(CallbackPath.open(KEY, APP, SEGMENT.replace("Room123", "Room124"))).isEmpty();
  }

  @Property
  void anyTextIsRefusedAndNothingIsThrown(@ForAll String segment) {
    assertThat(CallbackPath.open(KEY, APP, segment)).isEmpty();
  }
}
