package dev.parley.room;

import static dev.parley.room.Rooms.T0;

import dev.parley.events.Observation;
import dev.parley.events.Observation.Direction;
import dev.parley.events.codec.Envelope;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * What truly happened in a room, and how it came to Parley. Users come, go, send, stop sending and
 * write; some of it in bursts (steps of less than 500 ms, no burst longer than 3 s), with more than
 * a minute of quiet between them. Of every burst one client tells all, the others tell all, a part
 * or nothing, by clocks that are up to two and a half seconds off. Connections break and come back;
 * what they carried comes late and in part again. Webhooks may be lost, repeated, late and
 * overtaken. Some visits and some changes no source saw.
 */
final class TrueHistory {
  // Any two clocks differ by less than the clock tolerance of 5 s.
  private static final long MAX_SKEW = 2_499;
  private static final int MAX_BURST = 6;

  /** What clients miss. */
  enum Drops {
    NOTHING,
    WHOLE_BURSTS,
    SINGLE_REPORTS
  }

  /** What a user does. */
  enum What {
    USER("onUserJoined", "onUserLeave", 0),
    AUDIO("onUserPublishStream", "onUserUnpublishStream", 1),
    VIDEO("onUserPublishStream", "onUserUnpublishStream", 2),
    SCREEN("onUserPublishScreen", "onUserUnpublishScreen", 2),
    MICROPHONE("onUserStartAudioCapture", "onUserStopAudioCapture", 0),
    CAMERA("onUserStartVideoCapture", "onUserStopVideoCapture", 0);

    private final String begins;
    private final String ends;
    private final int mediaType;

    What(String begins, String ends, int mediaType) {
      this.begins = begins;
      this.ends = ends;
      this.mediaType = mediaType;
    }
  }

  /** A change of one thing, or its end with the user's visit. */
  record Change(long atMillis, boolean on) {}

  /** A message as it was sent. */
  record Sent(String sender, String text) {}

  private record Moment(
      long atMillis,
      int burst,
      String user,
      What what,
      boolean on,
      boolean seen,
      boolean ofUnseenVisit,
      String text) {
    Moment asSeen() {
      return new Moment(atMillis, burst, user, what, on, true, ofUnseenVisit, text);
    }
  }

  private record Arrival(long atMillis, Observation observation) {}

  private final Random random;
  private final int observers;
  private final Drops drops;
  private final List<Moment> moments = new ArrayList<>();
  private final List<Arrival> arrivals = new ArrayList<>();
  private final Map<String, List<Integer>> connectionStates = new LinkedHashMap<>();
  private int bursts;
  private long endMillis;

  private TrueHistory(Random random, int observers, Drops drops) {
    this.random = random;
    this.observers = observers;
    this.drops = drops;
  }

  /** Draws one. */
  static TrueHistory random(
      long seed, int observers, int users, int steps, boolean webhooks, Drops drops) {
    TrueHistory history = new TrueHistory(new Random(seed), observers, drops);
    history.happen(users, steps);
    int[] fullWitness = history.random.ints(history.bursts + 1L, 0, observers).toArray();
    for (int i = 0; i < observers; i++) {
      history.witness(i, fullWitness);
    }
    if (webhooks) {
      history.webhooks();
    }
    history.arrivals.sort(Comparator.comparingLong(Arrival::atMillis));
    return history;
  }

  private void happen(int users, int steps) {
    Map<String, Set<What>> here = new LinkedHashMap<>();
    Set<String> unseenVisits = new LinkedHashSet<>();
    long at = T0 + 60_000;
    int inBurst = 0;
    for (int i = 0; i < steps; i++) {
      if (random.nextBoolean() && inBurst < MAX_BURST) {
        at += random.nextLong(1, 500);
        inBurst++;
      } else {
        at += random.nextLong(61_000, 200_000);
        inBurst = 0;
        bursts++;
      }
      String user = "u" + random.nextInt(users);
      Set<What> sends = here.get(user);
      if (sends == null) {
        here.put(user, new LinkedHashSet<>());
        if (drops != Drops.NOTHING && random.nextInt(6) == 0) {
          unseenVisits.add(user);
        }
        add(at, user, What.USER, true, unseenVisits, false);
      } else if (random.nextInt(3) == 0) {
        here.remove(user);
        add(at, user, What.USER, false, unseenVisits, false);
        unseenVisits.remove(user);
      } else if (random.nextInt(4) == 0) {
        boolean unseen = unseenVisits.contains(user);
        moments.add(new Moment(at, bursts, user, What.USER, true, !unseen, unseen, "m" + inBurst));
      } else {
        What what = What.values()[random.nextInt(1, What.values().length)];
        boolean on = sends.add(what);
        if (!on) {
          sends.remove(what);
        }
        add(at, user, what, on, unseenVisits, drops != Drops.NOTHING && random.nextInt(8) == 0);
      }
    }
    bursts++;
    at += 61_000;
    for (String user : here.keySet()) {
      add(at, user, What.USER, false, unseenVisits, false);
      at += 100;
    }
    endMillis = at + 61_000;
    moments.replaceAll(moment -> moment.seen() || canBeMissed(moment) ? moment : moment.asSeen());
  }

