package dev.parley.room.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.room.Rooms;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;

/**
 * A client as docs/relay-protocol.md has it, that goes from gateway to gateway, in whatever order,
 * with and without a batch in between, while Kafka comes and goes.
 */
class RelayHoppingPropertyTest {
  private static final int REPORTS = 60;

  /** Keeps every report until it is acknowledged, and sends again what is not. */
  private static final class Client {
    private final FakeKafka kafka = new FakeKafka();
    private final List<AcknowledgedSequences> gateways = new ArrayList<>();
    private final Set<Long> batched = new HashSet<>();
    private FakeLink link = new FakeLink();
    private @Nullable RelayConnection connection;
    private int read;
    private long acknowledged;
    private long sent;
    private boolean welcomed;

    Client(int gateways) {
      for (int i = 0; i < gateways; i++) {
        this.gateways.add(new AcknowledgedSequences(10));
      }
    }

    void connect(int gateway) {
      link = new FakeLink();
      read = 0;
      welcomed = false;
      sent = acknowledged;
      connection = TestRelay.connection(link, kafka::send, 16, gateways.get(gateway));
      connection.start();
      connection.text(TestRelay.HELLO);
      link.settle();
    }

    /** The connection breaks; what Kafka has taken under way stays taken. */
    void breakOff() {
      if (connection != null) {
        connection.closed();
        connection = null;
      }
    }

    void settle() {
      link.settle();
      for (; read < link.sent.size(); read++) {
        JsonNode frame = link.sent.get(read);
        switch (frame.path("type").textValue()) {
          case "welcome" -> {
            welcomed = true;
            acknowledge(frame.path("lastSequence").longValue());
          }
          case "ack" -> acknowledge(frame.path("sequence").longValue());
          default -> {}
        }
      }
    }

    private void acknowledge(long upTo) {
      acknowledged = Math.max(acknowledged, upTo);
      sent = Math.max(sent, acknowledged);
    }

    void report() {
      if (connection != null && welcomed && !link.paused && sent < REPORTS) {
        sent++;
        connection.text(
            "{\"type\":\"event\",\"sequence\":%d,\"clientTimeMillis\":%d,\"name\":\"onTokenWillExpire\"}"
                .formatted(sent, Rooms.T0 + sent));
      }
    }

    /** By HTTP, to whichever gateway: no relay hears of it. */
    void batch(int reports) {
      breakOff();
      for (int i = 0; i < reports && acknowledged < REPORTS; i++) {
        batched.add(++acknowledged);
      }
    }

    boolean kept(long sequence) {
      return batched.contains(sequence) || kafka.keptSequences().contains(sequence);
    }
  }

  @Property(tries = 500)
  void whoGoesFromGatewayToGatewayIsNeverLockedOutAndNothingIsLost(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 4) int gateways) {
    // Given
    Random random = new Random(seed);
    Client client = new Client(gateways);

    // When
    for (int step = 0; step < 400; step++) {
      switch (random.nextInt(12)) {
        case 0 -> {
          client.breakOff();
          client.connect(random.nextInt(gateways));
        }
        case 1 -> client.batch(random.nextInt(5));
        case 2 -> {
          if (!client.kafka.handed.isEmpty()) {
            client.kafka.refuse();
          }
        }
        case 3 -> client.link.pass(Duration.ofSeconds(1));
        case 4, 5, 6 -> {
          if (!client.kafka.handed.isEmpty()) {
            client.kafka.acknowledge();
          }
        }
        case 7 -> client.settle();
        default -> client.report();
      }
      assertNeverLockedOut(client);
    }
    for (int i = 0; i < 2 * REPORTS && client.acknowledged < REPORTS; i++) {
      if (i % REPORTS == 0) {
        client.breakOff();
        client.connect(random.nextInt(gateways));
      }
      client.report();
      client.kafka.acknowledgeAll();
      client.settle();
      client.link.pass(Duration.ofSeconds(1));
    }

    // Then: what is acknowledged is kept
    assertNeverLockedOut(client);
    assertThat(client.acknowledged).isEqualTo(REPORTS);
    assertThat(LongStream.rangeClosed(1, REPORTS).filter(each -> !client.kept(each))).isEmpty();
  }

  private static void assertNeverLockedOut(Client client) {
    assertThat(client.link.sent)
        .filteredOn(frame -> frame.path("type").asText().equals("error"))
        .extracting(frame -> frame.path("code").asText())
        .doesNotContain("sequence_gap");
    assertThat(LongStream.rangeClosed(1, client.acknowledged).allMatch(client::kept)).isTrue();
  }
}
