package dev.parley.room;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One thing that is either on or off (a user's presence, one of a user's streams), as many sources
 * tell of it. Immutable.
 *
 * <p>A report is the same as a change already known when it has the same direction, lies within the
 * clock tolerance of it, and its observer has not already told of that change or a later one. Of
 * several such changes it is the first: the nearest by two different clocks may be a later one, and
 * then what the observer tells next would look new. Otherwise it is a new change if it is newer
 * than the last one. Within one client its own order beats the clocks; the cloud's webhooks may
 * overtake each other, so for them only time counts, and each stands for one change.
 *
 * @param changes the newest changes, oldest first
 * @param words what each observer said last
 * @param later a report that confirmed the state well after the last change: should an opposite
 *     report from in between still come in, both changes are real
 */
record Track(List<Change> changes, Map<String, Word> words, @Nullable Later later) {
  private static final int MAX_CHANGES = 64;
  private static final int MAX_WORDS = 64;

  /** The observer name of the cloud's webhooks. */
  static final String CLOUD = "@cloud";

  static final Track EMPTY = new Track(List.of(), Map.of(), null);

  /**
   * A change and its number, counted from 1.
   *
   * @param inferred nobody said so yet; its time may still be mended
   * @param byCloud the cloud has told of it; its time is the cloud's
   * @param atMillis when it was, as far as is known: what reports are compared with
   * @param visit for what a user sends: the number of the join after which it began, or of the
   *     leave that ended it; 0 where that is not known
   * @param toldMillis the time with which it was told, which agrees with the order of the facts; 0
   *     before that
   */
  record Change(
      long index,
      boolean on,
      long atMillis,
      boolean inferred,
      boolean byCloud,
      long visit,
      long toldMillis) {
    Change told(long millis) {
      return new Change(index, on, atMillis, inferred, byCloud, visit, millis);
    }
  }

  /** An observer's last word, and the newest change that it has told of. */
  record Word(long index, boolean on) {}

  /** A confirmation of the current state. */
  record Later(boolean on, long atMillis, boolean cloud) {}

  /** The track afterwards, and the changes that are new, oldest first. */
  record Outcome(Track track, List<Change> news) {}

  Track {
    changes = List.copyOf(changes);
    words = Ordered.copyOf(words);
  }

  boolean on() {
    Change last = last();
    return last != null && last.on();
  }

  @Nullable Change last() {
    return changes.isEmpty() ? null : changes.get(changes.size() - 1);
  }

  /** True when it was on at some time up to that one, as far as is remembered. */
  boolean wasOn(long atMillis) {
    return changes.stream().anyMatch(change -> change.on() && change.atMillis() <= atMillis);
  }

  /** The last time it came on, up to that moment. */
  @Nullable Change latestOn(long atMillis) {
    Change latest = null;
    for (Change change : changes) {
      if (change.on() && change.atMillis() <= atMillis) {
        latest = change;
      }
    }
    return latest;
  }

  /** The first time it went off, from that moment on. */
  @Nullable Change nextOff(long atMillis) {
    for (Change change : changes) {
      if (!change.on() && change.atMillis() >= atMillis) {
        return change;
      }
    }
    return null;
  }

  /** The leave that ended the visit of that join. */
  @Nullable Change leaveAfter(long join) {
    for (Change change : changes) {
      if (!change.on() && change.index() > join) {
        return change;
      }
    }
    return null;
  }

  /** The next time it came on, after that change. */
  @Nullable Change joinAfter(long leave) {
    for (Change change : changes) {
      if (change.on() && change.index() > leave) {
        return change;
      }
    }
    return null;
  }

  /** The last time it came on, by the times that were told. */
  @Nullable Change toldOn(long toldMillis) {
    Change latest = null;
    for (Change change : changes) {
      if (change.on() && change.toldMillis() > 0 && change.toldMillis() <= toldMillis) {
        latest = change;
      }
    }
    return latest;
  }

  /** The change of that number, while it is remembered. */
  @Nullable Change numbered(long index) {
    return changes.stream().filter(change -> change.index() == index).findFirst().orElse(null);
  }

  /** The same, with the time with which the change of that number was told. */
  Track told(long index, long millis) {
    return new Track(
        changes.stream()
            .map(change -> change.index() == index ? change.told(millis) : change)
            .toList(),
        words,
        later);
  }

  /** The newest change that the observer has told of. */
  @Nullable Change toldOf(String observer) {
    Word word = words.get(observer);
    return word == null ? null : numbered(word.index());
  }

  /** True when that change is what an observer told of last. */
  boolean told(Change change) {
    return words.containsValue(new Word(change.index(), change.on()));
  }

  /** True when that observer's last word was "on". */
  boolean saidOn(String observer) {
    Word word = words.get(observer);
    return word != null && word.on();
  }

  /**
   * True while the cloud's word is that it is on: it said so, and nobody has told of an end since.
   * An end that was only inferred may have been none.
   */
  boolean onByCloud() {
    Word word = words.get(CLOUD);
    return word != null
        && word.on()
        && changes.stream()
            .noneMatch(
                change ->
                    !change.on()
                        && change.index() > word.index()
                        && (!change.inferred() || told(change)));
  }

