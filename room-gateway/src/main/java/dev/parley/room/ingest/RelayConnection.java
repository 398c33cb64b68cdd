package dev.parley.room.ingest;

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
import dev.parley.room.ingest.RelayFrames.Renew;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
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

  static final short GOING_AWAY = 1001;
  static final short TRY_AGAIN_LATER = 1013;
  static final short MALFORMED = 4400;
  static final short UNAUTHENTICATED = 4401;
  static final short FORBIDDEN = 4403;
  static final short TIMEOUT = 4408;
  static final short SEQUENCE = 4409;

  /**
   * How a connection behaves.
   *
   * @param renewInterval how often Kafka is told that the connection is still there
   * @param maxUnacknowledged beyond that many reports the socket is not read
   * @param expiryNotice how long before its end a client is told to renew its session
   * @param drainTimeout how long a gateway that stops waits for Kafka to have what it has read
   */
  public record Settings(
      Duration helloTimeout,
      Duration heartbeat,
      Duration idleTimeout,
      Duration retryDelay,
      Duration renewInterval,
      int maxUnacknowledged,
      Duration expiryNotice,
      Duration drainTimeout,
      ReportTaker.Limits limits) {}

  /** What a connection needs of its surroundings. */
  public record Surroundings(
      Function<String, CompletionStage<VerifiedSession>> verifier,
      Function<Draft, CompletionStage<Void>> publisher,
      AcknowledgedSequences acknowledged,
      Clock clock) {}

  private final RoomId roomId;
  private final String connectionId;
  private final @Nullable String traceparent;
  private final RelayLink link;
  private final Settings settings;
  private final Surroundings surroundings;
  private final Clock clock;
  private final Runnable whenClosed;
  private final UnacknowledgedReports reports;
  private final SessionLife session;

  private final CumulativeAck ack;
  private RelayPhase phase = new RelayPhase.AwaitingHello();
  private Runnable cancelTimer = () -> {};
  private Runnable cancelRenewal = () -> {};
  private boolean renewing;
  private boolean paused;
  private boolean counting;
  private long received;
  private long acked;
  private long pausedMillis;
  private long lastSignMillis;

  /**
   * A connection that has not begun.
   *
   * @param traceparent of the request that opened it. It marks that it was opened and closed, not
   *     its reports: those go on for as long as the call
   */
  public RelayConnection(
      RoomId roomId,
      String connectionId,
      @Nullable String traceparent,
      RelayLink link,
      Settings settings,
      Surroundings surroundings,
      Runnable whenClosed) {
    this.roomId = roomId;
    this.connectionId = connectionId;
    this.traceparent = traceparent;
    this.link = link;
    this.settings = settings;
    this.surroundings = surroundings;
    this.clock = surroundings.clock();
    this.whenClosed = whenClosed;
    this.ack = new CumulativeAck(link, this::sendAck);
    this.reports =
        new UnacknowledgedReports(
            surroundings.publisher(), settings.retryDelay(), new ReportsOwner());
    this.session =
        new SessionLife(
            surroundings.verifier(), settings.expiryNotice(), clock, new SessionOwner());
  }

  /** The socket is open. */
  public void start() {
    lastSignMillis = clock.millis();
    cancelTimer =
        link.after(
            settings.helloTimeout(),
            () -> {
              if (phase instanceof RelayPhase.AwaitingHello) {
                refuse(TIMEOUT, "hello_timeout", "Send hello as the first frame.", null);
              }
            });
  }

  /** A text frame came in. */
  public void text(String text) {
    lastSignMillis = clock.millis();
    if (phase.ended()) {
      return;
    }
    try {
      ClientFrame frame = RelayFrames.text(text);
      switch (frame) {
        case Hello hello -> hello(hello);
        case Event event -> report(event.report(), () -> KeptRaw.ofFrame(text));
        case Renew renew -> {
          if (sender() != null) {
            session.renew(renew.token());
          }
        }
        case Goodbye bye -> {
          RelayMember sender = sender();
          if (sender != null) {
            phase = new RelayPhase.Leaving(sender);
            endWhenAllIsAcknowledged();
          }
        }
      }
    } catch (RefusedReportException e) {
      malformed(e, KeptRaw.ofFrame(text));
    }
  }

  /** A binary frame came in. */
  public void binary(byte[] bytes) {
    lastSignMillis = clock.millis();
    if (phase.ended() || sender() == null) {
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

  /** What was sent has gone out: the client reads again. */
  public void writable() {
    lastSignMillis = clock.millis();
    ack.writable();
    pauseOrResume();
  }

  /**
   * The gateway stops. What was read is acknowledged when Kafka has it in time; the rest, a goodbye
   * too, stays with the client, which is told to go elsewhere.
   */
  public void stop() {
    switch (phase) {
      case RelayPhase.AwaitingHello waiting -> goAway();
      case RelayPhase.Verifying verifying -> goAway();
      case RelayPhase.Opening opening -> goAway();
      case RelayPhase.Open(RelayMember member) -> {
        phase = new RelayPhase.Stopping(member);
        pause();
        goAwayWhenDrained();
      }
      case RelayPhase.Leaving leaving -> goAwayWhenDrained();
      case RelayPhase.Stopping stopping -> {}
      case RelayPhase.Ending ending -> {}
      case RelayPhase.Gone gone -> {}
    }
  }

  private void goAwayWhenDrained() {
    Runnable unused = link.after(settings.drainTimeout(), this::goAway);
    endWhenAllIsAcknowledged();
  }

  private void goAway() {
    if (phase instanceof RelayPhase.Leaving(RelayMember member)) {
      // A goodbye that is answered so was not taken: the client comes back.
      phase = new RelayPhase.Stopping(member);
    }
    refuse(
        GOING_AWAY,
        "stopping",
        "The gateway is stopping: connect again and send what was not acknowledged.",
        null);
  }

  /** The socket is gone, whoever closed it. */
  public void closed() {
    if (phase instanceof RelayPhase.Gone) {
      return;
    }
    RelayMember member = phase.member();
    boolean clean = phase.clean();
    phase = new RelayPhase.Gone();
    cancelTimer.run();
    cancelRenewal.run();
    session.end();
    reports.close();
    // Also when nobody knows yet whether Kafka has that it was opened.
    if (member != null) {
      tell(member.closed(clock.millis(), clean).in(traceparent), 0);
    }
    whenClosed.run();
  }

  /** Who may send reports now; null when nobody may, and those who never might are refused. */
  private @Nullable RelayMember sender() {
    return switch (phase) {
      case RelayPhase.Open(RelayMember member) -> member;
      case RelayPhase.AwaitingHello waiting -> tooEarly();
      case RelayPhase.Verifying verifying -> tooEarly();
      case RelayPhase.Opening opening -> tooEarly();
      // What follows a goodbye, or comes in while the connection ends, is nobody's.
      case RelayPhase.Leaving leaving -> null;
      case RelayPhase.Stopping stopping -> null;
      case RelayPhase.Ending ending -> null;
      case RelayPhase.Gone gone -> null;
    };
  }

  private @Nullable RelayMember tooEarly() {
    refuse(MALFORMED, "hello_expected", "Send hello first, and wait for welcome.", null);
    return null;
  }

  private void hello(Hello hello) {
    if (!(phase instanceof RelayPhase.AwaitingHello)) {
      refuse(MALFORMED, "hello_repeated", "Send hello once.", null);
      return;
    }
    phase = new RelayPhase.Verifying();
    pause();
    long arrived = clock.millis();
    surroundings
        .verifier()
        .apply(hello.token())
        .whenComplete(
            (verified, failure) -> link.run(() -> verified(hello, arrived, verified, failure)));
  }

  private void verified(
      Hello hello, long arrived, @Nullable VerifiedSession verified, @Nullable Throwable failure) {
    if (!(phase instanceof RelayPhase.Verifying)) {
      return;
    }
    if (verified == null) {
      refuse(
          UNAUTHENTICATED,
          "session_invalid",
          CodecRefusal.cause(failure) instanceof ProblemException
              ? "The session token lacks what a relay needs: get a new one from token-service."
              : "The session token does not verify or has expired: get a new one.",
          null);
      return;
    }
    Session bearer = verified.session();
    RoomKey room = new RoomKey(bearer.appId(), roomId);
    if (bearer.role() != Role.PARTICIPANT || !bearer.mayEnter(room)) {
      refuse(
          FORBIDDEN,
          "room_not_allowed",
          "The session is not that of a participant of this room: get a token for it.",
          null);
      return;
    }
    UserId userId;
    try {
      userId = bearer.userId();
    } catch (IllegalArgumentException e) {
      refuse(UNAUTHENTICATED, "session_invalid", "The session names no user.", null);
      return;
    }
    ClientId clientId = hello.clientId();
    ClientClock clientClock = new ClientClock(hello.clientTimeMillis(), arrived);
    RelayMember member =
        new RelayMember(
            room,
            userId,
            clientId,
            connectionId,
            arrived,
            new ReportTaker(room, userId, clientId, clientClock, settings.limits()));
    phase = new RelayPhase.Opening(member);
    cancelTimer.run();
    cancelTimer = link.after(settings.helloTimeout(), this::tryAgainLater);
    surroundings
        .publisher()
        .apply(member.opened().in(traceparent))
        .whenComplete((ok, trouble) -> link.run(() -> opened(member, verified, trouble)));
  }

  private void tryAgainLater() {
    refuse(
        TRY_AGAIN_LATER,
        "kafka_unavailable",
        "The event log does not accept records now: connect again in a while.",
        null);
  }

  private void opened(RelayMember member, VerifiedSession verified, @Nullable Throwable failure) {
    if (!(phase instanceof RelayPhase.Opening)) {
      return;
    }
    if (failure != null) {
      tryAgainLater();
      return;
    }
    phase = new RelayPhase.Open(member);
    acked = surroundings.acknowledged().last(member.room(), member.userId(), member.clientId());
    received = acked;
    send(RelayFrames.welcome(connectionId, acked, clock.millis(), settings.heartbeat().toMillis()));
    cancelTimer.run();
    heartbeat();
    renew(member);
    session.begin(verified);
    pauseOrResume();
  }

  private void heartbeat() {
    cancelTimer =
        link.after(
            settings.heartbeat(),
            () -> {
              // An unread socket gives no signs: silence counts only while it is read, or not read
              // because the client takes no answers.
              if (paused && !link.full()) {
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

  private void renew(RelayMember member) {
    cancelRenewal =
        link.after(
            settings.renewInterval(),
            () -> {
              // The next renewal makes up for one that fails, and never joins one that waits.
              if (!renewing) {
                renewing = true;
                surroundings
                    .publisher()
                    .apply(member.opened().in(traceparent))
                    .whenComplete((ok, failure) -> link.run(() -> renewing = false));
              }
              renew(member);
            });
  }

  private void report(ClientReport report, Supplier<byte[]> raw) {
    RelayMember sender = sender();
    if (sender == null) {
      return;
    }
    long sequence = report.sequence();
    if (sequence <= received) {
      // Sent again after a reconnect, and known already.
      ack.owe();
      pauseOrResume();
      return;
    }
    // A client that was at another gateway, or sent batches, has had more acknowledged than this
    // one
    // knows: it begins after that. What it leaves out is what it knows to be kept.
    if (counting && sequence != received + 1) {
      refuse(
          SEQUENCE,
          "sequence_gap",
          "The next sequence is " + (received + 1) + ": number reports without gaps.",
          sequence);
      return;
    }
    long now = clock.millis();
    if (!counting) {
      counting = true;
      acked = sequence - 1;
    }
    received = sequence;
    ReportTaker taker = sender.taker();
    try {
      reports.add(sequence, taker.take(report, now).orElse(null), raw);
    } catch (RefusedReportException e) {
      send(RelayFrames.error(e.code(), e.detail(), sequence));
      reports.add(sequence, taker.badRow(e.code(), e.detail(), raw.get(), sequence, now), raw);
    }
  }

  private final class ReportsOwner implements UnacknowledgedReports.Owner {
    @Override
    public void acknowledged(long upTo) {
      acked = upTo;
      RelayMember member = known();
      surroundings
          .acknowledged()
          .acknowledged(member.room(), member.userId(), member.clientId(), upTo);
      ack.owe();
    }

    @Override
    public void changed() {
      pauseOrResume();
    }

    @Override
    public Draft refused(long sequence, String code, String detail, byte[] raw) {
      send(RelayFrames.error(code, detail, sequence));
      return known().taker().badRow(code, detail, raw, sequence, clock.millis());
    }

    @Override
    public void run(Runnable task) {
      link.run(task);
    }

    @Override
    public Runnable after(Duration delay, Runnable task) {
      return link.after(delay, task);
    }
  }

  private final class SessionOwner implements SessionLife.Owner {
    @Override
    public void expiring(Instant at) {
      send(RelayFrames.session("expiring", at.toEpochMilli()));
    }

    @Override
    public void renewed(Instant until) {
      send(RelayFrames.session("renewed", until.toEpochMilli()));
    }

    @Override
    public void notRenewed(String detail) {
      send(RelayFrames.error("renewal_refused", detail, null));
    }

    @Override
    public void expired() {
      refuse(UNAUTHENTICATED, "session_expired", "The session has ended: get a new one.", null);
    }

    @Override
    public void run(Runnable task) {
      link.run(task);
    }

    @Override
    public Runnable after(Duration delay, Runnable task) {
      return link.after(delay, task);
    }
  }

  private void sendAck() {
    if (!phase.ended()) {
      send(RelayFrames.ack(acked));
      endWhenAllIsAcknowledged();
    }
  }

  // Every frame of the client may be answered: one who reads no answers is not read either.
  private void send(String frame) {
    link.send(frame);
    if (link.full()) {
      pauseOrResume();
    }
  }

  private void endWhenAllIsAcknowledged() {
    if (reports.size() > 0 || ack.owed()) {
      return;
    }
    if (phase instanceof RelayPhase.Leaving leaving) {
      phase = new RelayPhase.Ending(leaving.member(), true);
      link.close(NORMAL, "goodbye");
    } else if (phase instanceof RelayPhase.Stopping) {
      goAway();
    }
  }

  private void malformed(RefusedReportException refused, byte[] raw) {
    RelayMember member = phase.member();
    if (member != null) {
      // Not awaited: nothing is acknowledged for it, and the connection ends anyway.
      CompletionStage<Void> unused =
          surroundings
              .publisher()
              .apply(
                  member
                      .taker()
                      .badRow(refused.code(), refused.detail(), raw, null, clock.millis()));
    }
    refuse(MALFORMED, refused.code(), refused.detail(), null);
  }

  private void refuse(short closeCode, String code, String detail, @Nullable Long sequence) {
    if (!phase.ended()) {
      phase = new RelayPhase.Ending(phase.member(), phase.clean());
      link.send(RelayFrames.error(code, detail, sequence));
      link.close(closeCode, code);
    }
  }

  private void pause() {
    if (!paused) {
      paused = true;
      pausedMillis = clock.millis();
      link.pause();
    }
  }

  private void pauseOrResume() {
    if (!(phase instanceof RelayPhase.Open || phase instanceof RelayPhase.Leaving)) {
      // Before, it is not read anyway; when it ends, the other side's last frame must be.
      return;
    }
    if (reports.broken() || link.full() || reports.size() >= settings.maxUnacknowledged()) {
      pause();
    } else if (paused && reports.size() <= settings.maxUnacknowledged() / 2) {
      paused = false;
      known().taker().unread(clock.millis() - pausedMillis);
      link.resume();
    }
  }

  private void tell(Draft closed, int tries) {
    surroundings
        .publisher()
        .apply(closed)
        .whenComplete(
            (ok, failure) -> {
              // After that the reducer finds out by itself: the connection is renewed no more.
              if (failure != null && tries < 60) {
                link.run(
                    () -> {
                      Runnable unused =
                          link.after(settings.retryDelay(), () -> tell(closed, tries + 1));
                    });
              }
            });
  }

  private RelayMember known() {
    return Objects.requireNonNull(phase.member());
  }
}
