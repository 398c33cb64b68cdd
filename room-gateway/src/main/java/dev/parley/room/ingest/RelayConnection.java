package dev.parley.room.ingest;

import dev.parley.events.Observation.RelayClosed;
import dev.parley.events.Observation.RelayOpened;
import dev.parley.events.codec.EventIds;
import dev.parley.events.codec.EventRefusedException;
import dev.parley.events.codec.EventTooLargeException;
import dev.parley.events.id.ClientId;
import dev.parley.events.id.RoomId;
import dev.parley.events.id.RoomKey;
import dev.parley.events.id.UserId;
import dev.parley.kit.kafka.EventPublisher.Draft;
import dev.parley.kit.problem.ProblemException;
import dev.parley.kit.session.Role;
import dev.parley.kit.session.Session;
import dev.parley.room.ingest.RelayFrames.ClientFrame;
import dev.parley.room.ingest.RelayFrames.Event;
import dev.parley.room.ingest.RelayFrames.Goodbye;
import dev.parley.room.ingest.RelayFrames.Hello;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One relay connection: hello, then reports, each acknowledged after Kafka has it. Runs on one
 * event loop; every method is called there.
 *
 * <p>What Kafka does not take is handed over again, in order, for as long as the client stays; the
 * socket is not read meanwhile. Nothing is acknowledged before Kafka has it and everything before
 * it.
 */
public final class RelayConnection {
  /** Close codes of the protocol, beside those of RFC 6455. */
  static final short NORMAL = 1000;

  static final short TRY_AGAIN_LATER = 1013;
  static final short MALFORMED = 4400;
  static final short UNAUTHENTICATED = 4401;
  static final short FORBIDDEN = 4403;
  static final short TIMEOUT = 4408;
  static final short SEQUENCE = 4409;

  /** The socket and its event loop. */
  public interface Link {
    void send(String text);

    void ping();

    void pause();

    void resume();

    void close(short code, String reason);

    /** Runs on the event loop, later. */
    void run(Runnable task);

    /** Runs on the event loop after a delay; the answer cancels it. */
    Runnable after(Duration delay, Runnable task);
  }

  /**
   * How a connection behaves.
   *
   * @param maxUnacknowledged beyond that many reports the socket is not read
   */
  public record Settings(
      Duration helloTimeout,
      Duration heartbeat,
      Duration idleTimeout,
      Duration retryDelay,
      Duration renewInterval,
      int maxUnacknowledged,
      ReportTaker.Limits limits) {}

  private static final class Entry {
    private final long sequence;
    private Draft draft;
    private boolean sent;
    private boolean done;

    Entry(long sequence, Draft draft) {
      this.sequence = sequence;
      this.draft = draft;
    }
  }

  private final RoomId roomId;
  private final String connectionId;
  private final Link link;
  private final Settings settings;
  private final Function<String, CompletionStage<Session>> verifier;
  private final Function<Draft, CompletionStage<Void>> publisher;
  private final AcknowledgedSequences acknowledged;
  private final Clock clock;
  private final Runnable whenClosed;

  private final Deque<Entry> waiting = new ArrayDeque<>();
  private @Nullable RoomKey room;
  private @Nullable UserId userId;
  private @Nullable ClientId clientId;
  private @Nullable ReportTaker taker;
  private Runnable cancelTimer = () -> {};
  private Runnable cancelRenewal = () -> {};
  private boolean greeted;
  private boolean welcomed;
  private boolean paused;
  private boolean broken;
  private boolean goodbye;
  private boolean closing;
  private boolean closed;
  private boolean ackScheduled;
  private int inFlight;
  private long received;
  private long acked;
  private long openedMillis;
  private long lastSignMillis;

