package dev.parley.room.ingest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.events.codec.Json;
import dev.parley.room.Rooms;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** An event loop, a socket and a clock, all by hand. */
final class FakeLink extends Clock implements RelayLink {
  private record Timer(long atMillis, long number, Runnable task) {}

  final List<JsonNode> sent = new ArrayList<>();
  private final Deque<Runnable> tasks = new ArrayDeque<>();
  private final PriorityQueue<Timer> timers =
      new PriorityQueue<>(
          Comparator.comparingLong(Timer::atMillis).thenComparingLong(Timer::number));
  long now = Rooms.T0;
  private long timersSet;
  boolean paused;
  boolean full;
  @Nullable Short closeCode;

  @Override
  public void send(String text) {
    try {
      sent.add(Json.mapper().readTree(text));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(text, e);
    }
  }

  @Override
  public boolean full() {
    return full;
  }

  @Override
  public void ping() {}

  @Override
  public void pause() {
    paused = true;
  }

  @Override
  public void resume() {
    paused = false;
  }

  @Override
  public void close(short code, String reason) {
    closeCode = code;
  }

  @Override
  public void run(Runnable task) {
    tasks.add(task);
  }

  @Override
  public Runnable after(Duration delay, Runnable task) {
    Timer timer = new Timer(now + delay.toMillis(), timersSet++, task);
    timers.add(timer);
    return () -> timers.removeIf(timer::equals);
  }

  void settle() {
    while (!tasks.isEmpty()) {
      tasks.remove().run();
    }
  }

  void pass(Duration time) {
    long until = now + time.toMillis();
    while (!timers.isEmpty() && timers.element().atMillis() <= until) {
      Timer due = timers.remove();
      now = due.atMillis();
      due.task().run();
      settle();
    }
    now = until;
  }

  long acknowledged() {
    return sent.stream()
        .filter(frame -> frame.path("type").asText().equals("ack"))
        .mapToLong(frame -> frame.path("sequence").asLong())
        .max()
        .orElse(0);
  }

  @Override
  public long millis() {
    return now;
  }

  @Override
  public Instant instant() {
    return Instant.ofEpochMilli(now);
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return this;
  }
}
