package dev.parley.room;

import dev.parley.events.Payload;
import dev.parley.events.PayloadTypes;
import dev.parley.events.RoomEvent.CaptureStarted;
import dev.parley.events.RoomEvent.CaptureStopped;
import dev.parley.events.RoomEvent.CloseReason;
import dev.parley.events.RoomEvent.Evidence;
import dev.parley.events.RoomEvent.LeaveReason;
import dev.parley.events.RoomEvent.RoomClosed;
import dev.parley.events.RoomEvent.RoomOpened;
import dev.parley.events.RoomEvent.StreamPublished;
import dev.parley.events.RoomEvent.StreamUnpublished;
import dev.parley.events.RoomEvent.UnpublishReason;
import dev.parley.events.RoomEvent.UserJoined;
import dev.parley.events.RoomEvent.UserLeft;
import dev.parley.events.RoomState;
import dev.parley.events.codec.EventIds;
import dev.parley.events.id.AppId;
import dev.parley.events.id.RoomId;
import dev.parley.events.id.RoomKey;
import dev.parley.events.id.TaskId;
import dev.parley.events.id.UserId;
import dev.parley.room.RoomMemory.ClientMemory;
import dev.parley.room.RoomMemory.TaskMemory;
import dev.parley.room.RoomMemory.UserMemory;
import dev.parley.room.Track.Change;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A room while one step is worked out: who is there, what they send, and the facts told so far.
 * Keeps the order that makes sense: a room opens before anybody joins, a user joins before sending,
 * streams end before their user leaves, the last to leave closes the room. The times that are told
 * have the same order.
 */
final class RoomDraft {
  private static final int MAX_USERS = 512;
  private static final int MAX_CLIENTS = 128;
  private static final int MAX_TASKS = 32;
  private static final int MAX_AGENTS = 32;

  private final RoomKey room;
  private final ReducerRules rules;
  private final String cause;
  private final long nowMillis;
  private final long seenMillis;
  private final Map<String, UserMemory> users;
  private final Map<String, ClientMemory> clients;
  private final Map<String, TaskMemory> tasks;
  private final List<UserId> agents;
  private final List<Fact> facts = new ArrayList<>();
  private boolean open;
  private long openedMillis;
  private long toldMillis;
  private boolean changed;
  private long latestMillis;

  /**
   * Starts from what is remembered.
   *
   * @param cause id of the observation, or a word for what else gave rise to the step
   * @param nowMillis the gateway's clock
   * @param seenMillis when the room was last heard of, this observation included
   */
  RoomDraft(
      RoomMemory memory,
      RoomKey room,
      ReducerRules rules,
      String cause,
      long nowMillis,
      long seenMillis) {
    this.room = room;
    this.rules = rules;
    this.cause = cause;
    this.nowMillis = nowMillis;
    this.seenMillis = seenMillis;
    this.users = new LinkedHashMap<>(memory.users());
    this.clients = new LinkedHashMap<>(memory.clients());
    this.tasks = new LinkedHashMap<>(memory.tasks());
    this.agents = new ArrayList<>(memory.agents());
    this.open = memory.open();
    this.openedMillis = memory.openedMillis();
    this.toldMillis = memory.toldMillis();
  }

  /** The step: memory and facts, with the room's new state where it changed. */
  Step finish() {
    if (changed) {
      // Of two steps that time alone gave rise to, at the same moment, the facts tell which it is.
      List<String> occurrence = new ArrayList<>(List.of("state", Long.toString(latestMillis)));
      facts.forEach(fact -> occurrence.add(fact.id()));
      tell(state(), occurrence.toArray(String[]::new));
    }
    return new Step(
        new RoomMemory(open, openedMillis, seenMillis, toldMillis, users, clients, tasks, agents),
        facts);
  }

  AppId appId() {
    return room.appId();
  }

  RoomId roomId() {
    return room.roomId();
  }

  String roomKey() {
    return room.toString();
  }

