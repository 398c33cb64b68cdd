package dev.parley.room.kafka;

import static dev.parley.room.Rooms.APP;
import static dev.parley.room.Rooms.ROOM;
import static dev.parley.room.Rooms.T0;

import dev.parley.events.Observation;
import dev.parley.events.Observation.RelayClosed;
import dev.parley.events.Observation.RelayOpened;
import dev.parley.events.Observation.SdkEventReported;
import dev.parley.events.Observer;
import dev.parley.events.codec.Envelope;
import dev.parley.events.id.ClientId;
import dev.parley.events.id.UserId;
import dev.parley.room.Rooms;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * What truly happened to the users of a room who relay to Parley themselves, and what Kafka got of
 * it. Users come and go; their connections break and come back, within the grace or where there are
 * no guests long after it, or go on in another client; gateways die without a word. Who is there
 * tells of the others, also of guests, who relay nothing themselves. Now and then Kafka is away:
 * what gateways have in hand then waits or is lost, as theirs do.
 */
final class RelayHistory {
  // As RoomConfig has them by default.
  private static final long RENEWAL = 60_000;
  private static final long DELIVERY_TIMEOUT = 10_000;

  // A user's relay holds them so long after it broke, the cloud's word longer.
  private static final long GRACE = 30_000;
  private static final long LONG_ABSENCE = 200_000;

  // A guest is back no sooner than the slowest of those who see it has noticed the leave.
  private static final long GUESTS_APART = 12_000;

  private static final long LENGTH = 80 * 60_000;

  /** What fails. */
  enum Failure {
    /** Kafka answers nobody. */
    KAFKA,
    /** As that, and the reducer's process stands still. */
    REDUCER,
    /** Gateways do not reach Kafka, but the reducer does. */
    GATEWAYS
  }

  /** A time in which Kafka gets nothing. */
  record Outage(Failure failure, long fromMillis, long toMillis) {
    boolean at(long millis) {
      return fromMillis <= millis && millis < toMillis;
    }

    boolean touches(long from, long to) {
      return fromMillis <= to && from <= toMillis;
    }
  }

  /** A time in which something was so. */
  record Span(long fromMillis, long toMillis) {
    boolean touches(long from, long to) {
      return fromMillis <= to && from <= toMillis;
    }
  }

  /** A record as it comes out of Kafka. */
  record Arrival(long atMillis, Envelope<Observation> record) {}

  private enum End {
    GOODBYE,
    BREAK,
    SILENCE
  }

  private record Connection(
      UserId user,
      ClientId client,
      String id,
      int visit,
      boolean enters,
      long fromMillis,
      long toMillis,
      End end) {}

  private record Visit(long fromMillis, long toMillis, End end) {}

  private record Report(String client, long atMillis, UserId about, boolean there) {}

  private final Random random;
  private final List<Outage> outages = new ArrayList<>();
  private final Map<String, List<Visit>> visits = new LinkedHashMap<>();
  private final Map<String, List<Span>> changeovers = new LinkedHashMap<>();
  private final Map<String, List<Connection>> connections = new LinkedHashMap<>();
  private final Map<Connection, Long> opened = new HashMap<>();
  private final Map<Visit, Long> joinsOfTheCloud = new HashMap<>();
  private final List<Arrival> arrivals = new ArrayList<>();
  private final boolean longAbsences;
  private long endMillis = T0 + LENGTH;

  private RelayHistory(Random random, boolean longAbsences) {
    this.random = random;
    this.longAbsences = longAbsences;
  }

  /** Draws one. */
  static RelayHistory random(long seed, int users, int guests, int outages, boolean webhooks) {
    RelayHistory history = new RelayHistory(new Random(seed), guests == 0);
    history.fail(outages);
    for (int i = 0; i < users; i++) {
      // Where there are guests, some are back before their goodbye's grace is over.
      history.live("u" + i, guests > 0 ? 25_000 : 90_000);
    }
    for (int i = 0; i < guests; i++) {
      history.visitOnly("g" + i);
    }
    for (List<Connection> of : history.connections.values()) {
      of.forEach(history::relay);
    }
    for (String user : List.copyOf(history.connections.keySet())) {
      history.report(user);
    }
    if (webhooks) {
      history.webhooks();
    }
    history.arrivals.sort(Comparator.comparingLong(Arrival::atMillis));
    return history;
  }

