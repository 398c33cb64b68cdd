package dev.parley.agent.cloud;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.agent.cloud.CloudRequest.Action;
import dev.parley.events.codec.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A cloud in memory: knows which tasks are active, refuses the second start and the stop of nobody
 * as the real one does, and notices calls about one room that overlap.
 */
public final class FakeVoiceChatApi implements VoiceChatApi {

  /** A call as it came in. */
  public record Call(Action action, String room, String task, String command, String message) {}

  private final List<Call> calls = new ArrayList<>();
  private final Set<String> active = new HashSet<>();
  private final Map<String, Integer> startsOf = new HashMap<>();
  private final Set<String> busyRooms = new HashSet<>();
  private int inFlight;
  private int mostInFlight;
  private boolean overlapped;
  private volatile Duration latency = Duration.ZERO;
  private volatile @Nullable Function<Call, @Nullable CloudOutcome> instead;

  /** How long every call takes from now on. */
  public FakeVoiceChatApi latency(Duration value) {
    latency = value;
    return this;
  }

  /** Answers instead of the cloud, after it has done its work; null leaves the cloud's answer. */
  public FakeVoiceChatApi answering(@Nullable Function<Call, @Nullable CloudOutcome> answers) {
    instead = answers;
    return this;
  }

  public synchronized List<Call> calls() {
    return List.copyOf(calls);
  }

  /** Tasks that would be billed now. */
  public synchronized Set<String> active() {
    return Set.copyOf(active);
  }

  /** How often the cloud started an agent for that task. */
  public synchronized int startsOf(String task) {
    return startsOf.getOrDefault(task, 0);
  }

  public synchronized int mostInFlight() {
    return mostInFlight;
  }

  /** True when two calls about one room were ever under way at the same time. */
  public synchronized boolean overlapped() {
    return overlapped;
  }

  @Override
  public CloudOutcome call(CloudRequest request) throws InterruptedException {
    JsonNode body = body(request);
    String room = body.path("RoomId").asText();
    Call call =
        new Call(
            request.action(),
            room,
            body.path("TaskId").asText(),
            body.path("Command").asText(),
            body.path("Message").asText());
    begin(call);
    try {
      pass(latency);
      CloudOutcome outcome = carryOut(call);
      Function<Call, @Nullable CloudOutcome> answers = instead;
      CloudOutcome other = answers == null ? null : answers.apply(call);
      return other == null ? outcome : other;
    } finally {
      end(room);
    }
  }

  /** What the cloud reads in a call. */
  public static JsonNode body(CloudRequest request) {
    try {
      return Json.mapper().readTree(request.body().toArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // Time passes without anybody that could be waited for: it is the cloud's own.
  private static void pass(Duration time) throws InterruptedException {
    if (!time.isZero()) {
      boolean unused = new CountDownLatch(1).await(time.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private synchronized void begin(Call call) {
    calls.add(call);
    overlapped |= !busyRooms.add(call.room());
    mostInFlight = Math.max(mostInFlight, ++inFlight);
  }

  private synchronized void end(String room) {
    busyRooms.remove(room);
    inFlight--;
  }

  private synchronized CloudOutcome carryOut(Call call) {
    String requestId = "req-" + calls.size();
    return switch (call.action()) {
      case START -> {
        if (!active.add(call.task())) {
          yield new CloudProblem.AlreadyExists("InvalidParameter.TaskAlreadyExists", requestId);
        }
        startsOf.merge(call.task(), 1, Integer::sum);
        yield new CloudOutcome.Accepted(requestId);
      }
      case STOP ->
          active.remove(call.task())
              ? new CloudOutcome.Accepted(requestId)
              : new CloudProblem.NotFound("InvalidParameter.ErrorActiveTaskNotFound", requestId);
      case UPDATE ->
          active.contains(call.task())
              ? new CloudOutcome.Accepted(requestId)
              : new CloudProblem.NotFound("InvalidParameter.ErrorActiveTaskNotFound", requestId);
    };
  }
}