  /** True when the cloud has told of the last change, not only of one before. */
  boolean lastByCloud() {
    Word word = words.get(CLOUD);
    Change last = last();
    return word != null && last != null && word.index() >= last.index();
  }

  /** That observer no longer vouches for what it told; in what order it told stays known. */
  Track unseenBy(String observer) {
    Word word = words.get(observer);
    if (word == null || !word.on()) {
      return this;
    }
    Map<String, Word> fewer = new LinkedHashMap<>(words);
    fewer.put(observer, new Word(word.index(), false));
    return new Track(changes, fewer, later);
  }

  /** The newest changes, and the last words of those observers. */
  Track shortened(int maxChanges, int maxWords, Predicate<String> observers) {
    List<Map.Entry<String, Word>> known =
        words.entrySet().stream().filter(word -> observers.test(word.getKey())).toList();
    Map<String, Word> last = new LinkedHashMap<>();
    known
        .subList(Math.max(0, known.size() - maxWords), known.size())
        .forEach(word -> last.put(word.getKey(), word.getValue()));
    Word cloud = words.get(CLOUD);
    if (cloud != null) {
      last.put(CLOUD, cloud);
    }
    return new Track(
        changes.subList(Math.max(0, changes.size() - maxChanges), changes.size()), last, later);
  }

  /** Takes one source's word. */
  Outcome report(String observer, boolean on, long atMillis, long toleranceMillis) {
    return report(observer, on, atMillis, toleranceMillis, 0);
  }

  /** Takes one source's word of what a user sends, after the join of that number. */
  Outcome report(String observer, boolean on, long atMillis, long toleranceMillis, long visit) {
    boolean cloud = observer.equals(CLOUD);
    Word word = words.get(observer);
    long told = cloud || word == null ? 0 : word.index();
    Change same = first(on, atMillis, told, cloud, toleranceMillis);
    if (same != null) {
      return new Outcome(
          new Track(
              cloud ? timedByCloud(same, atMillis) : changes,
              said(observer, same.index(), on, atMillis),
              later),
          List.of());
    }
    Change last = last();
    if (on == on()) {
      if (last != null && last.inferred() && atMillis < last.atMillis()) {
        return new Outcome(mended(observer, last, atMillis), List.of());
      }
      return new Outcome(confirmed(observer, on, atMillis, cloud, toleranceMillis), List.of());
    }
    boolean ownOrder = !cloud && last != null && told == last.index();
    if (last != null && !ownOrder && isPast(last, on, atMillis, cloud)) {
      // From an earlier episode: history that is told is not told again differently.
      long index = cloud ? indexAt(on, atMillis, toleranceMillis) : told;
      return new Outcome(new Track(changes, said(observer, index, on, atMillis), later), List.of());
    }
    Change change = next(on, atMillis, false, cloud, on ? visit : 0);
    List<Change> news = new ArrayList<>(List.of(change));
    Map<String, Word> said = said(observer, change.index(), on, atMillis);
    if (later != null && later.on() != on && isAfter(later, change, cloud, toleranceMillis)) {
      Change next =
          new Change(
              change.index() + 1,
              later.on(),
              later.atMillis(),
              false,
              later.cloud(),
              later.on() ? visit : 0,
              0);
      news.add(next);
      if (later.cloud()) {
        said = with(said, CLOUD, next.index(), next.on());
      }
    }
    return new Outcome(new Track(appended(news), said, null), List.copyOf(news));
  }

  private static boolean isAfter(Later later, Change change, boolean cloud, long toleranceMillis) {
    if (cloud && later.cloud()) {
      return later.atMillis() > change.atMillis()
          || (later.on() && later.atMillis() == change.atMillis());
    }
    return later.atMillis() > change.atMillis() + toleranceMillis;
  }

  /** Follows from something else, whatever was said; nothing happens when it is so already. */
  Outcome force(boolean on, long atMillis) {
    return force(on, atMillis, 0);
  }

  /** The same, as the end of a visit. */
  Outcome endWith(Change leave, long atMillis) {
    return force(false, atMillis, leave.index());
  }

  private Outcome force(boolean on, long atMillis, long visit) {
    if (on == on()) {
      return new Outcome(this, List.of());
    }
    List<Change> news = List.of(next(on, atMillis, true, false, visit));
    return new Outcome(new Track(appended(news), words, null), news);
  }

  /** The observer counts as having told of that change, if not of a later one. */
  Track heardOf(Change change, String observer) {
    Word word = words.get(observer);
    return word != null && word.index() >= change.index()
        ? this
        : new Track(changes, with(words, observer, change.index(), change.on()), later);
  }

  /** The observer has told of a leave, so of all that ended with it or with one before. */
  Track endedWith(Change leave, String observer) {
    Change end = null;
    for (Change change : changes) {
      if (!change.on() && change.visit() > 0 && change.visit() <= leave.index()) {
        end = change;
      }
    }
    return end == null ? this : heardOf(end, observer);
  }