  String cause() {
    return cause;
  }

  long now() {
    return nowMillis;
  }

  ReducerRules rules() {
    return rules;
  }

  boolean open() {
    return open;
  }

  Map<String, UserMemory> users() {
    return users;
  }

  Map<String, ClientMemory> clients() {
    return clients;
  }

  Map<String, TaskMemory> tasks() {
    return tasks;
  }

  /** Tells a fact; the occurrence is what tells it from others of its type. */
  void tell(Payload data, String... occurrence) {
    List<String> parts = new ArrayList<>(List.of("fact", roomKey()));
    parts.add(PayloadTypes.of(data.getClass()).value());
    parts.addAll(Arrays.asList(occurrence));
    parts.add(cause);
    facts.add(new Fact(data, EventIds.derived(parts.toArray(String[]::new))));
  }

  void stateChanged(long atMillis) {
    changed = true;
    latestMillis = Math.max(latestMillis, atMillis);
  }

  boolean present(UserId userId) {
    return user(userId).presence().on();
  }

  UserMemory user(UserId userId) {
    return users.getOrDefault(userId.value(), UserMemory.EMPTY);
  }

  /** One source says that a user is there or gone. */
  void userReported(
      UserId userId,
      boolean on,
      long atMillis,
      String observer,
      Evidence evidence,
      LeaveReason reason) {
    UserMemory before = user(userId);
    Track.Outcome outcome = before.presence().report(observer, on, atMillis, tolerance());
    put(userId, before.withPresence(outcome.track()));
    for (Change change : outcome.news()) {
      presenceChanged(userId, change, evidence, reason);
    }
    if (!on && !observer.equals(Track.CLOUD)) {
      Change leave = user(userId).presence().toldOf(observer);
      if (leave != null && !leave.on()) {
        if (outcome.news().isEmpty()) {
          endEarlierEpisode(userId, observer, leave);
        }
        toldOfEnds(userId, observer, leave);
      }
    }
  }

  /** A client says goodbye whose user stays with another one. */
  void wentOnElsewhere(UserId userId, String observer) {
    putPresence(userId, user(userId).presence().unseenBy(observer));
  }

  /** What the observer tells of the user next comes after that leave. */
  void cameAfter(UserId userId, String observer, Change leave) {
    putPresence(userId, user(userId).presence().heardOf(leave, observer));
  }

  /** A client enters anew: whom it sees it tells, whatever it told of its stay before. */
  void seesNobody(String observer, ClientMemory client) {
    for (Map.Entry<String, UserMemory> user : users.entrySet()) {
      UserMemory before = user.getValue();
      Track presence = before.presence();
      if (presence.saidOn(observer)) {
        UserMemory unseen = before.withPresence(presence.unseenBy(observer));
        user.setValue(
            presence.on()
                // The word of a client that lapsed was none any more.
                ? unseen.withdrawn(
                    client.lapsed() ? client.signMillis() : nowMillis, client.leftMillis())
                : unseen);
      }
    }
  }

  // The leave was told before, by a faster source. What this observer said in the meantime of the
  // episode's streams was told late; with the episode they end.
  private void endEarlierEpisode(UserId userId, String observer, Change leave) {
    for (Slot slot : Slot.values()) {
      Track track = user(userId).slot(slot);
      Change last = track.last();
      if (last == null || !last.on()) {
        continue;
      }
      // By the observer's own order it began before that leave, whatever the clocks say.
      if (last.equals(track.toldOf(observer)) || isOver(last, leave)) {
        Change own = endOf(userId, last);
        Change end = own == null ? leave : own;
        endSlot(userId, slot, end, end.atMillis());
      }
    }
  }

  // Whoever tells of a leave has told of the end of all that the user sent: what comes after it is
  // of the next visit, however near.
  private void toldOfEnds(UserId userId, String observer, Change leave) {
    for (Slot slot : Slot.values()) {
      Track track = user(userId).slot(slot);
      Track told = track.endedWith(leave, observer);
      if (!told.equals(track)) {
        putSlot(userId, slot, told);
      }
    }
  }

