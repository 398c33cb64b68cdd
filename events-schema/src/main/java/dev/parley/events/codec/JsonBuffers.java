package dev.parley.events.codec;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.util.BufferRecycler;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.core.util.RecyclerPool;

/**
 * Where Jackson keeps its buffers: with the thread, as it does by itself, but for virtual threads
 * in a pool of their own. A virtual thread lives for one piece of work, and would make buffers of
 * several KiB for it.
 */
public final class JsonBuffers implements RecyclerPool<BufferRecycler> {
  private static final long serialVersionUID = 1L;

  private static final RecyclerPool<BufferRecycler> PLATFORM = JsonRecyclerPools.threadLocalPool();

  private static final RecyclerPool<BufferRecycler> VIRTUAL =
      JsonRecyclerPools.sharedConcurrentDequePool();

  /** A factory that keeps its buffers so. */
  public static JsonFactory factory() {
    return JsonFactory.builder().recyclerPool(new JsonBuffers()).build();
  }

  // What was taken knows whom to go back to.
  @Override
  public BufferRecycler acquireAndLinkPooled() {
    return pool().acquireAndLinkPooled();
  }

  @Override
  public BufferRecycler acquirePooled() {
    return pool().acquirePooled();
  }

  @Override
  public void releasePooled(BufferRecycler pooled) {
    pool().releasePooled(pooled);
  }

  private static RecyclerPool<BufferRecycler> pool() {
    return Thread.currentThread().isVirtual() ? VIRTUAL : PLATFORM;
  }
}