  // A second login ends the first in the same millisecond: what the cloud says comes on then, is
  // on.
  private static boolean isPast(Change last, boolean on, long atMillis, boolean cloud) {
    boolean loginAnew = cloud && on && last.byCloud() && atMillis == last.atMillis();
    return atMillis <= last.atMillis() && !loginAnew;
  }

  // The cloud's clock is the truth: what it tells next is compared with its own times.
  private List<Change> timedByCloud(Change same, long atMillis) {
    List<Change> timed = new ArrayList<>();
    long before = 0;
    for (Change change : changes) {
      long at = change.index() == same.index() ? atMillis : change.atMillis();
      Change each =
          new Change(
              change.index(),
              change.on(),
              Math.max(before, at),
              change.inferred(),
              change.byCloud() || change.index() == same.index(),
              change.visit(),
              change.toldMillis());
      timed.add(each);
      before = each.atMillis();
    }
    return timed;
  }

  // The end was inferred from the user's leave, and told; here is when it really was. Told is told,
  // but what the same stream did between that and the leave can now be understood.
  private Track mended(String observer, Change last, long atMillis) {
    List<Change> mended = new ArrayList<>(changes);
    long before = changes.size() > 1 ? changes.get(changes.size() - 2).atMillis() : 0;
    mended.set(
        mended.size() - 1,
        new Change(
            last.index(),
            last.on(),
            Math.max(before, atMillis),
            false,
            false,
            last.visit(),
            last.toldMillis()));
    return new Track(mended, said(observer, last.index(), last.on(), atMillis), later);
  }

  private Track confirmed(
      String observer, boolean on, long atMillis, boolean cloud, long toleranceMillis) {
    Change last = last();
    boolean after = last == null || atMillis > last.atMillis() + (cloud ? 0 : toleranceMillis);
    Word word = words.get(observer);
    long told = word == null ? 0 : word.index();
    boolean past = last != null && atMillis < last.atMillis() - toleranceMillis;
    long index = past || last == null ? told : last.index();
    return new Track(
        changes,
        said(observer, cloud ? indexAt(on, atMillis, toleranceMillis) : index, on, atMillis),
        after && outdates(atMillis, cloud) ? new Later(on, atMillis, cloud) : later);
  }

  // The cloud's time is the exact one, whatever clients confirm after it.
  private boolean outdates(long atMillis, boolean cloud) {
    return later == null
        || (cloud && !later.cloud())
        || (cloud == later.cloud() && atMillis > later.atMillis());
  }

  // Of which change a webhook tells that stands for none of those known shows in its time alone.
  private long indexAt(boolean on, long atMillis, long toleranceMillis) {
    if (changes.isEmpty()) {
      return 0;
    }
    Change first = changes.get(0);
    long index = first.on() == on ? first.index() : first.index() - 1;
    for (Change change : changes) {
      if (change.on() != on && change.atMillis() <= atMillis + toleranceMillis) {
        index = change.index() + 1;
      }
    }
    return index;
  }

  private @Nullable Change first(
      boolean on, long atMillis, long told, boolean cloud, long toleranceMillis) {
    for (Change change : changes) {
      if (change.on() == on
          && change.index() > told
          && !(cloud && change.byCloud())
          && Math.abs(change.atMillis() - atMillis) <= toleranceMillis) {
        return change;
      }
    }
    return null;
  }

  private Change next(boolean on, long atMillis, boolean inferred, boolean cloud, long visit) {
    Change last = last();
    return last == null
        ? new Change(1, on, atMillis, inferred, cloud, visit, 0)
        : new Change(
            last.index() + 1, on, Math.max(atMillis, last.atMillis()), inferred, cloud, visit, 0);
  }

  private List<Change> appended(List<Change> news) {
    List<Change> all = new ArrayList<>(changes);
    all.addAll(news);
    return all.subList(Math.max(0, all.size() - MAX_CHANGES), all.size());
  }

  private Map<String, Word> said(String observer, long index, boolean on, long atMillis) {
    return observer.equals(CLOUD) && overtaken(on, atMillis)
        ? words
        : with(words, observer, index, on);
  }

  // Of two webhooks the one of the later time has the cloud's last word, whichever comes first.
  private boolean overtaken(boolean on, long atMillis) {
    long newest = later != null && later.cloud() ? later.atMillis() : Long.MIN_VALUE;
    for (Change change : changes) {
      if (change.byCloud()) {
        newest = Math.max(newest, change.atMillis());
      }
    }
    // A second login ends the first in the same millisecond.
    return atMillis < newest || (atMillis == newest && !on);
  }

  private static Map<String, Word> with(
      Map<String, Word> words, String observer, long index, boolean on) {
    Map<String, Word> more = new LinkedHashMap<>(words);
    more.remove(observer);
    if (more.size() >= MAX_WORDS) {
      more.remove(more.keySet().iterator().next());
    }
    more.put(observer, new Word(index, on));
    return more;
  }
}
