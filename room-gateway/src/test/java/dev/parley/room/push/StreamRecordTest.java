package dev.parley.room.push;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class StreamRecordTest {
  private static StreamRecord record(int topic, long offset, long timestamp) {
    return new StreamRecord("app:room", topic, offset, timestamp, new RecordHeaders(), null);
  }

  @Test
  void topicsAreMergedByTime() {
    StreamRecord first = record(0, 7, 1_000);
    StreamRecord third = record(0, 8, 3_000);
    StreamRecord second = record(1, 2, 2_000);

    assertThat(StreamRecord.inOrder(List.of(first, third, second)))
        .containsExactly(first, second, third);
  }

  @Test
  void aTopicKeepsItsOrderWhereTimesGoBack() {
    // Given: two writers of one topic, the second with the time of a cause long before
    StreamRecord running = record(2, 10, 1_050);
    StreamRecord stage = record(2, 11, 1_000);
    StreamRecord joined = record(0, 4, 1_020);

    assertThat(StreamRecord.inOrder(List.of(joined, running, stage)))
        .containsExactly(joined, running, stage);
  }
}