  /** It follows from something else that a user is gone. */
  void userGone(UserId userId, long atMillis, Evidence evidence, LeaveReason reason) {
    UserMemory before = user(userId);
    Track.Outcome outcome = before.presence().force(false, atMillis);
    put(userId, before.withPresence(outcome.track()));
    for (Change change : outcome.news()) {
      presenceChanged(userId, change, evidence, reason);
    }
  }

  /** One source says that a user sends or switched on something, or no longer. */
  void slotReported(
      UserId userId,
      Slot slot,
      boolean on,
      long atMillis,
      String observer,
      Evidence evidence,
      UnpublishReason reason) {
    endIfEpisodeOver(userId, slot, atMillis);
    if (on && saidBeforeTheLeave(userId, slot, observer, atMillis)) {
      return;
    }
    Track.Outcome outcome =
        user(userId)
            .slot(slot)
            .report(observer, on, atMillis, tolerance(), visit(userId, observer, atMillis));
    boolean begins = !outcome.news().isEmpty() && outcome.news().get(0).on();
    if (begins && !present(userId)) {
      Track presence = user(userId).presence();
      Change left = presence.last();
      if (left == null || atMillis > left.atMillis() + tolerance()) {
        userReported(userId, true, atMillis, observer, Evidence.INFERRED, LeaveReason.UNKNOWN);
        if (!present(userId)) {
          return;
        }
        outcome =
            user(userId)
                .slot(slot)
                .report(observer, on, atMillis, tolerance(), visit(userId, observer, atMillis));
      } else if (!presence.wasOn(atMillis + tolerance())) {
        // Of an episode that nobody told of, or that is forgotten.
        return;
      }
    }
    putSlot(userId, slot, outcome.track());
    for (Change change : outcome.news()) {
      slotChanged(userId, slot, change, evidence, reason);
    }
  }

  /** The cloud, or a client whom it told, says that the room is over. */
  void destroyed(long atMillis, Evidence evidence) {
    if (!open) {
      return;
    }
    for (String name : List.copyOf(users.keySet())) {
      Change last = user(new UserId(name)).presence().last();
      if (last != null && last.on() && last.atMillis() <= atMillis + tolerance()) {
        leave(new UserId(name), atMillis, evidence);
      }
    }
    if (nobodyThere()) {
      close(Math.max(atMillis, openedMillis), evidence, CloseReason.DESTROYED);
    }
  }

  // As userGone, but the room is closed by its own fact afterwards.
  private void leave(UserId userId, long atMillis, Evidence evidence) {
    UserMemory before = user(userId);
    Track.Outcome outcome = before.presence().force(false, atMillis);
    put(userId, before.withPresence(outcome.track()));
    for (Change change : outcome.news()) {
      left(userId, change, evidence, LeaveReason.ROOM_CLOSED);
    }
  }

  void openRoom(long atMillis, Evidence evidence) {
    if (!open) {
      open = true;
      openedMillis = Math.max(atMillis, toldMillis);
      tell(
          new RoomOpened(appId(), roomId(), openedMillis, evidence),
          "opened",
          Long.toString(atMillis));
      told(openedMillis);
    }
  }

  private void told(long atMillis) {
    toldMillis = Math.max(toldMillis, atMillis);
    stateChanged(atMillis);
  }

  private void presenceChanged(
      UserId userId, Change change, Evidence evidence, LeaveReason reason) {
    if (change.on()) {
      openRoom(change.atMillis(), evidence);
      long at = joinTime(userId, change);
      putPresence(userId, user(userId).presence().told(change.index(), at));
      tell(
          new UserJoined(appId(), roomId(), at, evidence, userId),
          userId.value(),
          Long.toString(change.index()),
          Long.toString(change.atMillis()));
      told(at);
    } else {
      left(userId, change, evidence, reason);
      if (nobodyThere()) {
        close(change.atMillis(), Evidence.INFERRED, CloseReason.EMPTY);
      }
    }
  }

