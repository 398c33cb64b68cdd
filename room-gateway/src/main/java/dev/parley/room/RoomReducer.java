package dev.parley.room;

import dev.parley.events.Observation;
import dev.parley.events.Observation.BinaryMessageReported;
import dev.parley.events.Observation.FunctionCallbackReceived;
import dev.parley.events.Observation.MessageCallbackReceived;
import dev.parley.events.Observation.RelayClosed;
import dev.parley.events.Observation.RelayOpened;
import dev.parley.events.Observation.SdkEventReported;
import dev.parley.events.Observation.WebhookReceived;
import dev.parley.events.Observer;
import dev.parley.events.RoomEvent.Evidence;
import dev.parley.events.RoomEvent.LeaveReason;
import dev.parley.events.codec.Envelope;
import dev.parley.events.id.RoomKey;
import dev.parley.events.id.UserId;
import dev.parley.room.RoomMemory.ClientMemory;
import dev.parley.room.RoomMemory.UserMemory;
import dev.parley.room.RoomMemory.Withdrawn;
import dev.parley.room.Track.Change;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Turns observations of a room into its facts, each once. Pure: the same memory and the same
 * observations give the same facts with the same ids; it reads no clock. The rules of time are in
 * the module's README.
 */
public final class RoomReducer {
  static final String HTTP_CONNECTION = "http";

  private final ReducerRules rules;
  private final long patientUntilMillis;

  public RoomReducer(ReducerRules rules) {
    this(rules, 0);
  }

  private RoomReducer(ReducerRules rules, long patientUntilMillis) {
    this.rules = rules;
    this.patientUntilMillis = patientUntilMillis;
  }

  /**
   * The same, but until then no relay connection counts as gone only because it was not heard: for
   * the time after one in which nobody could be heard.
   */
  public RoomReducer patientUntil(long millis) {
    return new RoomReducer(rules, millis);
  }

  /** What follows from one observation. */
  public Step reduce(RoomMemory memory, Envelope<? extends Observation> observed, Repeats repeats) {
    return reduce(memory, observed, false, repeats);
  }

  /**
   * As {@link #reduce(RoomMemory, Envelope, Repeats)}.
   *
   * @param drivenAgain true for what was kept as a bad row: a client's report counts however far
   *     behind it is. Whoever calls makes sure that it comes once
   */
  public Step reduce(
      RoomMemory memory,
      Envelope<? extends Observation> observed,
      boolean drivenAgain,
      Repeats repeats) {
    Observation observation = observed.data();
    long now = Math.max(memory.seenMillis(), observed.ingestedAt().toEpochMilli());
    Step due = advance(memory, observation.roomKey(), now);
    RoomDraft draft =
        new RoomDraft(due.memory(), observation.roomKey(), rules, observed.id(), now, now);
    switch (observation) {
      case RelayOpened opened -> opened(draft, opened, observed.ingestedAt().toEpochMilli());
      case RelayClosed closed -> closed(draft, closed);
      case SdkEventReported event ->
          reported(
              draft,
              event.observer(),
              observed,
              drivenAgain,
              () -> {
                ClientReports.sdkEvent(draft, event);
                PresenceReports.sdkEvent(draft, event, clientKey(event.observer()));
              });
      case BinaryMessageReported message ->
          reported(
              draft,
              message.observer(),
              observed,
              drivenAgain,
              () -> new MessageReports(draft, repeats).relayed(message));
      case WebhookReceived webhook -> {
        if (repeats.firstTime(
            "webhook " + draft.roomKey() + " " + webhook.eventId(),
            webhook.eventTimeMillis(),
            rules.exactWindow())) {
          PresenceReports.webhook(draft, webhook);
          if (webhook.eventType().equals("VoiceChat")) {
            new TaskReports(draft, repeats).voiceChat(webhook);
          }
        }
      }
      case MessageCallbackReceived callback ->
          new MessageReports(draft, repeats).callback(callback);
      case FunctionCallbackReceived callback ->
          new MessageReports(draft, repeats).functionCallback(callback);
    }
    Step step = draft.finish();
    if (due.facts().isEmpty()) {
      return step;
    }
    List<Fact> all = new ArrayList<>(due.facts());
    all.addAll(step.facts());
    return new Step(step.memory(), all);
  }

