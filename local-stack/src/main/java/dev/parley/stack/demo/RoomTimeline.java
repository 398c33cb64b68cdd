package dev.parley.stack.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.events.Payload;
import dev.parley.events.PayloadTypes;
import dev.parley.events.Topic;
import dev.parley.events.codec.Json;
import dev.parley.stack.StackException;
import dev.parley.stack.client.Api;
import dev.parley.stack.process.Ports;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The room's timeline as the gateway tells it to one of the room's users, asked for again and again
 * while the call goes on.
 */
final class RoomTimeline implements AutoCloseable {
  /** Topics that a room's timeline is made of. */
  static final Set<Topic> TOPICS =
      Set.of(
          Topic.ROOM_EVENTS,
          Topic.ROOM_TRANSCRIPTS,
          Topic.AGENT_EVENTS,
          Topic.AGENT_ROUNDS,
          Topic.TOOL_CALLS,
          Topic.TOOL_RESULTS);

  /** One event, by the id that it has on its topic. */
  record Entry(String id, Payload data) {}

  private static final Duration BETWEEN_ASKING = Duration.ofMillis(800);

  // Less than a call has, so that there is a second page.
  private static final int PAGE = 50;

  private final URI address;
  private final String session;
  private final Consumer<Payload> listener;
  private final Set<String> seen = new HashSet<>();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread;

  private RoomTimeline(URI address, String session, Consumer<Payload> listener) {
    this.address = address;
    this.session = session;
    this.listener = listener;
    this.thread = new Thread(this::follow, "room-timeline");
  }

  /**
   * Begins to ask.
   *
   * @param session of a user of the room
   * @param listener gets each entry once
   */
  static RoomTimeline follow(
      Ports ports, String roomId, String session, Instant from, Consumer<Payload> listener) {
    RoomTimeline timeline =
        new RoomTimeline(
            URI.create(
                "http://localhost:"
                    + ports.roomGateway()
                    + "/v1/rooms/"
                    + roomId
                    + "/timeline?limit="
                    + PAGE
                    + "&from="
                    + from),
            session,
            listener);
    timeline.thread.start();
    return timeline;
  }

  private void follow() {
    try {
      while (!closing.await(BETWEEN_ASKING.toMillis(), TimeUnit.MILLISECONDS)) {
        readIfThereIsAnAnswer();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void readIfThereIsAnAnswer() {
    try {
      read();
    } catch (StackException e) {
      // Asked again soon; who wants the whole timeline is told if that lasts.
    }
  }

  /** Every entry so far, in the gateway's order. */
  private synchronized List<Entry> read() {
    List<Entry> entries = new ArrayList<>();
    String after = "";
    do {
      JsonNode page =
          Api.call(
                  "GET",
                  after.isEmpty()
                      ? address
                      : URI.create(
                          address + "&after=" + URLEncoder.encode(after, StandardCharsets.UTF_8)),
                  session,
                  Api.JSON.missingNode(),
                  Map.of())
              .body();
      for (JsonNode entry : page.path("entries")) {
        String id = entry.path("id").asText();
        Payload payload = payload(entry);
        entries.add(new Entry(id, payload));
        if (seen.add(id)) {
          listener.accept(payload);
        }
      }
      after = page.path("next").asText("");
    } while (!after.isEmpty());
    return entries;
  }

  private static Payload payload(JsonNode entry) {
    String type = entry.path("type").asText();
    try {
      return Json.mapper()
          .treeToValue(
              entry.path("data"),
              PayloadTypes.named(type)
                  .orElseThrow(() -> new StackException("the timeline holds an unknown " + type)));
    } catch (JsonProcessingException e) {
      throw new StackException("the timeline holds a " + type + " that is none");
    }
  }

  /**
   * The whole timeline beside its topics, as soon as both are the same; as they are when they are
   * not within the time.
   *
   * @param onTopics ids of what the topics hold so far
   */
  TimelineCheck whole(Supplier<List<String>> onTopics, Duration timeout) {
    long deadline = System.nanoTime() + timeout.toNanos();
    TimelineCheck check = new TimelineCheck(read(), onTopics.get());
    try {
      while (!check.same() && System.nanoTime() < deadline) {
        TimeUnit.MILLISECONDS.sleep(BETWEEN_ASKING.toMillis());
        check = new TimelineCheck(read(), onTopics.get());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return check;
  }

  @Override
  public void close() {
    closing.countDown();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