  List<Arrival> arrivals() {
    return arrivals;
  }

  List<Outage> outages() {
    return outages;
  }

  /** Those who relay. */
  Iterable<String> users() {
    return connections.keySet();
  }

  /** Those whom only others see. */
  Iterable<String> guests() {
    return visits.keySet().stream().filter(this::isGuest).toList();
  }

  boolean isGuest(String user) {
    return !connections.containsKey(user);
  }

  /** Whether somebody relayed all that time, over one connection. */
  boolean observed(long from, long to) {
    return connections.keySet().stream()
        .anyMatch(user -> there(user, from) && !changed(user, from, to));
  }

  /** Whether Kafka was away since that guest came. */
  boolean unheardSinceTheyCame(String guest, long now) {
    return visits(guest).stream()
        .filter(visit -> visit.fromMillis() <= now && now < visit.toMillis())
        .anyMatch(
            visit -> outages.stream().anyMatch(outage -> outage.touches(visit.fromMillis(), now)));
  }

  /** Whether somebody who relays was there at some time in it. */
  boolean anybodyRelayed(long from, long to) {
    return connections.keySet().stream()
        .anyMatch(user -> there(user, from) || changed(user, from, to));
  }

  /** When the last user has gone, and Kafka is back for good. */
  long endMillis() {
    return outages.stream().mapToLong(Outage::toMillis).reduce(endMillis, Math::max);
  }

  boolean there(String user, long millis) {
    return visits(user).stream()
        .anyMatch(visit -> visit.fromMillis() <= millis && millis < visit.toMillis());
  }

  /** Whether the user came, went, or went over to another connection in that time. */
  boolean changed(String user, long from, long to) {
    return visits(user).stream()
            .anyMatch(
                visit ->
                    (from <= visit.fromMillis() && visit.fromMillis() <= to)
                        || (from <= visit.toMillis() && visit.toMillis() <= to))
        || changeovers(user).stream().anyMatch(span -> span.touches(from, to));
  }

  boolean left(String user, long from, long to) {
    return visits(user).stream()
        .anyMatch(visit -> from <= visit.toMillis() && visit.toMillis() <= to);
  }

  /** Whether the user went over to another connection in that time while Kafka was away. */
  boolean wentOverUnheard(String user, long from, long to, long graceMillis) {
    return changeovers(user).stream()
        .filter(span -> span.touches(from, to))
        .anyMatch(
            span ->
                outages.stream()
                    .anyMatch(
                        outage ->
                            outage.touches(
                                span.fromMillis() - graceMillis, span.toMillis() + graceMillis)));
  }

  /**
   * Whether the user's relay was away in that time for longer than the grace, and the cloud's word
   * did not hold them.
   */
  boolean wasAway(String user, long from, long to) {
    return changeovers(user).stream()
        .filter(span -> span.touches(from, to) && span.toMillis() - span.fromMillis() > GRACE)
        .anyMatch(span -> !heldByTheCloud(user, span));
  }

  private boolean heldByTheCloud(String user, Span away) {
    return visits(user).stream()
            .filter(visit -> visit.fromMillis() <= away.fromMillis())
            .filter(visit -> away.toMillis() <= visit.toMillis())
            .filter(
                visit -> joinsOfTheCloud.getOrDefault(visit, Long.MAX_VALUE) <= away.fromMillis())
            // The goodbye of one connection may have come out of Kafka before the hello of the
            // next: a leave that was told, with which the cloud's word ends.
            .anyMatch(visit -> !wentOverUnheard(user, visit.fromMillis(), away.fromMillis(), GRACE))
        && outages.stream()
            .noneMatch(outage -> outage.touches(away.fromMillis() - LONG_ABSENCE, away.toMillis()));
  }

  private List<Visit> visits(String user) {
    return visits.computeIfAbsent(user, unused -> new ArrayList<>());
  }

  private List<Span> changeovers(String user) {
    return changeovers.computeIfAbsent(user, unused -> new ArrayList<>());
  }

