package dev.parley.room.kafka;

import java.util.Map;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.jspecify.annotations.Nullable;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Cache;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.WriteBufferManager;

/**
 * One memory budget for the state of all partitions: by default every store of every partition
 * takes its own, which multiplies.
 */
public final class BoundedStateMemory implements RocksDBConfigSetter {
  /** Setting: the budget in MiB. */
  public static final String MEBIBYTES = "parley.state.memory.mib";

  // Rooms are written all the time: in a small buffer most of the work would be merging files. Of
  // told messages there are several stores per partition, and each takes its part at once.
  private static final long ROOMS_BUFFER_BYTES = 4 * 1024 * 1024;
  private static final long BUFFER_BYTES = 1024 * 1024;
  private static final Object LOCK = new Object();

  private static @Nullable Shared shared;

  private record Shared(Cache cache, WriteBufferManager writes) {}

  @Override
  public void setConfig(String storeName, Options options, Map<String, Object> configs) {
    Shared budget = shared(configs);
    BlockBasedTableConfig tables = (BlockBasedTableConfig) options.tableFormatConfig();
    tables.setBlockCache(budget.cache());
    tables.setCacheIndexAndFilterBlocks(true);
    // Every read asks the newest files: what says that a room is not in them must not be evicted.
    tables.setPinL0FilterAndIndexBlocksInCache(true);
    options.setTableFormatConfig(tables);
    options.setWriteBufferManager(budget.writes());
    options.setWriteBufferSize(
        storeName.equals(RoomTopology.ROOMS) ? ROOMS_BUFFER_BYTES : BUFFER_BYTES);
    options.setMaxWriteBufferNumber(2);
  }

  private static Shared shared(Map<String, Object> configs) {
    synchronized (LOCK) {
      Shared budget = shared;
      if (budget == null) {
        RocksDB.loadLibrary();
        long bytes = Long.parseLong(String.valueOf(configs.get(MEBIBYTES))) * 1024 * 1024;
        Cache cache = new LRUCache(bytes);
        budget = new Shared(cache, new WriteBufferManager(bytes / 2, cache));
        shared = budget;
      }
      return budget;
    }
  }

  @Override
  public void close(String storeName, Options options) {
    // The budget is shared and lives as long as the process.
  }
}
