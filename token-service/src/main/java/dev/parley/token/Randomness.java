package dev.parley.token;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.UUID;

/**
 * Unforeseeable bytes in small pieces. Each thread draws {@value #BLOCK} bytes at a time from its
 * source, whose price is that of a call more than that of a byte, and forgets what it has handed
 * out.
 */
public final class Randomness {
  private static final int BLOCK = 1024;

  private final SecureRandom source;
  private final ThreadLocal<Block> blocks;

  /** Draws from {@code source}. */
  public Randomness(SecureRandom source) {
    this.source = source;
    this.blocks = ThreadLocal.withInitial(Block::new);
  }

  /** 32 of them. */
  public int bits() {
    return (int) blocks.get().take(Integer.BYTES);
  }

  /**
   * So many bytes.
   *
   * @param count 1 to 1024
   */
  public byte[] bytes(int count) {
    return blocks.get().take(new byte[count]);
  }

  /** A UUID of version 4 (RFC 9562, section 5.4), as text. */
  public String uuid() {
    Block block = blocks.get();
    long high = (block.take(Long.BYTES) & ~0xF000L) | 0x4000L;
    long low = (block.take(Long.BYTES) & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
    return new UUID(high, low).toString();
  }

  private final class Block {
    private final byte[] bytes = new byte[BLOCK];
    private int next = BLOCK;

    long take(int count) {
      reserve(count);
      long value = 0;
      for (int end = next + count; next < end; next++) {
        value = (value << Byte.SIZE) | (bytes[next] & 0xFF);
        bytes[next] = 0;
      }
      return value;
    }

    byte[] take(byte[] into) {
      reserve(into.length);
      System.arraycopy(bytes, next, into, 0, into.length);
      Arrays.fill(bytes, next, next + into.length, (byte) 0);
      next += into.length;
      return into;
    }

    private void reserve(int count) {
      if (next + count > BLOCK) {
        source.nextBytes(bytes);
        next = 0;
      }
    }
  }
}
