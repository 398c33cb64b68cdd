package dev.parley.room.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/** A WebSocket client that writes as long as it can and reads nothing after its welcome. */
public final class DeafClient implements AutoCloseable {
  private final SocketChannel channel;

  private DeafClient(SocketChannel channel) {
    this.channel = channel;
  }

  public static DeafClient connect(URI base, String path) throws IOException {
    SocketChannel channel = SocketChannel.open();
    // What fits on the way is no measure of the gateway's memory.
    channel.setOption(StandardSocketOptions.SO_RCVBUF, 16 * 1024);
    channel.setOption(StandardSocketOptions.SO_SNDBUF, 16 * 1024);
    channel.connect(new InetSocketAddress(base.getHost(), base.getPort()));
    DeafClient client = new DeafClient(channel);
    client.write(
        ByteBuffer.wrap(
            ("GET "
                    + path
                    + " HTTP/1.1\r\nHost: "
                    + base.getHost()
                    + "\r\nUpgrade: websocket\r\n"
                    + "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                    + "Sec-WebSocket-Version: 13\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII)));
    client.readUntil("\r\n\r\n");
    return client;
  }

  /** Reads until that text has come in. */
  public void readUntil(String text) throws IOException {
    InputStream in = channel.socket().getInputStream();
    StringBuilder read = new StringBuilder();
    while (read.indexOf(text) < 0) {
      int next = in.read();
      if (next < 0) {
        throw new EOFException("closed after: " + read);
      }
      read.append((char) next);
    }
  }

  public void text(String text) throws IOException {
    write(frame(text));
  }

  /**
   * Writes a frame again and again until the gateway takes no more.
   *
   * @return how many bytes it took; {@code atMost} or more when it did not stop
   */
  long flood(String text, long atMost) throws IOException {
    channel.configureBlocking(false);
    long written = 0;
    long stuckSince = System.nanoTime();
    ByteBuffer frame = frame(text);
    while (written < atMost && System.nanoTime() - stuckSince < 3_000_000_000L) {
      int now = channel.write(frame);
      if (now > 0) {
        written += now;
        stuckSince = System.nanoTime();
      } else {
        Thread.onSpinWait();
      }
      if (!frame.hasRemaining()) {
        frame.rewind();
      }
    }
    return written;
  }

  private void write(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      int unused = channel.write(bytes);
    }
  }

  // Masked with zeroes, which leaves the text as it is.
  private static ByteBuffer frame(String text) {
    byte[] payload = text.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    ByteBuffer frame = ByteBuffer.allocate(payload.length + 8);
    frame.put((byte) 0x81);
    if (payload.length < 126) {
      frame.put((byte) (0x80 | payload.length));
    } else {
      frame.put((byte) (0x80 | 126)).putShort((short) payload.length);
    }
    return frame.putInt(0).put(payload).flip();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