  public RelayConnection(
      RoomId roomId,
      String connectionId,
      Link link,
      Settings settings,
      Function<String, CompletionStage<Session>> verifier,
      Function<Draft, CompletionStage<Void>> publisher,
      AcknowledgedSequences acknowledged,
      Clock clock,
      Runnable whenClosed) {
    this.roomId = roomId;
    this.connectionId = connectionId;
    this.link = link;
    this.settings = settings;
    this.verifier = verifier;
    this.publisher = publisher;
    this.acknowledged = acknowledged;
    this.clock = clock;
    this.whenClosed = whenClosed;
  }

  /** The socket is open. */
  public void start() {
    lastSignMillis = clock.millis();
    cancelTimer =
        link.after(
            settings.helloTimeout(),
            () -> {
              if (!greeted) {
                refuse(TIMEOUT, "hello_timeout", "Send hello as the first frame.", null);
              }
            });
  }

  /** A text frame came in. */
  public void text(String text) {
    lastSignMillis = clock.millis();
    if (closing || closed) {
      return;
    }
    try {
      ClientFrame frame = RelayFrames.text(text);
      switch (frame) {
        case Hello hello -> hello(hello);
        case Event event -> {
          if (ready()) {
            report(event.report(), () -> text.getBytes(StandardCharsets.UTF_8));
          }
        }
        case Goodbye bye -> {
          if (ready()) {
            goodbye = true;
            finishGoodbye();
          }
        }
      }
    } catch (RefusedReportException e) {
      malformed(e, text.getBytes(StandardCharsets.UTF_8));
    }
  }

  /** A binary frame came in. */
  public void binary(byte[] bytes) {
    lastSignMillis = clock.millis();
    if (closing || closed || !ready()) {
      return;
    }
    try {
      report(RelayFrames.binary(bytes), () -> bytes);
    } catch (RefusedReportException e) {
      malformed(e, bytes);
    }
  }

  /** The client answered a ping. */
  public void pong() {
    lastSignMillis = clock.millis();
  }

  /** The socket is gone, whoever closed it. */
  public void closed() {
    if (closed) {
      return;
    }
    closed = true;
    cancelTimer.run();
    cancelRenewal.run();
    waiting.clear();
    if (welcomed) {
      tellClosed(clock.millis(), 0);
    }
    whenClosed.run();
  }

  private boolean ready() {
    if (welcomed) {
      return !goodbye;
    }
    refuse(MALFORMED, "hello_expected", "Send hello first, and wait for welcome.", null);
    return false;
  }

  private void hello(Hello hello) {
    if (greeted) {
      refuse(MALFORMED, "hello_repeated", "Send hello once.", null);
      return;
    }
    greeted = true;
    pause();
    long arrived = clock.millis();
    verifier
        .apply(hello.token())
        .whenComplete(
            (session, failure) -> link.run(() -> verified(hello, arrived, session, failure)));
  }

  private void verified(
      Hello hello, long arrived, @Nullable Session session, @Nullable Throwable failure) {
    if (closed) {
      return;
    }
    if (session == null) {
      refuse(
          UNAUTHENTICATED,
          "session_invalid",
          failure instanceof ProblemException || cause(failure) instanceof ProblemException
              ? "The session token lacks what a relay needs: get a new one from token-service."
              : "The session token does not verify or has expired: get a new one.",
          null);
      return;
    }
    RoomKey key = new RoomKey(session.appId(), roomId);
    if (session.role() != Role.PARTICIPANT || !session.mayEnter(key)) {
      refuse(
          FORBIDDEN,
          "room_not_allowed",
          "The session is not that of a participant of this room: get a token for it.",
          null);
      return;
    }
    room = key;
    try {
      userId = session.userId();
    } catch (IllegalArgumentException e) {
      refuse(UNAUTHENTICATED, "session_invalid", "The session names no user.", null);
      return;
    }
    clientId = hello.clientId();
    taker =
        new ReportTaker(
            key,
            session.userId(),
            hello.clientId(),
            new ClientClock(hello.clientTimeMillis(), arrived),
            settings.limits());
    openedMillis = arrived;
    publisher.apply(openedDraft()).whenComplete((ok, trouble) -> link.run(() -> opened(trouble)));
  }

