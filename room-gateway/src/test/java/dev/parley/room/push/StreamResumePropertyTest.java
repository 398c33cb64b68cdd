package dev.parley.room.push;

import static dev.parley.room.push.Listening.PARTITION;
import static dev.parley.room.push.Listening.TOPICS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.room.push.Listening.Client;
import dev.parley.room.push.Listening.Log;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class StreamResumePropertyTest {
  /** A replica merges the topics in an order of its own, and lags as it likes. */
  private static final class Replica {
    private final ListenerHub hub;
    private final long[] read = new long[TOPICS];

    Replica(int memory) {
      hub = Listening.replica(memory);
    }

    void readSome(long[] written, Random random, int atMost) {
      for (int i = 0; i < atMost; i++) {
        int topic = random.nextInt(TOPICS);
        if (read[topic] < written[topic]) {
          hub.take(PARTITION, Listening.record(topic, read[topic]++));
        }
      }
    }

    void readAll(long[] written) {
      for (int topic = 0; topic < TOPICS; topic++) {
        while (read[topic] < written[topic]) {
          hub.take(PARTITION, Listening.record(topic, read[topic]++));
        }
      }
    }
  }

  @Property(tries = 300)
  void whoMovesFromReplicaToReplicaHearsEverythingOnceAndEachTopicInOrder(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 20_000) int memory) {
    // Given
    Random random = new Random(seed);
    Log log = new Log();
    long[] written = new long[TOPICS];
    List<Replica> replicas = List.of(new Replica(memory), new Replica(1), new Replica(memory));
    Client client = new Client();
    Replica at = replicas.getFirst();
    RoomListener listener = client.connect(1000);
    at.hub.begin(listener);
    at.hub.heartbeat();
    client.settle();

    // When
    for (int step = 0; step < 30; step++) {
      int topic = random.nextInt(TOPICS);
      for (int i = random.nextInt(4); i > 0; i--) {
        log.add(Listening.record(topic, written[topic]++));
      }
      replicas.forEach(replica -> replica.readSome(written, random, random.nextInt(8)));
      if (random.nextInt(3) == 0) {
        // The connection breaks with what is under way, and the client goes to another replica.
        if (random.nextBoolean()) {
          client.settle();
        }
        listener.close();
        at.hub.remove(listener);
        client.settle();
        at = replicas.get(random.nextInt(replicas.size()));
        listener = client.connect(1000);
        new Resumption(at.hub, log, listener, client.position(), Duration.ofSeconds(1)).run();
      }
      if (random.nextBoolean()) {
        at.hub.heartbeat();
      }
      client.settle();
    }
    at.readAll(written);
    client.settle();

    // Then
    assertThat(client.ends).isEmpty();
    assertThat(new HashSet<>(client.heard)).hasSameSizeAs(client.heard);
    for (int topic = 0; topic < TOPICS; topic++) {
      List<String> all = new ArrayList<>();
      for (long offset = 0; offset < written[topic]; offset++) {
        all.add(topic + "-" + offset);
      }
      String prefix = topic + "-";
      assertThat(client.heard)
          .filteredOn(id -> id.startsWith(prefix))
          .containsExactlyElementsOf(all);
    }
  }
}