  /**
   * Whether a client's report is so far behind that client's newest that nobody can tell any more
   * whether it was taken in: {@link #reduce(RoomMemory, Envelope, Repeats)} passes it over.
   */
  public static boolean tooFarBehind(RoomMemory memory, Observation observation) {
    return switch (observation) {
      case SdkEventReported event -> tooFarBehind(memory, event.observer());
      case BinaryMessageReported message -> tooFarBehind(memory, message.observer());
      case RelayOpened opened -> false;
      case RelayClosed closed -> false;
      case WebhookReceived webhook -> false;
      case MessageCallbackReceived callback -> false;
      case FunctionCallbackReceived callback -> false;
    };
  }

  private static boolean tooFarBehind(RoomMemory memory, Observer observer) {
    ClientMemory known = memory.clients().get(clientKey(observer));
    return known != null && known.forgotten(observer.sequence());
  }

  /**
   * What follows from the mere passing of time: users whose only evidence vanished, rounds that
   * waited long enough, rooms that fell silent. A room that nobody needs to remember any more comes
   * back as {@link RoomMemory#EMPTY}.
   */
  public Step advance(RoomMemory memory, RoomKey room, long nowMillis) {
    if (nowMillis < nextDeadline(memory)) {
      return new Step(memory, List.of());
    }
    long silent = memory.seenMillis() + rules.maxSilence().toMillis();
    if (nowMillis >= silent && !memory.open()) {
      return new Step(RoomMemory.EMPTY, List.of());
    }
    RoomDraft draft = new RoomDraft(memory, room, rules, "lapse", nowMillis, memory.seenMillis());
    lapseClients(draft);
    for (String name : List.copyOf(draft.users().keySet())) {
      lapseUser(draft, new UserId(name));
    }
    Rounds.settle(draft);
    if (nowMillis >= silent) {
      for (String name : List.copyOf(draft.users().keySet())) {
        draft.userGone(new UserId(name), silent, Evidence.INFERRED, LeaveReason.UNKNOWN);
      }
      draft.closeIfEmpty(silent);
    }
    return draft.finish();
  }

  /** When {@link #advance} has something to do next; never, for a room nobody has heard of. */
  public long nextDeadline(RoomMemory memory) {
    if (memory.equals(RoomMemory.EMPTY)) {
      return Long.MAX_VALUE;
    }
    long next = memory.seenMillis() + rules.maxSilence().toMillis();
    for (ClientMemory client : memory.clients().values()) {
      if (!client.lapsed()) {
        next = Math.min(next, lapseMillis(client));
      }
    }
    for (Map.Entry<String, UserMemory> user : memory.users().entrySet()) {
      UserMemory known = user.getValue();
      if (known.withdrawn() != null || known.presence().saidOn(Track.CLOUD)) {
        next = Math.min(next, lapseMillis(memory.clients(), user.getKey(), known));
      }
    }
    return Math.min(next, Rounds.nextSettle(memory.tasks().values()));
  }

  private long lapseMillis(ClientMemory client) {
    if (client.connectionId() == null) {
      return client.signMillis() + rules.reconnectGrace().toMillis();
    }
    long lapse = client.signMillis() + rules.relayLease().toMillis();
    return client.connectionId().equals(HTTP_CONNECTION)
        ? lapse
        : Math.max(lapse, patientUntilMillis);
  }