  private void left(UserId userId, Change leave, Evidence evidence, LeaveReason reason) {
    Change joined = user(userId).presence().latestOn(leave.atMillis());
    for (Slot slot : Slot.values()) {
      Change last = user(userId).slot(slot).last();
      boolean ofThisEpisode =
          joined == null
              || last == null
              || last.visit() > 0
              || last.atMillis() >= joined.atMillis() - tolerance();
      if (ofThisEpisode) {
        Change own = last == null || !last.on() ? null : endOf(userId, last);
        Change end = own == null ? leave : own;
        endSlot(userId, slot, end, end.atMillis());
      }
    }
    long at = leaveTime(userId, leave);
    putPresence(userId, user(userId).presence().told(leave.index(), at));
    tell(
        new UserLeft(appId(), roomId(), at, evidence, userId, reason),
        userId.value(),
        Long.toString(leave.atMillis()));
    told(at);
    for (Map.Entry<String, TaskMemory> task : tasks.entrySet()) {
      if (userId.equals(task.getValue().agentUserId())) {
        task.setValue(ended(task.getValue()));
      }
    }
  }

  // The clocks of those who tell differ: what a user did next has no time before what was told.
  private long joinTime(UserId userId, Change join) {
    Change before = user(userId).presence().numbered(join.index() - 1);
    long at = before == null ? join.atMillis() : Math.max(join.atMillis(), before.toldMillis());
    // What is told of long before the room opened came late, and the time is its own.
    return at < openedMillis - tolerance() ? at : Math.max(at, openedMillis);
  }

  private long leaveTime(UserId userId, Change leave) {
    Change join = user(userId).presence().numbered(leave.index() - 1);
    long at = join == null ? leave.atMillis() : Math.max(leave.atMillis(), join.toldMillis());
    for (Track track : user(userId).slots().values()) {
      Change last = track.last();
      at = last == null ? at : Math.max(at, last.toldMillis());
    }
    return at;
  }

  // Also what comes late, after the leave, lies within its visit.
  private long slotTime(UserId userId, Slot slot, Change change) {
    Track presence = user(userId).presence();
    Change before = user(userId).slot(slot).numbered(change.index() - 1);
    long earliest = before == null ? 0 : before.toldMillis();
    Change join = change.on() ? joinOf(presence, change) : presence.toldOn(earliest);
    if (join == null) {
      return Math.max(change.atMillis(), earliest);
    }
    Change leave = presence.leaveAfter(join.index());
    long at = change.atMillis();
    if (leave != null && leave.toldMillis() > 0) {
      at = Math.min(at, leave.toldMillis() - 1);
    }
    return Math.max(at, Math.max(earliest, join.toldMillis()));
  }

  private @Nullable Change joinOf(Track presence, Change began) {
    if (began.visit() > 0) {
      return presence.numbered(began.visit());
    }
    Change join = presence.latestOn(began.atMillis() + tolerance());
    Change leave = join == null ? null : presence.leaveAfter(join.index());
    boolean over = leave != null && began.atMillis() > leave.atMillis() + tolerance();
    if (join != null && !over) {
      return join;
    }
    Change next = presence.joinAfter(leave == null ? 0 : leave.index());
    return next == null ? join : next;
  }

  // Late news of a stream whose user left since, followed by news from after that leave.
  private void endIfEpisodeOver(UserId userId, Slot slot, long atMillis) {
    Change last = user(userId).slot(slot).last();
    Change end = last == null || !last.on() ? null : endOf(userId, last);
    if (end != null && atMillis > end.atMillis() + tolerance()) {
      endSlot(userId, slot, end, end.atMillis());
    }
  }

