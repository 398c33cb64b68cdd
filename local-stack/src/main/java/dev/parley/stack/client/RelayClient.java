package dev.parley.stack.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.stack.StackException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The gateway's relay as a client sees it: numbers its reports, keeps each until it is
 * acknowledged, and after a broken connection sends again what was not.
 */
public final class RelayClient {
  private static final Duration WELCOME_TIMEOUT = Duration.ofSeconds(15);
  private static final byte BINARY_VERSION = 1;
  private static final byte ROOM_RECEIVED = 0;

  /** A report as it goes over the wire: a text frame, or a binary one. */
  private record Report(long sequence, @Nullable ObjectNode text, @Nullable ByteBuffer binary) {}

  private final List<URI> uris;
  private final String sessionToken;
  private final String clientId;
  private final Deque<Report> unacknowledged = new ArrayDeque<>();
  private @Nullable JsonSocket socket;
  private int connections;
  private boolean open;
  private boolean welcomed;
  private long sequence;
  private long acknowledged;
  private @Nullable String problem;

  /**
   * A client that is not connected yet.
   *
   * @param gateways for example {@code ws://localhost:7483}; each connection is to the next of them
   */
  public RelayClient(List<URI> gateways, String roomId, String sessionToken, String clientId) {
    this.uris =
        gateways.stream()
            .map(gateway -> gateway.resolve("/v1/rooms/" + roomId + "/relay"))
            .toList();
    this.sessionToken = sessionToken;
    this.clientId = clientId;
  }

  /**
   * Connects, waits for the welcome and sends again what was not acknowledged.
   *
   * @throws StackException when the gateway does not welcome the client in time, or ends the
   *     connection instead
   */
  public void connect() {
    int connection;
    URI uri;
    synchronized (this) {
      uri = uris.get(connections % uris.size());
      connection = ++connections;
      socket = null;
      open = true;
      welcomed = false;
      problem = null;
    }
    JsonSocket opened =
        JsonSocket.connect(clientId + "'s relay", uri, this::onFrame, () -> onBroken(connection));
    opened.send(
        Api.object()
            .put("type", "hello")
            .put("token", sessionToken)
            .put("clientId", clientId)
            .put("sdkVersion", "simulated")
            .put("clientTimeMillis", System.currentTimeMillis()));
    synchronized (this) {
      await(WELCOME_TIMEOUT, () -> welcomed || problem != null || !open, "the gateway's welcome");
      if (!welcomed) {
        throw new StackException(
            clientId
                + (problem == null
                    ? " lost its connection before it was welcome"
                    : " is not welcome: " + problem));
      }
      if (open) {
        socket = opened;
      }
      unacknowledged.forEach(report -> send(opened, report));
    }
  }

  private synchronized void onFrame(JsonNode frame) {
    switch (frame.path("type").asText()) {
      case "welcome" -> {
        welcomed = true;
        forget(frame.path("lastSequence").asLong());
      }
      case "ack" -> forget(frame.path("sequence").asLong());
      case "error" -> problem = frame.path("code").asText() + ": " + frame.path("detail").asText();
      default -> {
        // Later versions of the protocol may say more.
      }
    }
    notifyAll();
  }

  private void forget(long upTo) {
    acknowledged = Math.max(acknowledged, upTo);
    while (!unacknowledged.isEmpty() && unacknowledged.peek().sequence() <= acknowledged) {
      unacknowledged.remove();
    }
  }

  // The end of an earlier connection may be told after a later one has begun.
  private synchronized void onBroken(int connection) {
    if (connection == connections) {
      open = false;
      socket = null;
      notifyAll();
    }
  }

  /** Reports an SDK event with the SDK's own name and arguments. */
  public synchronized void event(String name, JsonNode arguments, long clientTimeMillis) {
    sequence++;
    ObjectNode event =
        Api.object()
            .put("type", "event")
            .put("sequence", sequence)
            .put("clientTimeMillis", clientTimeMillis)
            .put("name", name);
    event.set("arguments", arguments);
    add(new Report(sequence, event, null));
  }

  /** Reports a binary message that the SDK received from a user of the room. */
  public synchronized void binaryMessage(String sender, byte[] frame, long clientTimeMillis) {
    sequence++;
    byte[] peer = sender.getBytes(StandardCharsets.UTF_8);
    ByteBuffer binary =
        ByteBuffer.allocate(2 + 2 * Long.BYTES + Short.BYTES + peer.length + frame.length);
    binary.put(BINARY_VERSION).put(ROOM_RECEIVED);
    binary.putLong(sequence).putLong(clientTimeMillis);
    binary.putShort((short) peer.length).put(peer).put(frame).flip();
    add(new Report(sequence, null, binary));
  }

  private void add(Report report) {
    unacknowledged.add(report);
    JsonSocket to = socket;
    if (to != null) {
      send(to, report);
    }
  }

  private static void send(JsonSocket to, Report report) {
    if (report.text() != null) {
      to.send(report.text());
    } else if (report.binary() != null) {
      to.send(report.binary().duplicate());
    }
  }

  /** How many reports were made. */
  public synchronized long reported() {
    return sequence;
  }

  /** The last report that the gateway has acknowledged, and with it all before. */
  public synchronized long acknowledged() {
    return acknowledged;
  }

  /** How many connections were begun. */
  public synchronized int connections() {
    return connections;
  }

  /** False once the connection has ended. */
  public synchronized boolean connected() {
    return socket != null;
  }

  /** What the gateway complained of last. */
  public synchronized @Nullable String problem() {
    return problem;
  }

  /**
   * Waits until every report is acknowledged or the connection is gone.
   *
   * @return true when all are acknowledged
   */
  public synchronized boolean awaitAcknowledged(Duration timeout) {
    await(timeout, () -> acknowledged >= sequence || socket == null, "acknowledgements");
    return acknowledged >= sequence;
  }

  private void await(Duration timeout, BooleanSupplier condition, String what) {
    long deadline = System.nanoTime() + timeout.toNanos();
    while (!condition.getAsBoolean()) {
      long left = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
      if (left <= 0) {
        throw new StackException(
            clientId
                + " waited "
                + timeout.toSeconds()
                + " s for "
                + what
                + (problem == null ? "" : "; the gateway said " + problem));
      }
      try {
        wait(left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new StackException("interrupted");
      }
    }
  }

  /** Says goodbye and closes. */
  public void goodbye() {
    JsonSocket from;
    synchronized (this) {
      from = socket;
    }
    if (from != null) {
      from.send(Api.object().put("type", "goodbye"));
      from.close();
    }
  }
}
