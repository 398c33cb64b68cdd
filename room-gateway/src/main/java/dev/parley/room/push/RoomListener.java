package dev.parley.room.push;

import dev.parley.events.id.RoomKey;
import dev.parley.kit.session.Session;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One who listens to a room. Takes records from any thread and writes them on the event loop of its
 * connection, as fast as that takes them. Holds no more than its bound: who falls behind is caught
 * up with from the newest records in memory, and let go with a reason when it takes nothing for
 * long.
 */
public final class RoomListener {
  /** The connection. All but {@link #run} and {@link #close} is called on its event loop. */
  public interface Outlet {
    /** True while what was written before has not gone out. */
    boolean full();

    /** One event; the position is where to go on after it. May wait for {@link #flush}. */
    void event(String position, StreamRecord.Event event);

    /** No event follows for now: what waits goes out. */
    void flush();

    /** Nothing happened; the position is where to go on. */
    void alive(String position);

    /** Something was missed for good. */
    void gap(String code, String detail);

    /** The last word, then the end. */
    void end(End reason);

    /** Runs on the event loop. */
    void run(Runnable task);
  }

  /** Why a stream ended. */
  public enum End {
    SLOW_LISTENER(
        4408, "The client did not read fast enough: connect again and resume from the last event."),
    SESSION_EXPIRED(
        4401,
        "The session has ended: get a new one, connect again and resume from the last event."),
    TRY_AGAIN(1013, "What was missed cannot be read now: connect again in a while."),
    STOPPING(1001, "The gateway is stopping: connect again and resume from the last event.");

    private final int closeCode;
    private final String detail;

    End(int closeCode, String detail) {
      this.closeCode = closeCode;
      this.detail = detail;
    }

    /** The close code on a WebSocket. */
    public int closeCode() {
      return closeCode;
    }

    /** What to do, for people. */
    public String detail() {
      return detail;
    }
  }

  private final Session who;
  private final RoomKey room;
  private final Set<String> types;
  private final int maxPending;
  private final Outlet outlet;
  private final Queue<StreamRecord> queue = new ConcurrentLinkedQueue<>();
  private final AtomicInteger pending = new AtomicInteger();
  private final AtomicBoolean draining = new AtomicBoolean();
  private volatile boolean closed;

  // On the event loop, but for the time before the first record is handed over.
  private volatile long[] next = new long[0];

  // Of the one thread at a time that hands over: the hub's, or that which catches up.
  private long[] handedOver = new long[0];

  /**
   * A listener.
   *
   * @param types CloudEvents types that it wants; empty for all
   * @param maxPending records that wait for it; more are not handed over
   */
  public RoomListener(Session who, RoomKey room, Set<String> types, int maxPending, Outlet outlet) {
    this.who = who;
    this.room = room;
    this.types = Set.copyOf(types);
    this.maxPending = maxPending;
    this.outlet = outlet;
  }

  /** Who listens. */
  Session who() {
    return who;
  }

  public RoomKey room() {
    return room;
  }

  /** True when nothing is to be handed over any more. */
  public boolean closed() {
    return closed;
  }

  /** Its connection is gone. */
  public void close() {
    closed = true;
    queue.clear();
    synchronized (this) {
      notifyAll();
    }
  }

  /** Ends it, saying why. */
  public void end(End reason) {
    if (!closed) {
      close();
      outlet.run(() -> outlet.end(reason));
    }
  }

  /**
   * Tells it that it will never get what lies before a position, after what waits for it.
   *
   * @return false when what waits did not go out in time
   */
  boolean gapWithin(String code, String detail, long[] goOnAt, long millis)
      throws InterruptedException {
    if (!awaitPending(0, millis)) {
      return false;
    }
    // The caller goes on counting in its own array before the event loop gets here.
    long[] position = goOnAt.clone();
    handedOver = goOnAt.clone();
    outlet.run(
        () -> {
          if (!closed) {
            goOnAt(position);
            outlet.gap(code, detail);
          }
        });
    return true;
  }

  private void goOnAt(long[] position) {
    long[] at = next;
    for (int topic = 0; topic < at.length; topic++) {
      at[topic] = Math.max(at[topic], position[topic]);
    }
  }

  /** Puts it somewhere, before records are handed over. */
  void startAt(long[] position) {
    next = position.clone();
    handedOver = position.clone();
  }

  /** Where to go on with one that could not take all that there was. */
  long[] handedOver() {
    return handedOver.clone();
  }

  /**
   * Hands one record over.
   *
   * @return false when as many wait as may
   */
  boolean offer(StreamRecord record) {
    if (closed) {
      return true;
    }
    if (pending.get() >= maxPending) {
      return false;
    }
    pending.incrementAndGet();
    queue.add(record);
    handedOver[record.topic()] = Math.max(handedOver[record.topic()], record.offset() + 1);
    drainSoon();
    return true;
  }

  /**
   * Hands one record over when there is room for it.
   *
   * @return false when there was none in time
   */
  boolean offerWithin(StreamRecord record, long millis) throws InterruptedException {
    return awaitPending(maxPending / 2, millis) && offer(record);
  }

  private synchronized boolean awaitPending(int atMost, long millis) throws InterruptedException {
    long deadline = System.nanoTime() + millis * 1_000_000;
    while (!closed && pending.get() > atMost) {
      long left = (deadline - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        return false;
      }
      wait(left);
    }
    return true;
  }

  /** The connection takes more again. */
  public void writable() {
    drain();
  }

  private void drainSoon() {
    if (draining.compareAndSet(false, true)) {
      outlet.run(
          () -> {
            draining.set(false);
            drain();
          });
    }
  }

  private void drain() {
    boolean any = false;
    while (!closed && !outlet.full()) {
      StreamRecord record = queue.poll();
      if (record == null) {
        break;
      }
      any = true;
      write(record);
      int left = pending.decrementAndGet();
      if (left == maxPending / 2 || left == 0) {
        synchronized (this) {
          notifyAll();
        }
      }
    }
    if (any) {
      outlet.flush();
    }
  }

  private void write(StreamRecord record) {
    long[] at = next;
    // A client that comes from a replica which was ahead of this one has it already.
    if (record.offset() < at[record.topic()]) {
      return;
    }
    at[record.topic()] = record.offset() + 1;
    record
        .event()
        .filter(event -> types.isEmpty() || types.contains(event.type()))
        .ifPresent(event -> outlet.event(StreamPosition.text(at), event));
  }

  /**
   * Everything before that position has been handed over. Where nothing waits, the listener stands
   * there: so it does not have to look through the records of other rooms when it comes back.
   */
  void passed(long[] position) {
    if (pending.get() > 0) {
      return;
    }
    outlet.run(
        () -> {
          if (closed || pending.get() > 0 || outlet.full()) {
            return;
          }
          goOnAt(position);
          outlet.alive(StreamPosition.text(next));
        });
  }
}
