package dev.parley.stack.demo;

import dev.parley.stack.demo.RoomTimeline.Entry;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The gateway's timeline beside what an independent consumer has read from the topics.
 *
 * @param entries in the gateway's order
 * @param onTopics the ids of what the timeline's topics hold; one that was written twice stands
 *     twice
 */
record TimelineCheck(List<Entry> entries, List<String> onTopics) {
  TimelineCheck {
    entries = List.copyOf(entries);
    onTopics = List.copyOf(onTopics);
  }

  /** True when both hold the same events. */
  boolean same() {
    return entries.size() == onTopics.size() && onlyOnOne() == 0;
  }

  void judge(Findings findings) {
    findings.exactly(
        onTopics.size(),
        "entries of the gateway's timeline, as many as its topics hold",
        entries.size());
    findings.exactly(
        0, "events, by their ids, that only the timeline or only its topics hold", onlyOnOne());
    findings.exactly(0, "entries of the timeline out of order", backwards());
  }

  private long onlyOnOne() {
    Set<String> told = entries.stream().map(Entry::id).collect(Collectors.toSet());
    Set<String> held = new HashSet<>(onTopics);
    return told.stream().filter(id -> !held.contains(id)).count()
        + held.stream().filter(id -> !told.contains(id)).count();
  }

  private long backwards() {
    long backwards = 0;
    for (int i = 1; i < entries.size(); i++) {
      if (entries.get(i).data().eventTimeMillis() < entries.get(i - 1).data().eventTimeMillis()) {
        backwards++;
      }
    }
    return backwards;
  }
}