  // It ended with a leave that this observer has not seen yet: for the observer it never stopped.
  private boolean saidBeforeTheLeave(UserId userId, Slot slot, String observer, long atMillis) {
    Track track = user(userId).slot(slot);
    Change last = track.last();
    long visit = visit(userId, observer, atMillis);
    return last != null
        && !last.on()
        && visit > 0
        && last.visit() > visit
        && track.saidOn(observer);
  }

  // What an observer tells of is of the visit whose join it told of last, unless that is long over;
  // or of one that began long before, of whose join it did not tell: of the present one, or of one
  // that has just ended, while it has not told of that end either.
  private long visit(UserId userId, String observer, long atMillis) {
    Track presence = user(userId).presence();
    Change told = presence.toldOf(observer);
    long visit = told != null && told.on() && lasted(presence, told, atMillis) ? told.index() : 0;
    Change past = presence.latestOn(atMillis - tolerance() - 1);
    if (past == null || !lasted(presence, past, atMillis)) {
      return visit;
    }
    Change end = presence.leaveAfter(past.index());
    boolean toldOfEnd = end != null && told != null && told.index() >= end.index();
    return toldOfEnd ? visit : Math.max(visit, past.index());
  }

  private boolean lasted(Track presence, Change join, long atMillis) {
    Change end = presence.leaveAfter(join.index());
    return end == null || atMillis <= end.atMillis() + tolerance();
  }

  private @Nullable Change endOf(UserId userId, Change began) {
    Track presence = user(userId).presence();
    return began.visit() > 0
        ? presence.leaveAfter(began.visit())
        : presence.nextOff(began.atMillis());
  }

  private static boolean isOver(Change began, Change leave) {
    return began.visit() > 0 ? began.visit() < leave.index() : began.atMillis() <= leave.atMillis();
  }

  private void endSlot(UserId userId, Slot slot, Change leave, long atMillis) {
    Track.Outcome outcome = user(userId).slot(slot).endWith(leave, atMillis);
    if (!outcome.news().isEmpty()) {
      putSlot(userId, slot, outcome.track());
      slotChanged(
          userId, slot, outcome.news().get(0), Evidence.INFERRED, UnpublishReason.USER_LEFT);
    }
  }

  static TaskMemory ended(TaskMemory task) {
    return new TaskMemory(
        task.agentUserId(), task.stage(), task.stageMillis(), true, task.rounds(), task.done());
  }

  /** Nothing more was heard of a room that was opened, and nobody is there. */
  void closeIfEmpty(long atMillis) {
    if (nobodyThere()) {
      close(Math.max(atMillis, openedMillis), Evidence.INFERRED, CloseReason.EMPTY);
    }
  }

  private void close(long atMillis, Evidence evidence, CloseReason reason) {
    if (open) {
      open = false;
      for (String name : List.copyOf(users.keySet())) {
        for (Slot slot : Slot.values()) {
          endIfEpisodeOver(new UserId(name), slot, Long.MAX_VALUE);
        }
      }
      long at = Math.max(atMillis, toldMillis);
      tell(
          new RoomClosed(appId(), roomId(), at, evidence, reason),
          "closed",
          Long.toString(openedMillis),
          Long.toString(atMillis));
      told(at);
    }
  }

  private void slotChanged(
      UserId userId, Slot slot, Change change, Evidence evidence, UnpublishReason reason) {
    long at = slotTime(userId, slot, change);
    putSlot(userId, slot, user(userId).slot(slot).told(change.index(), at));
    Payload fact;
    if (slot.capture()) {
      fact =
          change.on()
              ? new CaptureStarted(appId(), roomId(), at, evidence, userId, slot.mediaType())
              : new CaptureStopped(appId(), roomId(), at, evidence, userId, slot.mediaType());
    } else {
      fact =
          change.on()
              ? new StreamPublished(
                  appId(), roomId(), at, evidence, userId, slot.mediaType(), slot.screen())
              : new StreamUnpublished(
                  appId(), roomId(), at, evidence, userId, slot.mediaType(), slot.screen(), reason);
    }
    tell(
        fact,
        userId.value(),
        slot.name(),
        Long.toString(change.index()),
        Long.toString(change.atMillis()));
    told(at);
  }

