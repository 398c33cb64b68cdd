package dev.parley.room.http;

import dev.parley.events.id.RoomId;
import dev.parley.events.id.RoomKey;
import dev.parley.kit.problem.Problem;
import dev.parley.kit.session.Session;
import dev.parley.room.config.Positions;
import dev.parley.room.config.RoomConfig;
import dev.parley.room.ingest.VerifiedSession;
import dev.parley.room.kafka.MissedReader;
import dev.parley.room.kafka.StreamFeed;
import dev.parley.room.push.ListenerHub;
import dev.parley.room.push.PositionSeal;
import dev.parley.room.push.Resumption;
import dev.parley.room.push.RoomListener;
import dev.parley.room.push.StreamPosition;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Lets clients listen to rooms, over whichever kind of connection. */
@ApplicationScoped
class StreamDesk {
  /**
   * What a client wants to hear.
   *
   * @param types CloudEvents types; empty for all
   * @param from where it left off; null to begin now
   * @param lost true when it says where it left off, and nobody can tell any more where that is
   */
  record Wish(RoomId roomId, Set<String> types, @Nullable StreamPosition from, boolean lost) {}

  /** What a listener hears first that cannot be told what it missed. */
  static final String UNKNOWN_POSITION = "resume_unknown";

  static final String UNKNOWN_POSITION_DETAIL =
      "That event id cannot be read any more: read the timeline for what was missed.";

  private final RoomConfig.Push settings;
  private final SessionVerifier verifier;
  private final ListenerHub hub;
  private final MissedReader missed;
  private final PositionSeal seal;
  private final Clock clock;
  private final OpenConnections connections;

  @Inject
  StreamDesk(
      RoomConfig config,
      SessionVerifier verifier,
      StreamFeed feed,
      MissedReader missed,
      Positions positions,
      Clock clock) {
    this.settings = config.push();
    this.connections =
        new OpenConnections(
            settings.maxListeners(),
            Problem.of(503, "too_many_listeners", "This gateway is full: try again.")
                .retryAfter(5));
    this.verifier = verifier;
    this.hub = feed.hub();
    this.missed = missed;
    this.seal = positions.seal();
    hub.whenBehind(this::catchUp);
    this.clock = clock;
  }

  RoomConfig.Push settings() {
    return settings;
  }

  Clock clock() {
    return clock;
  }

  CompletionStage<VerifiedSession> verify(String token) {
    return verifier.verify(token);
  }

  /** What a client is given as the id of an event. */
  String id(String position) {
    return seal.seal(position);
  }

  /** The wish of a client that says which event it heard last; an empty id is none. */
  Wish wish(RoomId roomId, Set<String> types, String lastEventId) {
    if (lastEventId.isEmpty()) {
      return new Wish(roomId, types, null, false);
    }
    StreamPosition from =
        seal.open(lastEventId)
            .flatMap(text -> StreamPosition.parse(text, StreamFeed.TOPICS))
            .orElse(null);
    return new Wish(roomId, types, from, from == null);
  }

  /** Those that are open. */
  OpenConnections connections() {
    return connections;
  }

  /**
   * Begins to hand events over.
   *
   * @return empty when the stream itself has not begun yet
   */
  Optional<RoomListener> listen(Session who, Wish wish, RoomListener.Outlet outlet) {
    RoomKey room = new RoomKey(who.appId(), wish.roomId());
    RoomListener listener =
        new RoomListener(who, room, wish.types(), settings.maxPendingEvents(), outlet);
    if (wish.from() == null) {
      return hub.begin(listener) ? Optional.of(listener) : Optional.empty();
    }
    Thread.ofVirtual()
        .name("resume-" + room.roomId())
        .start(new Resumption(hub, missed, listener, wish.from(), settings.slowAfter()));
    return Optional.of(listener);
  }

  private void catchUp(RoomListener listener) {
    Thread.ofVirtual()
        .name("catch-up-" + listener.room().roomId())
        .start(Resumption.catchingUp(hub, missed, listener, settings.slowAfter()));
  }

  /** Hands nothing over any more. */
  void gone(RoomListener listener) {
    listener.close();
    hub.remove(listener);
  }

  /** Runs something on a timer of the event loop; the answer cancels it. */
  static Runnable after(Vertx vertx, Duration delay, Runnable task) {
    long timer = vertx.setTimer(Math.max(1, delay.toMillis()), id -> task.run());
    return () -> {
      boolean unused = vertx.cancelTimer(timer);
    };
  }
}
