package dev.parley.bench;

import dev.parley.stack.StackException;
import dev.parley.stack.client.Api;
import dev.parley.stack.process.Ports;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.client.HttpRequest;
import io.vertx.ext.web.client.WebClient;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Agents that are started through Parley, and stopped again before the next load. */
final class StartedAgents {
  private static final int AT_A_TIME = 500;
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final WebClient client;
  private final Ports ports;
  private final DispatchWatch watch;
  private final Map<String, String> addresses = new ConcurrentHashMap<>();
  private final String body =
      Api.object().put("scene", "assistant").put("targetUserId", "alice").toString();
  private volatile String session;
  private volatile String problem = "";

  StartedAgents(WebClient client, Ports ports, DispatchWatch watch) {
    this.client = client;
    this.ports = ports;
    this.watch = watch;
    this.session = Sessions.operator(ports);
  }

  /** Begins the start of an agent in a room, without waiting. */
  void start(String room, StartLoad load) {
    watch.tell(room, load);
    request(HttpMethod.POST, "/v1/rooms/" + room + "/agents")
        .putHeader("Content-Type", "application/json")
        .sendBuffer(Buffer.buffer(body))
        .onSuccess(
            answer -> {
              String address = answer.getHeader("Location");
              if (answer.statusCode() == 202 && address != null) {
                addresses.put(room, URI.create(address).getPath());
              } else {
                load.failed("Parley answered " + answer.statusCode());
              }
            })
        .onFailure(failure -> load.failed(String.valueOf(failure.getMessage())));
  }

  /**
   * Stops every agent and waits until Parley has told the end of each; the session is a new one
   * from then on.
   *
   * @throws StackException when a stop is refused, or those under way take longer than a minute
   */
  void stopAll() {
    session = Sessions.operator(ports);
    Semaphore free = new Semaphore(AT_A_TIME);
    addresses.forEach(
        (room, address) -> {
          take(free, 1);
          watch.onEnd(
              room,
              () -> {
                addresses.remove(room);
                free.release();
              });
          request(HttpMethod.DELETE, address)
              .send()
              .onSuccess(
                  answer -> {
                    if (answer.statusCode() != 202) {
                      problem = "Parley answered " + answer.statusCode();
                      free.release();
                    }
                  })
              .onFailure(
                  failure -> {
                    problem = String.valueOf(failure.getMessage());
                    free.release();
                  });
        });
    take(free, AT_A_TIME);
  }

  private void take(Semaphore free, int permits) {
    try {
      boolean taken = free.tryAcquire(permits, LIMIT.toMillis(), TimeUnit.MILLISECONDS);
      if (!problem.isEmpty()) {
        throw new StackException("an agent was not stopped: " + problem);
      }
      if (!taken) {
        throw new StackException(
            "agents of "
                + addresses.size()
                + " rooms have not ended, and none did for "
                + LIMIT.toSeconds()
                + " s");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StackException("interrupted");
    }
  }

  private HttpRequest<Buffer> request(HttpMethod method, String path) {
    return client
        .request(method, ports.agentControl(), "localhost", path)
        .putHeader("Authorization", "Bearer " + session);
  }
}
