package dev.parley.events.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.junit.jupiter.api.Test;

class RoomPartitionerTest {
  @Property
  void roomKeysGoWhereKafkaItselfPutsThem(
      @ForAll @AlphaChars @StringLength(min = 1, max = 40) String room,
      @ForAll @IntRange(min = 1, max = 50) int partitions) {
    String key = "123456781234567812345678:" + room;
    assertThat(RoomPartitioner.partition(key, partitions))
        .isEqualTo(
            BuiltInPartitioner.partitionForKey(key.getBytes(StandardCharsets.UTF_8), partitions));
  }

  @Test
  void aTaskStaysWithItsRoom() {
    assertThat(RoomPartitioner.partition("app:room:task-1", 12))
        .isEqualTo(RoomPartitioner.partition("app:room", 12));
  }
}
