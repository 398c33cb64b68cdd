package dev.parley.events.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.util.BufferRecycler;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class JsonBuffersTest {
  private final JsonBuffers buffers = new JsonBuffers();

  @Test
  void virtualThreadsPassTheirBuffersOn() throws InterruptedException {
    // Given
    Set<BufferRecycler> seen = ConcurrentHashMap.newKeySet();
    Runnable work =
        () -> {
          BufferRecycler taken = buffers.acquireAndLinkPooled();
          seen.add(taken);
          taken.releaseToPool();
        };

    // When: one after the other, each on a thread of its own
    for (int i = 0; i < 100; i++) {
      Thread.ofVirtual().start(work).join();
    }

    // Then
    assertThat(seen).hasSizeLessThan(100);
  }

  @Test
  void twoAtATimeNeverShare() throws Exception {
    // Given
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      BufferRecycler mine = threads.submit(buffers::acquireAndLinkPooled).get();

      // When
      BufferRecycler other = threads.submit(buffers::acquireAndLinkPooled).get();

      // Then
      assertThat(other).isNotSameAs(mine);
      mine.releaseToPool();
      other.releaseToPool();
    }
  }

  @Test
  void aPlatformThreadKeepsItsOwn() {
    // When
    BufferRecycler first = buffers.acquireAndLinkPooled();
    first.releaseToPool();

    // Then
    assertThat(buffers.acquireAndLinkPooled()).isSameAs(first);
  }
}
