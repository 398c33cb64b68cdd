package dev.parley.room.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.parley.room.Rooms;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class TelemetrySamplingTest {
  private static final String STATS = "onRemoteStreamStats";

  private final TelemetrySampling sampling = new TelemetrySampling(Duration.ofSeconds(10), 3);
  private long sequence;

  private boolean keeps(String client, String name, String argument, long atMillis) {
    return sampling.keeps(client, event(++sequence, name, argument), atMillis);
  }

  private boolean keeps(String argument, long atMillis) {
    return keeps("client-1", STATS, argument, atMillis);
  }

  private static ClientReport.SdkEvent event(long number, String name, String argument) {
    return new ClientReport.SdkEvent(
        number, 0, name, (ArrayNode) Rooms.json("[" + argument + "]"), 1000);
  }

  @Test
  void keepsOnePerInterval() {
    assertThat(keeps("{'userId':'bob'}", 50_000)).isTrue();
    assertThat(keeps("{'userId':'bob'}", 59_999)).isFalse();
    assertThat(keeps("{'userId':'bob'}", 60_000)).isTrue();
    assertThat(keeps("{'userId':'bob'}", 69_999)).isFalse();
  }

  @Test
  void keepsOneOfEachUserStreamNameAndClient() {
    assertThat(keeps("{'userId':'bob'}", 0)).isTrue();
    assertThat(keeps("{'userId':'carol'}", 0)).isTrue();
    assertThat(keeps("{'userId':'carol','isScreen':true}", 0)).isTrue();
    assertThat(keeps("client-1", "onRemoteStatsException", "{'userId':'bob'}", 0)).isTrue();
    assertThat(keeps("client-2", STATS, "{'userId':'bob'}", 0)).isTrue();
  }

  @Test
  void seesWhomTheJitterBufferIsOf() {
    String name = "onJitterBufferTargetStabled";
    assertThat(keeps("c", name, "{'descriptor':{'userId':'bob'},'target':1}", 0)).isTrue();
    assertThat(keeps("c", name, "{'descriptor':{'userId':'carol'},'target':1}", 0)).isTrue();
    assertThat(keeps("c", name, "{'descriptor':{'userId':'bob'},'target':2}", 1)).isFalse();
  }

  @Test
  void keepsTheSameReportWhenItComesAgain() {
    // Given
    ClientReport.SdkEvent first = event(1, STATS, "{'userId':'bob'}");
    assertThat(sampling.keeps("client-1", first, 1000)).isTrue();

    // When, Then
    assertThat(sampling.keeps("client-1", first, 1000)).isTrue();
    assertThat(sampling.keeps("client-1", event(2, STATS, "{'userId':'bob'}"), 1000)).isFalse();
  }

  @Test
  void forgetsTheOneThatWasAskedForLongestAgo() {
    // Given: it remembers three
    assertThat(keeps("{'userId':'a'}", 0)).isTrue();
    assertThat(keeps("{'userId':'b'}", 0)).isTrue();
    assertThat(keeps("{'userId':'c'}", 0)).isTrue();
    assertThat(keeps("{'userId':'a'}", 1)).isFalse();

    // When
    assertThat(keeps("{'userId':'d'}", 1)).isTrue();

    // Then
    assertThat(keeps("{'userId':'a'}", 2)).isFalse();
    assertThat(keeps("{'userId':'b'}", 2)).isTrue();
  }
}