  private List<Connection> connections(String user) {
    return connections.computeIfAbsent(user, unused -> new ArrayList<>());
  }

  private boolean oneIn(int number) {
    return random.nextInt(number) == 0;
  }

  private void fail(int number) {
    long at = T0 + random.nextLong(60_000, 900_000);
    for (int i = 0; i < number; i++) {
      Failure failure = Failure.values()[random.nextInt(Failure.values().length)];
      long length = oneIn(3) ? random.nextLong(60_000, 120_000) : random.nextLong(5_000, 700_000);
      outages.add(new Outage(failure, at, at + length));
      at += length + random.nextLong(300_000, 1_200_000);
    }
  }

  private @Nullable Outage outage(long millis) {
    return outages.stream().filter(outage -> outage.at(millis)).findFirst().orElse(null);
  }

  private void live(String user, long soon) {
    long at = T0 + random.nextLong(1_000, 120_000);
    while (at < T0 + LENGTH) {
      long left = visit(user, at);
      endMillis = Math.max(endMillis, left);
      at = left + (oneIn(2) ? random.nextLong(1_000, soon) : random.nextLong(300_000, 1_000_000));
    }
  }

  private void visitOnly(String user) {
    long at = T0 + random.nextLong(1_000, 120_000);
    while (at < T0 + LENGTH) {
      long left =
          oneIn(2)
              ? afterGoodbye(at + 6_000)
              : at + random.nextLong(6_000, oneIn(2) ? 120_000 : 1_800_000);
      visits(user).add(new Visit(at, left, oneIn(2) ? End.GOODBYE : End.SILENCE));
      endMillis = Math.max(endMillis, left);
      at = left + random.nextLong(GUESTS_APART, oneIn(2) ? 90_000 : 600_000);
    }
  }

  // As agents do: soon after one of the users left.
  private long afterGoodbye(long earliest) {
    return connections.keySet().stream()
            .flatMap(user -> visits(user).stream())
            .mapToLong(Visit::toMillis)
            .filter(end -> end >= earliest)
            .min()
            .orElse(earliest)
        + random.nextLong(500, 10_000);
  }

  private long visit(String user, long from) {
    List<Connection> own = connections(user);
    int number = visits(user).size();
    UserId userId = new UserId(user);
    Connection before = own.isEmpty() ? null : own.get(own.size() - 1);
    String client =
        before != null && maybeSamePage(before, from) && oneIn(2)
            ? before.client().value()
            : "client-" + own.size();
    // The relay and the cloud's room are entered one after the other, in either order.
    long opens = from + random.nextLong(-500, 1_500);
    boolean enters = true;
    long since = Math.max(from + 5_000, opens);
    for (int parts = random.nextInt(1, 5); ; parts--) {
      long until =
          since + (oneIn(2) ? random.nextLong(1_000, 60_000) : random.nextLong(60_000, 1_200_000));
      End end = End.values()[random.nextInt(End.values().length)];
      boolean last = parts == 1 || until >= T0 + LENGTH;
      boolean over = !last && oneIn(2);
      long ends = over ? until + random.nextLong(1_000, 10_000) : until;
      if (!last && !over && end == End.GOODBYE) {
        end = End.BREAK;
      }
      own.add(
          new Connection(
              userId,
              new ClientId(client),
              user + "-" + own.size(),
              number,
              enters,
              opens,
              ends,
              end));
      if (last) {
        visits(user).add(new Visit(from, ends, end));
        return ends;
      }
      if (over) {
        client = "client-" + own.size();
        opens = until;
      } else {
        opens =
            ends
                + (longAbsences && oneIn(4)
                    ? random.nextLong(GRACE + 5_000, LONG_ABSENCE)
                    : random.nextLong(1_000, 25_000));
      }
      enters = over;
      since = Math.max(ends, opens);
      changeovers(user).add(new Span(until, since));
    }
  }

  // Whoever said goodbye may come back in the same page, if no outage kept Kafka from knowing of it
  // in order; a client that vanished is another one.
  private boolean maybeSamePage(Connection before, long from) {
    return before.enters()
        && before.end() == End.GOODBYE
        && outages.stream().noneMatch(outage -> outage.touches(before.fromMillis(), from + 2_000));
  }