  boolean nobodyThere() {
    return users.values().stream().noneMatch(user -> user.presence().on());
  }

  private void putPresence(UserId userId, Track presence) {
    put(userId, user(userId).withPresence(presence));
  }

  private void putSlot(UserId userId, Slot slot, Track track) {
    UserMemory before = user(userId);
    Map<Slot, Track> slots = new LinkedHashMap<>(before.slots());
    slots.put(slot, track);
    put(userId, before.withSlots(slots));
  }

  private void put(UserId userId, UserMemory user) {
    users.put(userId.value(), user);
    if (users.size() > MAX_USERS) {
      forgetOne(users, memory -> !memory.presence().on());
    }
  }

  void putClient(String key, ClientMemory client) {
    clients.put(key, client);
    if (clients.size() > MAX_CLIENTS) {
      forgetOne(clients, ClientMemory::lapsed);
    }
  }

  void putTask(TaskId taskId, TaskMemory task) {
    tasks.put(taskId.value(), task);
    if (tasks.size() > MAX_TASKS) {
      forgetOne(tasks, TaskMemory::ended);
    }
  }

  TaskMemory task(TaskId taskId) {
    return tasks.getOrDefault(taskId.value(), TaskMemory.EMPTY);
  }

  boolean isAgent(UserId userId) {
    return agents.contains(userId);
  }

  void rememberAgent(UserId userId) {
    if (!agents.contains(userId)) {
      agents.add(userId);
      if (agents.size() > MAX_AGENTS) {
        agents.remove(0);
      }
    }
  }

  // The oldest that matters no more; where all matter, the oldest.
  private static <V> void forgetOne(Map<String, V> map, Predicate<V> dispensable) {
    String oldest =
        map.entrySet().stream()
            .filter(entry -> dispensable.test(entry.getValue()))
            .map(Map.Entry::getKey)
            .findFirst()
            .orElseGet(() -> map.keySet().iterator().next());
    map.remove(oldest);
  }

  private long tolerance() {
    return rules.clockTolerance().toMillis();
  }

  private RoomState state() {
    List<RoomState.User> there = new ArrayList<>();
    users.forEach(
        (name, user) -> {
          if (user.presence().on()) {
            there.add(state(new UserId(name), user));
          }
        });
    List<RoomState.Agent> heard = new ArrayList<>();
    tasks.forEach(
        (name, task) -> {
          if (task.agentUserId() != null && !task.ended()) {
            heard.add(new RoomState.Agent(task.agentUserId(), new TaskId(name), task.stage()));
          }
        });
    return new RoomState(
        appId(), roomId(), Math.max(latestMillis, openedMillis), open, openedMillis, there, heard);
  }

  private RoomState.User state(UserId userId, UserMemory user) {
    List<RoomState.Stream> streams = new ArrayList<>();
    for (Slot slot : Slot.values()) {
      if (!slot.capture() && onNow(user, slot)) {
        streams.add(new RoomState.Stream(slot.mediaType(), slot.screen()));
      }
    }
    return new RoomState.User(
        userId,
        Objects.requireNonNull(user.presence().last()).toldMillis(),
        streams,
        onNow(user, Slot.MICROPHONE),
        onNow(user, Slot.CAMERA));
  }

  // Late news of an earlier episode is not the state of this one.
  private boolean onNow(UserMemory user, Slot slot) {
    Change joined = Objects.requireNonNull(user.presence().last());
    Change last = user.slot(slot).last();
    if (last == null || !last.on()) {
      return false;
    }
    return last.visit() > 0
        ? last.visit() >= joined.index()
        : last.atMillis() >= joined.atMillis() - tolerance();
  }
}