  private void opened(@Nullable Throwable failure) {
    if (closed) {
      return;
    }
    if (failure != null) {
      refuse(
          TRY_AGAIN_LATER,
          "kafka_unavailable",
          "The event log does not accept records now: connect again in a while.",
          null);
      return;
    }
    welcomed = true;
    acked = acknowledged.last(room(), user(), client());
    received = acked;
    link.send(
        RelayFrames.welcome(connectionId, acked, clock.millis(), settings.heartbeat().toMillis()));
    cancelTimer.run();
    heartbeat();
    renew();
    resumeIfPossible();
  }

  private void heartbeat() {
    cancelTimer =
        link.after(
            settings.heartbeat(),
            () -> {
              // An unread socket gives no signs: silence counts only while it is read.
              if (paused) {
                lastSignMillis = clock.millis();
              }
              if (clock.millis() - lastSignMillis > settings.idleTimeout().toMillis()) {
                refuse(TIMEOUT, "idle_timeout", "Nothing was heard for too long.", null);
              } else {
                link.ping();
                heartbeat();
              }
            });
  }

  private void renew() {
    cancelRenewal =
        link.after(
            settings.renewInterval(),
            () -> {
              // Not awaited: the next renewal makes up for one that fails.
              CompletionStage<Void> unused = publisher.apply(openedDraft());
              renew();
            });
  }

  private interface Raw {
    byte[] bytes();
  }

  private void report(ClientReport report, Raw raw) {
    long sequence = report.sequence();
    if (sequence <= received) {
      // Sent again after a reconnect, and known already.
      scheduleAck();
      return;
    }
    if (received != 0 && sequence != received + 1) {
      refuse(
          SEQUENCE,
          "sequence_gap",
          "The next sequence is " + (received + 1) + ": number reports without gaps.",
          sequence);
      return;
    }
    long now = clock.millis();
    if (received == 0) {
      acked = sequence - 1;
    }
    received = sequence;
    try {
      Optional<Draft> draft = taker().take(report, now);
      if (draft.isPresent()) {
        add(new Entry(sequence, draft.get()));
      } else if (waiting.isEmpty()) {
        acked = sequence;
        scheduleAck();
      } else {
        // Acknowledged together with what comes before it.
        Entry nothing = new Entry(sequence, waiting.getLast().draft);
        nothing.sent = true;
        nothing.done = true;
        waiting.add(nothing);
      }
    } catch (RefusedReportException e) {
      link.send(RelayFrames.error(e.code(), e.detail(), sequence));
      add(new Entry(sequence, taker().badRow(e.code(), e.detail(), raw.bytes(), sequence, now)));
    }
  }

  private void add(Entry entry) {
    waiting.add(entry);
    if (waiting.size() >= settings.maxUnacknowledged()) {
      pause();
    }
    if (!broken) {
      send(entry);
    }
  }

  private void send(Entry entry) {
    entry.sent = true;
    inFlight++;
    publisher
        .apply(entry.draft)
        .whenComplete((ok, failure) -> link.run(() -> settled(entry, failure)));
  }

  private void settled(Entry entry, @Nullable Throwable failure) {
    inFlight--;
    if (closed) {
      return;
    }
    if (failure == null) {
      entry.done = true;
      advance();
    } else if (cause(failure) instanceof EventRefusedException refused) {
      // Trying again does not help: kept as a bad row, so that what follows is not held up.
      boolean tooLarge = refused instanceof EventTooLargeException;
      String code = tooLarge ? "event_too_large" : "event_refused";
      String reason =
          tooLarge
              ? "The event is larger than a topic takes."
              : "A value is outside the bounds of the event contract.";
      entry.draft = taker().badRow(code, reason, new byte[0], entry.sequence, clock.millis());
      link.send(RelayFrames.error(code, reason, entry.sequence));
      send(entry);
      return;
    } else {
      entry.sent = false;
      broken = true;
      pause();
    }
    if (broken && inFlight == 0) {
      cancelRetryAndSchedule();
    }
  }