  // When Kafka has what was written then.
  private long kept(long millis) {
    long kept = millis + random.nextLong(5, 200);
    Outage outage = outage(kept);
    return outage == null ? kept : outage.toMillis() + random.nextLong(10, 2_000);
  }

  private void arrive(long atMillis, long ingestedMillis, Observation observation) {
    Envelope<Observation> named = Rooms.envelope(observation, ingestedMillis);
    arrivals.add(
        new Arrival(
            atMillis,
            new Envelope<>(
                named.id() + "-" + arrivals.size(),
                named.source(),
                Instant.ofEpochMilli(ingestedMillis),
                null,
                observation)));
  }

  private void relay(Connection connection) {
    Outage outage = outage(connection.fromMillis());
    // A hello is answered when Kafka has it: until then the client tries again.
    long from =
        outage == null ? connection.fromMillis() : outage.toMillis() + random.nextLong(10, 5_000);
    if (from >= connection.toMillis()) {
      return;
    }
    opened.put(connection, from);
    RelayOpened hello =
        new RelayOpened(APP, ROOM, from, connection.user(), connection.client(), connection.id());
    arrive(kept(from), from, hello);
    for (long at = from + RENEWAL; at < connection.toMillis(); at += RENEWAL) {
      at += random.nextLong(0, 50);
      long kept = kept(at);
      // What Kafka has not taken by then is given up; the next renewal makes up for it.
      if (kept - at <= DELIVERY_TIMEOUT) {
        arrive(kept, at, hello);
      }
    }
    if (connection.end() != End.SILENCE) {
      long kept = kept(connection.toMillis());
      arrive(
          kept,
          // Given up as well, but tried again.
          Math.max(connection.toMillis(), kept - random.nextLong(5, DELIVERY_TIMEOUT)),
          new RelayClosed(
              APP,
              ROOM,
              connection.toMillis(),
              connection.user(),
              connection.client(),
              connection.id(),
              connection.end() == End.GOODBYE));
    }
  }

  // What the user's clients see of the others.
  private void report(String user) {
    List<Report> seen = new ArrayList<>();
    for (Map.Entry<String, List<Visit>> other : visits.entrySet()) {
      if (other.getKey().equals(user)) {
        continue;
      }
      UserId about = new UserId(other.getKey());
      List<Visit> all = other.getValue();
      for (int i = 0; i < all.size(); i++) {
        Visit visit = all.get(i);
        see(seen, user, visit.fromMillis() + random.nextLong(50, 500), about, true);
        long untilNext =
            i + 1 < all.size() ? all.get(i + 1).fromMillis() - visit.toMillis() : Long.MAX_VALUE;
        long noticed =
            visit.end() == End.GOODBYE ? random.nextLong(50, 500) : random.nextLong(500, 10_000);
        see(seen, user, visit.toMillis() + Math.min(noticed, untilNext / 2), about, false);
      }
      // Who enters learns who is there.
      for (Connection own : connections(user)) {
        long entered = own.fromMillis() + random.nextLong(600, 1_000);
        if (own.enters() && there(other.getKey(), entered)) {
          see(seen, user, entered, about, true);
        }
      }
    }
    seen.sort(Comparator.comparingLong(Report::atMillis));
    tell(user, seen);
  }

  private void see(List<Report> seen, String user, long atMillis, UserId about, boolean there) {
    Connection inUse = null;
    for (Connection own : connections(user)) {
      if (own.fromMillis() <= atMillis) {
        inUse = own;
      }
    }
    // What is no longer true when it is noticed is not seen.
    if (inUse != null && there(user, atMillis) && there(about.value(), atMillis) == there) {
      seen.add(new Report(inUse.client().value(), atMillis, about, there));
    }
  }