  // A change that nobody saw makes the next one of the same thing say nothing new. By two clocks,
  // such a one can be put before or after its neighbours in a burst: it stands alone here.
  private boolean canBeMissed(Moment missed) {
    if (missed.what() == What.USER || missed.ofUnseenVisit()) {
      return true;
    }
    List<Moment> thing =
        moments.stream()
            .filter(
                moment ->
                    moment.user().equals(missed.user())
                        && moment.text().isEmpty()
                        && (moment.what() == missed.what() || moment.what() == What.USER))
            .toList();
    int at = thing.indexOf(missed);
    for (int i = Math.max(1, at); i <= Math.min(at + 2, thing.size() - 1); i++) {
      if (thing.get(i).burst() == thing.get(i - 1).burst()) {
        return false;
      }
    }
    return true;
  }

  private void add(
      long at, String user, What what, boolean on, Set<String> unseenVisits, boolean missed) {
    boolean unseen = unseenVisits.contains(user);
    moments.add(new Moment(at, bursts, user, what, on, !missed && !unseen, unseen, ""));
  }

  private void witness(int index, int[] fullWitness) {
    String name = "observer" + index;
    long skew = random.nextLong(-MAX_SKEW, MAX_SKEW + 1);
    List<Integer> states = connectionStates.computeIfAbsent(name, unused -> new ArrayList<>());
    List<Arrival> sent = new ArrayList<>();
    long sequence = 0;
    int connection = 1;
    int brokenBurst = -1;
    long backMillis = 0;
    long arrived = T0;
    arrivals.add(new Arrival(T0, Rooms.opened(name, T0, name + "-1")));
    int burst = -1;
    int share = 0;
    for (Moment moment : moments) {
      if (moment.burst() != burst) {
        burst = moment.burst();
        share = fullWitness[burst] == index ? 0 : share();
        if (random.nextInt(5) == 0) {
          brokenBurst = burst;
          long broken = Math.max(arrived, moment.atMillis() + random.nextLong(-500, 2_000));
          arrivals.add(
              new Arrival(broken, Rooms.closed(name, broken, name + "-" + connection, false)));
          connection++;
          backMillis = broken + random.nextLong(3_000, 25_000);
          arrivals.add(
              new Arrival(backMillis, Rooms.opened(name, backMillis, name + "-" + connection)));
        }
      }
      boolean told = share == 0 || (share == 2 && random.nextBoolean());
      if (!moment.seen() || !told) {
        continue;
      }
      long at = moment.atMillis() + skew;
      long arrives = Math.max(arrived, Math.max(at, moment.atMillis()) + random.nextLong(5, 2_000));
      boolean late = brokenBurst == burst && arrives < backMillis + 1_000;
      if (late) {
        arrives = Math.max(arrives, backMillis + 1);
        // What the socket carried before it broke is sent again: nobody acknowledged it.
        for (Arrival before : sent.subList(Math.max(0, sent.size() - 3), sent.size())) {
          arrivals.add(new Arrival(arrives, before.observation()));
        }
      }
      arrived = arrives;
      sequence++;
      Arrival arrival = new Arrival(arrives, report(name, sequence, at, moment));
      sent.add(arrival);
      arrivals.add(arrival);
      if (late && random.nextBoolean()) {
        int state = random.nextInt(7);
        sequence++;
        states.add(state);
        arrivals.add(
            new Arrival(
                arrives,
                Rooms.sdk(
                    name, sequence, at, "onConnectionStateChanged", "{'state':" + state + "}")));
      }
    }
    heartbeats(name);
    arrivals.add(
        new Arrival(endMillis, Rooms.closed(name, endMillis, name + "-" + connection, true)));
  }

  // Of a burst: 0 all, 1 nothing, 2 a part.
  private int share() {
    return switch (drops) {
      case NOTHING -> 0;
      case WHOLE_BURSTS -> random.nextInt(2);
      case SINGLE_REPORTS -> random.nextInt(3);
    };
  }

