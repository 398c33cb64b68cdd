package dev.parley.analytics.kafka;

import java.util.Map;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Cache;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.WriteBufferManager;

/**
 * One memory budget for the state of all partitions. Left alone, every store of every partition
 * takes about 100 MiB of its own outside of the heap.
 */
public final class BoundedStateMemory implements RocksDBConfigSetter {
  private static final long MEBIBYTE = 1024 * 1024;
  private static final long TOTAL_BYTES = 64 * MEBIBYTE;

  /** Created with the first store, because it needs the native library. */
  private static final class Budget {
    static final Cache CACHE;
    static final WriteBufferManager WRITES;

    static {
      RocksDB.loadLibrary();
      CACHE = new LRUCache(TOTAL_BYTES);
      WRITES = new WriteBufferManager(TOTAL_BYTES / 2, CACHE);
    }
  }

  @Override
  public void setConfig(String storeName, Options options, Map<String, Object> configs) {
    BlockBasedTableConfig tables = (BlockBasedTableConfig) options.tableFormatConfig();
    tables.setBlockCache(Budget.CACHE);
    tables.setCacheIndexAndFilterBlocks(true);
    options.setTableFormatConfig(tables);
    options.setWriteBufferManager(Budget.WRITES);
    options.setWriteBufferSize(MEBIBYTE);
    options.setMaxWriteBufferNumber(2);
  }

  @Override
  public void close(String storeName, Options options) {
    // The budget is shared and lives as long as the process.
  }
}
