package dev.parley.stack.demo;

import dev.parley.events.AgentCommand;
import dev.parley.events.AgentEvent;
import dev.parley.events.Payload;
import dev.parley.events.PayloadTypes;
import dev.parley.events.Topic;
import dev.parley.events.Transcript;
import dev.parley.stack.Console;
import java.time.Duration;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;

/**
 * Prints events as they come in, in the order in which they happened: each is held back for a
 * moment, because several sources are read side by side.
 */
final class Timeline {
  private static final Duration HELD_BACK = Duration.ofMillis(2500);
  private static final int WHO_WIDTH = 14;
  private static final int WHAT_WIDTH = 64;

  private record Held(long eventMillis, long order, long dueNanos, Runnable print) {}

  private final Console console;
  private final long startMillis;
  private final PriorityQueue<Held> held =
      new PriorityQueue<>(
          Comparator.comparingLong(Held::eventMillis).thenComparingLong(Held::order));
  private final Speech speech = new Speech();
  private final Thread thread;
  private long order;
  private boolean closing;

  Timeline(Console console) {
    this.console = console;
    this.startMillis = System.currentTimeMillis();
    this.thread = new Thread(this::run, "timeline");
    this.thread.start();
  }

  /** Says what the demo itself does next. */
  void act(String text) {
    add(System.currentTimeMillis(), () -> console.line(console.bold("▸ " + text)));
  }

  /** Shows an event, if it has words. */
  void show(Payload payload) {
    line(payload)
        .ifPresent(
            line ->
                add(
                    payload.eventTimeMillis(),
                    () -> print(payload, line, PayloadTypes.of(payload.getClass()).topic())));
  }

  private Optional<Line> line(Payload payload) {
    return payload instanceof Transcript item
        ? speech
            .next(item)
            .map(
                sentence ->
                    new Line(item.speakerUserId().value(), "says \"" + sentence.text() + "\""))
        : Line.describing(payload);
  }

  private synchronized void add(long eventMillis, Runnable print) {
    held.add(new Held(eventMillis, order++, System.nanoTime() + HELD_BACK.toNanos(), print));
    notifyAll();
  }

  private void print(Payload payload, Line line, Topic topic) {
    double seconds = (payload.eventTimeMillis() - startMillis) / 1000.0;
    String what = line.what();
    if (what.length() > WHAT_WIDTH) {
      what = what.substring(0, WHAT_WIDTH - 1) + "…";
    }
    console.line(
        console.dim(String.format(Locale.ROOT, "%+8.3f  ", seconds))
            + paint(payload, pad(line.who(), WHO_WIDTH) + " " + pad(what, WHAT_WIDTH))
            + " "
            + console.dim(topic.topicName()));
  }

  private String paint(Payload payload, String text) {
    return switch (payload) {
      case Transcript ignored -> console.cyan(text);
      case AgentEvent.AgentFailed ignored -> console.red(text);
      case AgentEvent ignored -> console.magenta(text);
      case AgentCommand ignored -> console.yellow(text);
      default -> text;
    };
  }

  private static String pad(String text, int width) {
    return text.length() >= width ? text : text + " ".repeat(width - text.length());
  }

  private void run() {
    while (true) {
      Held next;
      synchronized (this) {
        next = held.peek();
        if (next == null && closing) {
          return;
        }
        long waitNanos = next == null || closing ? 0 : next.dueNanos() - System.nanoTime();
        if (next == null || waitNanos > 0) {
          try {
            wait(next == null ? 0 : 1 + Duration.ofNanos(waitNanos).toMillis());
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
          }
          continue;
        }
        held.remove(next);
      }
      next.print().run();
    }
  }

  /** A table of records per topic. */
  static void printCounts(Map<Topic, Integer> counts, Console console) {
    console.line("");
    console.line(console.bold(String.format("%-24s %8s  %s", "topic", "records", "what it holds")));
    counts.forEach(
        (topic, count) ->
            console.line(
                String.format("%-24s %8d  ", topic.topicName(), count)
                    + console.dim(topic.purpose())));
  }

  /** Prints what is still held back; nothing can be shown after it. */
  void finish() {
    synchronized (this) {
      closing = true;
      notifyAll();
    }
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
