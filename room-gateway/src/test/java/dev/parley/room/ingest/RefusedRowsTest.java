package dev.parley.room.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.events.id.AppId;
import dev.parley.room.Rooms;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class RefusedRowsTest {
  private final RefusedRows rows = new RefusedRows(3);

  private long kept(AppId app, long atMillis) {
    return LongStream.range(0, 100).filter(i -> rows.mayKeep(app, atMillis)).count();
  }

  @Test
  void keepsSoManyASecondOfEachApplication() {
    assertThat(kept(Rooms.APP, 5_000)).isEqualTo(3);
    assertThat(kept(Rooms.APP, 5_999)).isZero();
    assertThat(kept(new AppId("123456781234567812345679"), 5_999)).isEqualTo(3);
    assertThat(kept(Rooms.APP, 6_000)).isEqualTo(3);
  }

  @Test
  void keepsNoneWhereNoneMayBe() {
    assertThat(new RefusedRows(0).mayKeep(Rooms.APP, 5_000)).isFalse();
  }
}
