package dev.parley.room.ingest;

import java.time.Duration;

/** The socket of a relay connection and its event loop. */
public interface RelayLink {
  void send(String text);

  /** True while what was sent before has not gone out: the client does not read. */
  boolean full();

  void ping();

  void pause();

  void resume();

  void close(short code, String reason);

  /** Runs on the event loop, later. */
  void run(Runnable task);

  /** Runs on the event loop after a delay; the answer cancels it. */
  Runnable after(Duration delay, Runnable task);
}
