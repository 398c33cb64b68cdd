package dev.parley.bench;

import dev.parley.stack.StackException;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.HdrHistogram.Histogram;

/**
 * Clients that speak the relay protocol as fast as they are let, or at a pace. All of them run on
 * one event loop, so that the load takes no more than a core.
 */
final class RelayLoad implements AutoCloseable {
  private static final long CONNECT_SECONDS = 60;
  private static final String MESSAGE = "onUserMessageReceived";
  private static final String TEXT_OF_MESSAGE = "message";

  // Capitals at random, as kafka-producer-perf-test sends them: one letter again and again would
  // be compressed to nothing on its way to Kafka.
  private static final String TEXT =
      new Random(1)
          .ints(64 * 1024, 'A', 'Z' + 1)
          .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
          .toString();

  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
  private final WebSocketClient client =
      vertx.createWebSocketClient(
          new WebSocketClientOptions().setMaxConnections(100_000).setMaxFrameSize(262_144));
  private final int port;
  private final List<Client> clients = new ArrayList<>();

  // One for all: they share an event loop, and ten thousand of them would fill the memory.
  private final Histogram acknowledgements = new Histogram(60_000_000L, 3);
  private volatile String problem = "";

  RelayLoad(int port) {
    this.port = port;
  }

  /** Where a client reports to. */
  record Place(String roomId, String token, String clientId) {
    /** The same place for another client. */
    Place(Place same, String clientId) {
      this(same.roomId(), same.token(), clientId);
    }
  }

  /** One connected client. Everything in it is touched on the event loop alone. */
  final class Client {
    private final Place place;
    private final WebSocket socket;
    private final ArrayDeque<long[]> unacknowledged = new ArrayDeque<>();
    private long sequence;
    private long acknowledged;
    private boolean flowing;
    private int window;
    private int frameBytes;
    private LongConsumer sent = at -> {};

    Client(Place place, WebSocket socket) {
      this.place = place;
      this.socket = socket;
    }

    String roomId() {
      return place.roomId();
    }

    private void fill() {
      while (flowing && unacknowledged.size() < window && !socket.writeQueueFull()) {
        send(message(++sequence, frameBytes));
      }
    }

    private void send(String frame) {
      unacknowledged.add(new long[] {sequence, System.nanoTime()});
      socket.writeTextMessage(frame).onFailure(failure -> failed(failure));
    }

    /** A microphone that goes on and off: every report is a fact. The frame has that many bytes. */
    void toggle(int bytes) {
      sent.accept(System.nanoTime());
      sequence++;
      send(
          event(
              "{\"type\":\"event\",",
              sequence,
              sequence % 2 == 1 ? "onUserStartAudioCapture" : "onUserStopAudioCapture",
              "note",
              bytes));
    }

    /** Is told when each report leaves. */
    void whenSent(LongConsumer listener) {
      sent = listener;
    }

    private void acknowledged(long upTo) {
      long now = System.nanoTime();
      while (!unacknowledged.isEmpty() && unacknowledged.peek()[0] <= upTo) {
        acknowledgements.recordValue((now - unacknowledged.remove()[1]) / 1000);
        acknowledged++;
      }
      fill();
    }
  }

  /** An event of the SDK in a text frame of exactly that many bytes. */
  static String message(long sequence, int bytes) {
    return event("{\"type\":\"event\",", sequence, MESSAGE, TEXT_OF_MESSAGE, bytes);
  }

  /** The same in an object of a batch, of exactly that many bytes. */
  static String reported(long sequence, int bytes) {
    return event("{", sequence, MESSAGE, TEXT_OF_MESSAGE, bytes);
  }

  // A field of the SDK's object takes what is missing of the bytes.
  private static String event(String start, long sequence, String name, String padded, int bytes) {
    String head =
        start
            + "\"sequence\":"
            + sequence
            + ",\"clientTimeMillis\":"
            + System.currentTimeMillis()
            + ",\"name\":\""
            + name
            + "\",\"arguments\":[{\"userId\":\"bob\",\""
            + padded
            + "\":\"";
    String tail = "\"}]}";
    return head + text(sequence, bytes - head.length() - tail.length()) + tail;
  }

  /** Text that does not compress to nothing, another one for each number. */
  static String text(long number, int characters) {
    int length = Math.max(0, characters);
    int from = (int) (number * 31 % (TEXT.length() - length));
    return TEXT.substring(from, from + length);
  }

  /** Connects one client per place, a hundred at a time. */
  List<Client> connect(List<Place> places) {
    List<Client> connected = new ArrayList<>();
    for (int from = 0; from < places.size(); from += 100) {
      List<Place> some = places.subList(from, Math.min(places.size(), from + 100));
      CountDownLatch welcomed = new CountDownLatch(some.size());
      for (Place place : some) {
        vertx.runOnContext(ignored -> connect(place, connected, welcomed));
      }
      await(welcomed, CONNECT_SECONDS, "not all clients were welcomed");
    }
    clients.addAll(connected);
    return connected;
  }