  private void tell(String user, List<Report> seen) {
    long skew = random.nextLong(-300, 301);
    Map<String, Long> sequences = new HashMap<>();
    Map<String, Long> arrived = new HashMap<>();
    for (Report report : seen) {
      for (Connection through : through(user, report)) {
        long sent = Math.max(report.atMillis(), opened.getOrDefault(through, 0L)) + 1;
        long kept = kept(sent);
        if (kept - sent > DELIVERY_TIMEOUT && kept >= through.toMillis()) {
          // The connection ended before Kafka was back: the client sends it again over its next
          // one.
          continue;
        }
        long sequence = sequences.merge(report.client(), 1L, Long::sum);
        long at = Math.min(report.atMillis() + skew, sent);
        arrive(
            arrived.merge(report.client(), kept, Math::max),
            sent,
            new SdkEventReported(
                APP,
                ROOM,
                at,
                new Observer(through.user(), through.client(), sequence, at),
                report.there() ? "onUserJoined" : "onUserLeave",
                Rooms.json("[{'userInfo':{'userId':'" + report.about() + "'}}]")));
        break;
      }
    }
  }

  // The client's connection at that time, and its next ones of the same visit.
  private List<Connection> through(String user, Report report) {
    int visit = -1;
    for (Connection own : connections(user)) {
      if (own.fromMillis() <= report.atMillis()) {
        visit = own.visit();
      }
    }
    List<Connection> through = new ArrayList<>();
    for (Connection own : connections(user)) {
      Long from = opened.get(own);
      if (from != null
          && own.visit() == visit
          && own.client().value().equals(report.client())
          && Math.max(from, report.atMillis()) + 1 < own.toMillis()) {
        through.add(own);
      }
    }
    return through;
  }

  private void webhooks() {
    visits.forEach(
        (user, all) -> {
          for (int i = 0; i < all.size(); i++) {
            Visit visit = all.get(i);
            int number = i;
            boolean relayed =
                connections(user).stream()
                    .anyMatch(own -> own.visit() == number && opened.containsKey(own));
            Long joined =
                webhook(user, visit.fromMillis() + random.nextLong(0, 300), true, relayed);
            if (joined != null) {
              joinsOfTheCloud.put(visit, joined);
            }
            long untilNext =
                i + 1 < all.size() ? all.get(i + 1).fromMillis() - visit.toMillis() : 20_000;
            long noticed =
                Math.min(
                    untilNext / 2, random.nextLong(0, visit.end() == End.GOODBYE ? 300 : 10_000));
            // Of whom only the cloud's word is known, its word that they left is all there is.
            webhook(user, visit.toMillis() + noticed, false, relayed || joined == null);
          }
        });
  }

  // When Kafka has it; null when it is lost.
  private @Nullable Long webhook(String user, long atMillis, boolean joined, boolean mayBeLost) {
    long called = atMillis + (oneIn(8) ? random.nextLong(5, 20_000) : random.nextLong(5, 300));
    boolean away = outage(called) != null;
    if (mayBeLost && oneIn(away ? 2 : 8)) {
      return null;
    }
    long kept = kept(called);
    arrive(
        kept,
        kept,
        Rooms.webhook(
            "e" + arrivals.size(),
            joined ? "UserJoinRoom" : "UserLeaveRoom",
            atMillis,
            "{'UserId':'" + user + "','Reason':'userLeave'}"));
    return kept;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    outages.forEach(
        outage ->
            text.append(outage.failure())
                .append(' ')
                .append(outage.fromMillis() - T0)
                .append(" to ")
                .append(outage.toMillis() - T0)
                .append('\n'));
    for (List<Connection> of : connections.values()) {
      of.forEach(
          own ->
              text.append(own.id())
                  .append(' ')
                  .append(own.client())
                  .append(" visit ")
                  .append(own.visit())
                  .append(' ')
                  .append(own.fromMillis() - T0)
                  .append(" to ")
                  .append(own.toMillis() - T0)
                  .append(' ')
                  .append(own.end())
                  .append('\n'));
    }
    arrivals.forEach(
        arrival ->
            text.append(arrival.atMillis() - T0)
                .append(" <- ")
                .append(arrival.record().ingestedAt().toEpochMilli() - T0)
                .append(' ')
                .append(arrival.record().data().eventTimeMillis() - T0)
                .append(' ')
                .append(arrival.record().data())
                .append('\n'));
    return text.toString();
  }
}