  // The gateway renews what it knows of an open connection.
  private void heartbeats(String name) {
    List<Arrival> own =
        arrivals.stream()
            .filter(
                arrival ->
                    arrival.observation() instanceof Observation.RelayOpened opened
                        && opened.userId().value().equals(name))
            .toList();
    List<Arrival> breaks =
        arrivals.stream()
            .filter(
                arrival ->
                    arrival.observation() instanceof Observation.RelayClosed closed
                        && closed.userId().value().equals(name))
            .toList();
    for (int i = 0; i < own.size(); i++) {
      long until = i < breaks.size() ? breaks.get(i).atMillis() : endMillis;
      for (long at = own.get(i).atMillis() + 60_000; at < until; at += 60_000) {
        arrivals.add(new Arrival(at, Rooms.opened(name, at, name + "-" + (i + 1))));
      }
    }
  }

  private static Observation report(String observer, long sequence, long at, Moment moment) {
    String user = moment.user();
    What what = moment.what();
    if (!moment.text().isEmpty()) {
      return Rooms.binary(
          observer,
          sequence,
          at,
          Direction.ROOM_RECEIVED,
          user,
          Rooms.frame("mark", moment.text()));
    }
    if (what == What.USER) {
      return moment.on()
          ? Rooms.joined(observer, sequence, at, user)
          : Rooms.left(observer, sequence, at, user);
    }
    return Rooms.sdk(
        observer,
        sequence,
        at,
        moment.on() ? what.begins : what.ends,
        "{'userId':'%s','mediaType':%d,'reason':0}".formatted(user, what.mediaType));
  }

  private void webhooks() {
    int number = 0;
    for (Moment moment : moments) {
      if (moment.what() != What.USER || !moment.text().isEmpty() || !moment.seen()) {
        continue;
      }
      Observation webhook =
          Rooms.webhook(
              "e" + number++,
              moment.on() ? "UserJoinRoom" : "UserLeaveRoom",
              moment.atMillis(),
              "{'UserId':'" + moment.user() + "','Reason':'userLeave'}");
      int fate = random.nextInt(8);
      if (fate == 0 && drops != Drops.NOTHING) {
        continue;
      }
      long delay = fate < 3 ? random.nextLong(5, 20_000) : random.nextLong(5, 300);
      arrivals.add(new Arrival(moment.atMillis() + delay, webhook));
      if (fate == 4) {
        arrivals.add(new Arrival(moment.atMillis() + delay + 5_000, webhook));
      }
    }
  }

  /** The reports in the order in which they come in. */
  List<Envelope<Observation>> arrivals() {
    return arrivals.stream()
        .map(arrival -> Rooms.envelope(arrival.observation(), arrival.atMillis()))
        .toList();
  }

  /**
   * What can be known of each thing, in order: what some source saw. What nobody saw is missing,
   * and a change into the state that is already known says nothing new. A visit that ends ends all
   * that the user sends.
   */
  Map<String, List<Change>> known() {
    Map<String, List<Change>> known = new LinkedHashMap<>();
    for (Moment moment : moments) {
      if (!moment.seen() || !moment.text().isEmpty()) {
        continue;
      }
      if (moment.what() == What.USER && !moment.on()) {
        for (What what : What.values()) {
          change(known, moment, what);
        }
      } else {
        change(known, moment, moment.what());
      }
    }
    return known;
  }

  private static void change(Map<String, List<Change>> known, Moment moment, What what) {
    String thing = moment.user() + " " + what;
    List<Change> changes = known.getOrDefault(thing, new ArrayList<>());
    boolean before = !changes.isEmpty() && changes.get(changes.size() - 1).on();
    if (before != moment.on()) {
      changes.add(new Change(moment.atMillis(), moment.on()));
      known.put(thing, changes);
    }
  }

  /** The messages that somebody received and told of. */
  List<Sent> messages() {
    return moments.stream()
        .filter(moment -> moment.seen() && !moment.text().isEmpty())
        .map(moment -> new Sent(moment.user(), moment.text()))
        .toList();
  }

  /** What each client's SDK said of its connection, by the SDK's numbers. */
  Map<String, List<Integer>> connectionStates() {
    return connectionStates;
  }

  int observers() {
    return observers;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (Moment m : moments) {
      text.append(m.atMillis() - T0).append(' ').append(m).append('\n');
    }
    for (Arrival a : arrivals) {
      text.append(a.atMillis() - T0)
          .append(" <- ")
          .append(a.observation().eventTimeMillis() - T0)
          .append(' ')
          .append(a.observation())
          .append('\n');
    }
    return text.toString();
  }
}