  private void connect(Place place, List<Client> connected, CountDownLatch welcomed) {
    client
        .connect(
            new WebSocketConnectOptions()
                .setHost("localhost")
                .setPort(port)
                .setURI("/v1/rooms/" + place.roomId() + "/relay"))
        .onFailure(this::failed)
        .onSuccess(
            socket -> {
              Client each = new Client(place, socket);
              socket.textMessageHandler(text -> received(each, text, connected, welcomed));
              socket.drainHandler(drained -> each.fill());
              socket
                  .writeTextMessage(
                      "{\"type\":\"hello\",\"token\":\""
                          + place.token()
                          + "\",\"clientId\":\""
                          + place.clientId()
                          + "\",\"clientTimeMillis\":"
                          + System.currentTimeMillis()
                          + "}")
                  .onFailure(this::failed);
            });
  }

  private void received(Client from, String text, List<Client> connected, CountDownLatch welcomed) {
    if (text.startsWith("{\"type\":\"ack\",\"sequence\":")) {
      from.acknowledged(
          Long.parseLong(
              text.substring("{\"type\":\"ack\",\"sequence\":".length(), text.length() - 1)));
    } else if (text.startsWith("{\"type\":\"welcome\"")) {
      connected.add(from);
      welcomed.countDown();
    } else {
      problem = text;
    }
  }

  private void failed(Throwable failure) {
    problem = String.valueOf(failure.getMessage());
  }

  /**
   * Sends as fast as acknowledgements let, for a time.
   *
   * @return acknowledged events per second
   */
  double flood(List<Client> senders, int frameBytes, int window, Duration duration) {
    long before = begin(senders, frameBytes, window);
    long began = System.nanoTime();
    sleep(duration);
    long after = end(senders);
    double seconds = (System.nanoTime() - began) / 1e9;
    awaitAcknowledged(senders);
    return (after - before) / seconds;
  }

  /**
   * Begins to send as fast as acknowledgements let.
   *
   * @param window how many reports of a client may be unacknowledged
   * @return how many were acknowledged so far
   */
  long begin(List<Client> senders, int frameBytes, int window) {
    long[] acknowledged = new long[1];
    onLoop(
        () -> {
          for (Client each : senders) {
            acknowledged[0] += each.acknowledged;
            each.frameBytes = frameBytes;
            each.window = window;
            each.flowing = true;
            each.fill();
          }
        });
    return acknowledged[0];
  }

  /**
   * Sends no more.
   *
   * @return how many were acknowledged so far
   */
  long end(List<Client> senders) {
    long[] acknowledged = new long[1];
    onLoop(
        () -> {
          for (Client each : senders) {
            acknowledged[0] += each.acknowledged;
            each.flowing = false;
          }
        });
    return acknowledged[0];
  }

  /** Toggles at a pace, all clients together, with frames of that many bytes. */
  void pace(List<Client> senders, int frameBytes, double perSecond, Duration duration) {
    long began = System.nanoTime();
    long total = (long) (perSecond * duration.toNanos() / 1e9);
    long done = 0;
    while (done < total) {
      long due = Math.min(total, (long) (perSecond * (System.nanoTime() - began) / 1e9) + 1);
      long from = done;
      if (due > done) {
        onLoop(
            () -> {
              for (long i = from; i < due; i++) {
                senders.get((int) (i % senders.size())).toggle(frameBytes);
              }
            });
        done = due;
      }
      sleep(Duration.ofMillis(1));
    }
  }

  /** Waits until everything that was sent is acknowledged. */
  void awaitAcknowledged(List<Client> senders) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(CONNECT_SECONDS);
    long[] open = {1};
    while (open[0] > 0) {
      if (System.nanoTime() > deadline) {
        throw new StackException(open[0] + " events are not acknowledged");
      }
      sleep(Duration.ofMillis(20));
      onLoop(() -> open[0] = senders.stream().mapToLong(each -> each.unacknowledged.size()).sum());
    }
  }

  /** How long acknowledgements took since the last time, in microseconds. */
  Histogram acknowledgements() {
    Histogram all = new Histogram(60_000_000L, 3);
    onLoop(() -> all.add(acknowledgements));
    return all;
  }

  /** Begins to measure acknowledgements anew. */
  void forgetAcknowledgements() {
    onLoop(acknowledgements::reset);
  }

  private void onLoop(Runnable task) {
    CountDownLatch done = new CountDownLatch(1);
    vertx.runOnContext(
        ignored -> {
          task.run();
          done.countDown();
        });
    await(done, CONNECT_SECONDS, "the load driver is stuck");
  }

  private void await(CountDownLatch latch, long seconds, String what) {
    try {
      if (!latch.await(seconds, TimeUnit.SECONDS)) {
        throw new StackException(what + (problem.isEmpty() ? "" : ": " + problem));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StackException("interrupted");
    }
    if (!problem.isEmpty()) {
      throw new StackException("the load run is not sound: " + problem);
    }
  }

  static void sleep(Duration duration) {
    try {
      Thread.sleep(duration);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StackException("interrupted");
    }
  }

  @Override
  public void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}