  // When a user is gone for whom nobody vouches; never, while somebody does.
  private long lapseMillis(Map<String, ClientMemory> clients, String userId, UserMemory user) {
    Track presence = user.presence();
    if (!presence.on() || vouchedFor(clients, userId, presence)) {
      return Long.MAX_VALUE;
    }
    Withdrawn withdrawn = user.withdrawn();
    long lapse =
        withdrawn == null ? 0 : withdrawn.sinceMillis() + rules.reconnectGrace().toMillis();
    if (!presence.onByCloud()) {
      return lapse;
    }
    ClientMemory own = lapsedSinceJoining(clients, userId, presence);
    if (own != null) {
      return Math.max(lapse, own.signMillis() + rules.cloudGrace().toMillis());
    }
    // A word that was given up once, when the user left for want of any sign, holds nobody alone.
    return presence.lastByCloud() ? Long.MAX_VALUE : lapse;
  }

  private void lapseClients(RoomDraft draft) {
    for (Map.Entry<String, ClientMemory> entry : draft.clients().entrySet()) {
      ClientMemory client = entry.getValue();
      if (!client.lapsed() && lapseMillis(client) <= draft.now()) {
        entry.setValue(
            (client.connectionId() == null
                    ? client
                    : client.closed(client.signMillis(), client.signMillis()))
                .lapse());
      }
    }
  }

  // A client that is not lapsed: the user's own, or one that saw the user.
  private static boolean vouchedFor(
      Map<String, ClientMemory> clients, String userId, Track presence) {
    return clients.entrySet().stream()
        .anyMatch(
            client ->
                !client.getValue().lapsed()
                    && (client.getValue().userId().value().equals(userId)
                        || presence.saidOn(client.getKey())));
  }

  // Presence must not stick: somebody has to vouch for it.
  private void lapseUser(RoomDraft draft, UserId userId) {
    UserMemory user = draft.user(userId);
    if (draft.now() < lapseMillis(draft.clients(), userId.value(), user)) {
      return;
    }
    Track presence = user.presence();
    Withdrawn withdrawn = user.withdrawn();
    long gone = withdrawn == null ? 0 : withdrawn.seenMillis();
    boolean ownGone = false;
    for (Map.Entry<String, ClientMemory> entry : draft.clients().entrySet()) {
      ClientMemory client = entry.getValue();
      boolean own = client.userId().equals(userId);
      if (own || presence.saidOn(entry.getKey())) {
        gone = Math.max(gone, client.leftMillis());
        ownGone |= own;
      }
    }
    draft.userGone(
        userId,
        gone == 0 ? draft.now() : gone,
        Evidence.INFERRED,
        ownGone ? LeaveReason.CONNECTION_LOST : LeaveReason.UNKNOWN);
  }

  private static @Nullable ClientMemory lapsedSinceJoining(
      Map<String, ClientMemory> clients, String userId, Track presence) {
    Change joined = presence.last();
    ClientMemory latest = null;
    for (Map.Entry<String, ClientMemory> entry : clients.entrySet()) {
      ClientMemory client = entry.getValue();
      if (!client.userId().value().equals(userId)) {
        continue;
      }
      // The cloud may date the join a moment after all that was heard of the relay.
      Change told = presence.toldOf(self(entry.getKey()));
      boolean since =
          joined != null
              && (client.leftMillis() > joined.atMillis()
                  || (told != null && told.index() >= joined.index()));
      if (since && (latest == null || client.signMillis() > latest.signMillis())) {
        latest = client;
      }
    }
    return latest;
  }

  private static void opened(RoomDraft draft, RelayOpened opened, long ingestedMillis) {
    String key = clientKey(opened.userId(), opened.clientId().value());
    ClientMemory before = draft.clients().get(key);
    if (before != null && opened.connectionId().equals(before.endedConnection())) {
      // A renewal that was overtaken, or of a client whose user lives on in another one.
      return;
    }
    boolean renewed =
        before != null && opened.connectionId().equals(before.connectionId()) && !before.lapsed();
    ClientMemory known = before == null ? ClientMemory.of(opened.userId(), draft.now()) : before;
    draft.putClient(key, known.opened(opened.connectionId(), draft.now()));
    if (renewed) {
      stillOpen(draft, opened, self(key));
    } else {
      if (known.silenced() || saidGoodbye(draft, key, opened.userId())) {
        draft.seesNobody(key, known);
      }
      Change goodbye = goodbyeBefore(draft, key, opened);
      if (goodbye != null) {
        draft.cameAfter(opened.userId(), self(key), goodbye);
      }
      draft.userReported(
          opened.userId(),
          true,
          backAt(draft, opened.userId(), before, opened.eventTimeMillis(), ingestedMillis),
          self(key),
          Evidence.CLIENT,
          LeaveReason.UNKNOWN);
      if (before != null && speaksAgain(before, ingestedMillis)) {
        stillSees(draft, key, before);
      }
    }
  }

