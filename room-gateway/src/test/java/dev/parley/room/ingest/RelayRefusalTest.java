package dev.parley.room.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import dev.parley.events.BadRow;
import dev.parley.events.Bytes;
import dev.parley.room.Rooms;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is kept of reports and frames that are refused. */
class RelayRefusalTest extends RelayConnectionSetup {
  @Test
  void whatNoTopicTakesIsABadRowWithTheFramesBytes() {
    // Given
    welcomed();
    byte[] binary =
        ByteBuffer.allocate(1 + 1 + 8 + 8 + 2 + 3 + 8)
            .put((byte) 1)
            .put((byte) 0)
            .putLong(2)
            .putLong(Rooms.T0)
            .putShort((short) 3)
            .put("bob".getBytes(StandardCharsets.UTF_8))
            .put(new byte[] {'i', 'n', 'f', 'o', 0, 0, 0, 0})
            .array();

    // When
    connection.text(event(1));
    connection.binary(binary);
    kafka.refuse(Rooms.refusedByTheCodec());
    kafka.refuse(Rooms.refusedByTheCodec());
    link.settle();
    kafka.acknowledgeAll();
    link.settle();

    // Then
    assertThat(link.acknowledged()).isEqualTo(2);
    assertThat(said("error"))
        .hasSize(2)
        .allSatisfy(error -> assertThat(error).contains("event_refused"));
    assertThat(kafka.kept)
        .filteredOn(BadRow.class::isInstance)
        .extracting(row -> ((BadRow) row).code(), row -> ((BadRow) row).raw())
        .containsExactly(
            tuple("event_refused", Bytes.of(event(1).getBytes(StandardCharsets.UTF_8))),
            tuple("event_refused", Bytes.of(binary)));
  }

  @Test
  void whatIsTooOldIsToldTheBoundInWords() {
    // Given
    welcomed();

    // When
    connection.text(eventAt(1, Rooms.T0 - Duration.ofHours(7).toMillis()));

    // Then
    assertThat(said("error"))
        .singleElement()
        .asString()
        .contains("\"too_old\"", "What happened longer ago than 6 h is kept but not counted.");
  }

  private String raw() {
    return kafka.kept.stream()
        .filter(BadRow.class::isInstance)
        .map(row -> new String(((BadRow) row).raw().toArray(), StandardCharsets.UTF_8))
        .collect(Collectors.joining(","));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"type\":\"renew\",\"token\":\"eyJhbGciOiJFUzI1NiJ9.secret",
        "{\"type\":\"renwe\",\"token\":\"eyJhbGciOiJFUzI1NiJ9.secret\"}",
        "{\"type\":\"renew\",\"tokne\":\"eyJhbGciOiJFUzI1NiJ9.secret\"}",
        "{\"type\":\"event\",\"token\":\"eyJhbGciOiJFUzI1NiJ9.secret\"}",
        "{\"type\":\"event\",\"sequence\":1,\"clientTimeMillis\":1,\"name\":\"onNothing\","
            + "\"sessionToken\":\"eyJhbGciOiJFUzI1NiJ9.secret\"}",
        "[\"eyJhbGciOiJFUzI1NiJ9.secret\"]",
        "eyJhbGciOiJFUzI1NiJ9.secret"
      })
  void noFrameThatMayCarryASessionTokenReachesKafkaWithIt(String frame) {
    // Given
    welcomed();

    // When
    connection.text(frame);
    kafka.acknowledgeAll();
    link.settle();

    // Then
    assertThat(kafka.kept).filteredOn(BadRow.class::isInstance).hasSize(1);
    assertThat(raw()).doesNotContain("secret");
  }

  @Test
  void anEventThatCannotBeReadIsKeptAsItCame() {
    // Given
    welcomed();
    String frame = "{\"type\":\"event\", \"sequence\":\"one\"}";

    // When
    connection.text(frame);
    kafka.acknowledgeAll();

    // Then
    assertThat(raw()).isEqualTo(frame);
    assertThat(link.closeCode).isEqualTo(RelayConnection.MALFORMED);
  }
}