  private void cancelRetryAndSchedule() {
    Runnable unused =
        link.after(
            settings.retryDelay(),
            () -> {
              if (closed || !broken || inFlight > 0) {
                return;
              }
              broken = false;
              // All of them in order, as the first time.
              for (Entry entry : List.copyOf(waiting)) {
                if (!entry.sent) {
                  send(entry);
                }
              }
              resumeIfPossible();
            });
  }

  private void advance() {
    boolean moved = false;
    for (Iterator<Entry> entries = waiting.iterator(); entries.hasNext(); ) {
      Entry entry = entries.next();
      if (!entry.done) {
        break;
      }
      acked = entry.sequence;
      entries.remove();
      moved = true;
    }
    if (moved) {
      acknowledged.acknowledged(room(), user(), client(), acked);
      scheduleAck();
      resumeIfPossible();
    }
  }

  // One acknowledgement for all that Kafka acknowledged in the meantime.
  private void scheduleAck() {
    if (!ackScheduled) {
      ackScheduled = true;
      link.run(
          () -> {
            ackScheduled = false;
            if (!closed) {
              link.send(RelayFrames.ack(acked));
              if (goodbye) {
                finishGoodbye();
              }
            }
          });
    }
  }

  private void finishGoodbye() {
    if (waiting.isEmpty() && !ackScheduled && !closing) {
      closing = true;
      link.close(NORMAL, "goodbye");
    }
  }

  private void malformed(RefusedReportException refused, byte[] raw) {
    if (taker != null) {
      // Not awaited: nothing is acknowledged for it, and the connection ends anyway.
      CompletionStage<Void> unused =
          publisher.apply(
              taker.badRow(refused.code(), refused.detail(), raw, null, clock.millis()));
    }
    refuse(MALFORMED, refused.code(), refused.detail(), null);
  }

  private void refuse(short closeCode, String code, String detail, @Nullable Long sequence) {
    if (!closing && !closed) {
      closing = true;
      link.send(RelayFrames.error(code, detail, sequence));
      link.close(closeCode, code);
    }
  }

  private void pause() {
    if (!paused) {
      paused = true;
      link.pause();
    }
  }

  private void resumeIfPossible() {
    if (paused && !broken && welcomed && waiting.size() <= settings.maxUnacknowledged() / 2) {
      paused = false;
      link.resume();
    }
  }

  private Draft openedDraft() {
    return new Draft(
        new RelayOpened(
            room().appId(), room().roomId(), openedMillis, user(), client(), connectionId),
        EventIds.derived("relay-opened", connectionId));
  }

  private void tellClosed(long atMillis, int tries) {
    Draft draft =
        new Draft(
            new RelayClosed(
                room().appId(), room().roomId(), atMillis, user(), client(), connectionId, goodbye),
            EventIds.derived("relay-closed", connectionId));
    publisher
        .apply(draft)
        .whenComplete(
            (ok, failure) -> {
              // After that the reducer finds out by itself: the connection is renewed no more.
              if (failure != null && tries < 60) {
                link.run(
                    () -> {
                      Runnable unused =
                          link.after(settings.retryDelay(), () -> tellClosed(atMillis, tries + 1));
                    });
              }
            });
  }

  private static @Nullable Throwable cause(@Nullable Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }

  private RoomKey room() {
    return Objects.requireNonNull(room);
  }

  private UserId user() {
    return Objects.requireNonNull(userId);
  }

  private ClientId client() {
    return Objects.requireNonNull(clientId);
  }

  private ReportTaker taker() {
    return Objects.requireNonNull(taker);
  }
}