  // A leave that came in late, within the tolerance of the opening, may have ended the visit before
  // or this one. The connection outlasted it, so it was the one before.
  private static void stillOpen(RoomDraft draft, RelayOpened opened, String observer) {
    Track presence = draft.user(opened.userId()).presence();
    Change last = presence.last();
    if (last != null
        && !last.on()
        && last.atMillis() < opened.eventTimeMillis()
        && presence.saidOn(observer)) {
      draft.userReported(
          opened.userId(),
          true,
          opened.eventTimeMillis(),
          observer,
          Evidence.CLIENT,
          LeaveReason.UNKNOWN);
    }
  }

  // Whom it saw in that stay may have gone since.
  private static boolean saidGoodbye(RoomDraft draft, String key, UserId userId) {
    Track presence = draft.user(userId).presence();
    return presence.toldOf(self(key)) != null && !presence.saidOn(self(key));
  }

  // Relays open and end by the gateway's clock: what opened after another client's goodbye is not
  // of the visit that ended with it, however near.
  private static @Nullable Change goodbyeBefore(RoomDraft draft, String key, RelayOpened opened) {
    Track presence = draft.user(opened.userId()).presence();
    Change latest = null;
    for (Map.Entry<String, ClientMemory> entry : draft.clients().entrySet()) {
      ClientMemory other = entry.getValue();
      if (entry.getKey().equals(key)
          || !other.userId().equals(opened.userId())
          || other.connectionId() != null
          || other.leftMillis() >= opened.eventTimeMillis()) {
        continue;
      }
      Change left = presence.toldOf(self(entry.getKey()));
      if (left != null && !left.on() && (latest == null || left.index() > latest.index())) {
        latest = left;
      }
    }
    return latest;
  }

  // A client that lapsed and speaks again is there now, though it speaks of an earlier moment: its
  // connection's hello, or what waited while Kafka stood still. What was received before the client
  // fell silent only came late. Nor does it contradict a leave that somebody saw.
  private static long backAt(
      RoomDraft draft,
      UserId userId,
      @Nullable ClientMemory before,
      long atMillis,
      long ingestedMillis) {
    Change left = draft.user(userId).presence().last();
    if (left == null
        || before == null
        || !wasThereAllAlong(before, atMillis, ingestedMillis)
        || !leftWith(before, left)) {
      return atMillis;
    }
    return Math.max(draft.now(), left.atMillis() + 1);
  }

  private static boolean wasThereAllAlong(ClientMemory before, long atMillis, long ingestedMillis) {
    return speaksAgain(before, ingestedMillis) && atMillis <= before.leftMillis();
  }

  private static boolean speaksAgain(ClientMemory before, long ingestedMillis) {
    return before.lapsed() && ingestedMillis > before.signMillis();
  }

  private static boolean leftWith(ClientMemory client, Change last) {
    return !last.on() && last.inferred() && last.atMillis() >= client.leftMillis();
  }

  // Users of whom it said that they are there, who left after it was heard last, and of whose leave
  // nobody told. It is the same instance of the client, over whichever connection: its SDK does not
  // tell of them again.
  private static void stillSees(RoomDraft draft, String key, ClientMemory before) {
    for (Map.Entry<String, UserMemory> user : List.copyOf(draft.users().entrySet())) {
      Track presence = user.getValue().presence();
      Change last = presence.last();
      if (last != null && presence.saidOn(key) && leftWith(before, last) && !presence.told(last)) {
        draft.userReported(
            new UserId(user.getKey()),
            true,
            Math.max(draft.now(), last.atMillis() + 1),
            key,
            Evidence.INFERRED,
            LeaveReason.UNKNOWN);
      }
    }
  }

