package dev.parley.room.push;

import dev.parley.room.push.ListenerHub.Missed;
import java.time.Duration;

/** Brings a listener that comes back, or fell behind, to where the stream is now. Blocks. */
public final class Resumption implements Runnable {
  private final ListenerHub hub;
  private final MissedRecords kafka;
  private final RoomListener listener;
  private final long slowMillis;
  private long[] at;

  /**
   * A listener that comes back.
   *
   * @param from where it stands
   * @param slowAfter how long it may leave what is sent unread
   */
  public Resumption(
      ListenerHub hub,
      MissedRecords kafka,
      RoomListener listener,
      StreamPosition from,
      Duration slowAfter) {
    this.hub = hub;
    this.kafka = kafka;
    this.listener = listener;
    this.slowMillis = slowAfter.toMillis();
    this.at = from.toArray();
    listener.startAt(at);
  }

  private Resumption(
      ListenerHub hub, MissedRecords kafka, RoomListener listener, Duration slowAfter) {
    this.hub = hub;
    this.kafka = kafka;
    this.listener = listener;
    this.slowMillis = slowAfter.toMillis();
    this.at = listener.handedOver();
  }

  /** A listener that stayed and fell behind. */
  public static Resumption catchingUp(
      ListenerHub hub, MissedRecords kafka, RoomListener listener, Duration slowAfter) {
    return new Resumption(hub, kafka, listener, slowAfter);
  }

  @Override
  public void run() {
    try {
      while (!listener.closed() && !step()) {
        // One page after the other.
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      listener.end(RoomListener.End.TRY_AGAIN);
    }
  }

  private boolean step() throws InterruptedException {
    Missed missed = hub.missed(listener, at);
    if (missed == null) {
      listener.end(RoomListener.End.TRY_AGAIN);
      return true;
    }
    return switch (missed) {
      case Missed.Nothing nothing -> true;
      case Missed.Page page -> {
        at = page.next().toArray();
        yield !offerAll(page.records());
      }
      case Missed.OnlyInKafka older -> fromKafka(older.upTo().toArray());
    };
  }

  private boolean fromKafka(long[] upTo) throws InterruptedException {
    switch (kafka.read(listener.who(), listener.room(), at, upTo)) {
      case MissedRecords.Unavailable unavailable -> {
        listener.end(RoomListener.End.TRY_AGAIN);
        return true;
      }
      case MissedRecords.Found found -> {
        if (found.expired()
            && !gap("resume_expired", "Some of what was missed is no longer kept.", at)) {
          return true;
        }
        if (!offerAll(found.records())) {
          return true;
        }
        for (int topic = 0; topic < at.length; topic++) {
          at[topic] = Math.max(at[topic], upTo[topic]);
        }
        return !found.complete()
            && !gap(
                "resume_too_far",
                "More was missed than one may resume: read the timeline for the rest.",
                at);
      }
    }
  }

  private boolean offerAll(Iterable<StreamRecord> records) throws InterruptedException {
    for (StreamRecord record : records) {
      if (!listener.offerWithin(record, slowMillis)) {
        listener.end(RoomListener.End.SLOW_LISTENER);
        return false;
      }
    }
    return true;
  }

  private boolean gap(String code, String detail, long[] goOnAt) throws InterruptedException {
    if (listener.gapWithin(code, detail, goOnAt, slowMillis)) {
      return true;
    }
    listener.end(RoomListener.End.SLOW_LISTENER);
    return false;
  }
}
