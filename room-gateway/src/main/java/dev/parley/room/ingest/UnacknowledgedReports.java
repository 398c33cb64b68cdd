package dev.parley.room.ingest;

import dev.parley.kit.kafka.EventPublisher.Draft;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The reports of one connection that Kafka has not acknowledged, in the order of their sequences.
 * What Kafka does not take is handed over again, in order. Runs on the connection's event loop.
 */
final class UnacknowledgedReports {
  /** The connection that it works for. */
  interface Owner {
    /** Kafka has everything up to that sequence. */
    void acknowledged(long upTo);

    /** More or less waits than before, or Kafka takes records again, or none. */
    void changed();

    /** Kafka will never take the event as it is: what is kept instead. */
    Draft refused(long sequence, String code, String detail, byte[] raw);

    /** Runs on the event loop, later. */
    void run(Runnable task);

    /** Runs on the event loop after a delay; the answer cancels it. */
    Runnable after(Duration delay, Runnable task);
  }

  private static final class Entry {
    private final long sequence;
    private @Nullable Draft draft;
    private final Supplier<byte[]> raw;
    private boolean sent;
    private boolean done;

    Entry(long sequence, @Nullable Draft draft, Supplier<byte[]> raw) {
      this.sequence = sequence;
      this.raw = raw;
      this.draft = draft;
      this.done = draft == null;
      this.sent = done;
    }
  }

  private record Outcome(Entry entry, @Nullable Throwable failure) {}

  private final Queue<Outcome> outcomes = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean looking = new AtomicBoolean();
  private final Deque<Entry> waiting = new ArrayDeque<>();
  private final Function<Draft, CompletionStage<Void>> publisher;
  private final Duration retryDelay;
  private final Owner owner;
  private boolean broken;
  private boolean closed;
  private int inFlight;

  UnacknowledgedReports(
      Function<Draft, CompletionStage<Void>> publisher, Duration retryDelay, Owner owner) {
    this.publisher = publisher;
    this.retryDelay = retryDelay;
    this.owner = owner;
  }

  /** How many wait. */
  int size() {
    return waiting.size();
  }

  /** True while Kafka does not take records. */
  boolean broken() {
    return broken;
  }

  /** The connection is gone: nothing is handed over any more. */
  void close() {
    closed = true;
    waiting.clear();
  }

  /**
   * Takes the next report; without a draft there is nothing to keep of it.
   *
   * @param raw the frame as it came in, for the case that no topic takes it
   */
  void add(long sequence, @Nullable Draft draft, Supplier<byte[]> raw) {
    Entry entry = new Entry(sequence, draft, raw);
    waiting.add(entry);
    if (entry.done) {
      // Acknowledged together with what comes before it.
      advance();
    } else if (!broken) {
      send(entry);
    }
    owner.changed();
  }

  private void send(Entry entry) {
    Draft draft = entry.draft;
    if (draft == null) {
      return;
    }
    entry.sent = true;
    inFlight++;
    CompletionStage<Void> written = publisher.apply(draft);
    // What was not even taken must not be overtaken by the next one.
    broken |= notTaken(written.toCompletableFuture());
    written.whenComplete(
        (ok, failure) -> {
          outcomes.add(new Outcome(entry, failure));
          // Kafka acknowledges whole batches: one turn of the event loop for all of it.
          if (looking.compareAndSet(false, true)) {
            owner.run(this::look);
          }
        });
  }

  private static boolean notTaken(CompletableFuture<Void> written) {
    return written.isCompletedExceptionally() && CodecRefusal.of(written.exceptionNow()) == null;
  }

  private void look() {
    looking.set(false);
    for (Outcome outcome = outcomes.poll(); outcome != null; outcome = outcomes.poll()) {
      settled(outcome.entry(), outcome.failure());
    }
    if (!closed) {
      advance();
    }
  }

  private void settled(Entry entry, @Nullable Throwable failure) {
    inFlight--;
    if (closed) {
      return;
    }
    CodecRefusal refusal = CodecRefusal.of(failure);
    if (failure == null) {
      entry.done = true;
    } else if (refusal != null) {
      // Trying again does not help: kept as a bad row, so that what follows is not held up.
      entry.draft =
          owner.refused(entry.sequence, refusal.code(), refusal.detail(), entry.raw.get());
      send(entry);
    } else {
      entry.sent = false;
      broken = true;
      owner.changed();
    }
    if (broken && inFlight == 0) {
      sendAgainLater();
    }
  }

  private void sendAgainLater() {
    Runnable unused =
        owner.after(
            retryDelay,
            () -> {
              if (closed || !broken || inFlight > 0) {
                return;
              }
              broken = false;
              // All of them in order, as the first time.
              for (Entry entry : List.copyOf(waiting)) {
                if (!entry.sent && !broken) {
                  send(entry);
                }
              }
              owner.changed();
            });
  }

  private void advance() {
    long upTo = 0;
    for (Iterator<Entry> entries = waiting.iterator(); entries.hasNext(); ) {
      Entry entry = entries.next();
      if (!entry.done) {
        break;
      }
      upTo = entry.sequence;
      entries.remove();
    }
    if (upTo > 0) {
      owner.acknowledged(upTo);
      owner.changed();
    }
  }
}