  private static void closed(RoomDraft draft, RelayClosed closed) {
    String key = clientKey(closed.userId(), closed.clientId().value());
    ClientMemory before = draft.clients().get(key);
    if (before == null || !closed.connectionId().equals(before.connectionId())) {
      // A newer connection of the same client has taken over.
      return;
    }
    draft.putClient(key, before.ended(draft.now(), closed.eventTimeMillis(), before.silenced()));
    if (closed.clean() && hasOtherClient(draft, key, closed.userId())) {
      draft.wentOnElsewhere(closed.userId(), self(key));
    } else if (closed.clean()) {
      draft.userReported(
          closed.userId(),
          false,
          closed.eventTimeMillis(),
          self(key),
          Evidence.CLIENT,
          LeaveReason.QUIT);
    }
  }

  static boolean hasOtherClient(RoomDraft draft, String key, UserId userId) {
    return draft.clients().entrySet().stream()
        .anyMatch(
            entry ->
                !entry.getKey().equals(key)
                    && entry.getValue().userId().equals(userId)
                    && entry.getValue().connectionId() != null);
  }

  private static void reported(
      RoomDraft draft,
      Observer observer,
      Envelope<? extends Observation> observed,
      boolean drivenAgain,
      Runnable report) {
    String key = clientKey(observer);
    ClientMemory before = draft.clients().get(key);
    if (!firstReport(draft, observer, observed, drivenAgain)) {
      return;
    }
    report.run();
    // Only now: the report may be that one of them left, or that its own user did.
    ClientMemory after = draft.clients().get(key);
    if (before != null
        && after != null
        && speaksAgain(before, observed.ingestedAt().toEpochMilli())
        && !after.silenced()
        && draft.user(observer.userId()).presence().saidOn(self(key))) {
      stillSees(draft, key, before);
    }
  }

  // Clients number their reports; a report that is sent again after a reconnect keeps its number.
  private static boolean firstReport(
      RoomDraft draft,
      Observer observer,
      Envelope<? extends Observation> observed,
      boolean drivenAgain) {
    long atMillis = observed.data().eventTimeMillis();
    long ingestedMillis = observed.ingestedAt().toEpochMilli();
    String key = clientKey(observer);
    ClientMemory known = draft.clients().get(key);
    ClientMemory before = known == null ? ClientMemory.of(observer.userId(), draft.now()) : known;
    boolean late = drivenAgain && before.forgotten(observer.sequence());
    if (!late && before.taken(observer.sequence())) {
      return false;
    }
    boolean goodbye = saidGoodbye(draft, key, observer.userId());
    // What it told before its goodbye may come after it, and does not bring it back.
    boolean back =
        before.lapsed()
            || (goodbye && before.connectionId() == null && atMillis > before.leftMillis());
    if (back && !before.silenced()) {
      // Reports without a socket: the client is there for as long as it keeps reporting.
      if (goodbye) {
        draft.seesNobody(key, before);
      }
      draft.putClient(
          key, before.opened(HTTP_CONNECTION, draft.now()).take(observer.sequence(), draft.now()));
      draft.userReported(
          observer.userId(),
          true,
          backAt(draft, observer.userId(), known, atMillis, ingestedMillis),
          self(key),
          Evidence.CLIENT,
          LeaveReason.UNKNOWN);
    } else {
      draft.putClient(key, before.take(observer.sequence(), draft.now()));
    }
    return true;
  }

  static String clientKey(Observer observer) {
    return clientKey(observer.userId(), observer.clientId().value());
  }

  private static String clientKey(UserId userId, String clientId) {
    return userId.value() + "/" + clientId;
  }

  /** The observer name under which a client vouches for its own user. */
  static String self(String clientKey) {
    return "self/" + clientKey;
  }
}
