package dev.parley.kit.kafka;

import net.jpountz.lz4.LZ4Factory;
import org.jboss.logging.Logger;

/** The codec of batches. */
final class Lz4 {
  private static final Logger LOG = Logger.getLogger(Lz4.class);

  private Lz4() {}

  /**
   * Has Kafka's clients in this process compress natively. By itself the library does so only where
   * the system's class loader has loaded it, which Quarkus's is not, and else falls back to Java.
   */
  static void preferNative() {
    try {
      LZ4Factory unused = LZ4Factory.nativeInstance();
    } catch (LinkageError | RuntimeException e) {
      // No library for this machine, or no folder that it may be unpacked to and loaded from.
      LOG.debugf("lz4 compresses in Java: %s", e);
    }
  }
}
