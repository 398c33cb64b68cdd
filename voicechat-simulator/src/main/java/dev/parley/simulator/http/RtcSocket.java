package dev.parley.simulator.http;

import dev.parley.simulator.SimulatedCloud;
import dev.parley.simulator.SimulatorLoop;
import dev.parley.simulator.config.SimulatorConfig;
import dev.parley.simulator.room.RoomKey;
import dev.parley.simulator.room.SdkEvent;
import dev.parley.simulator.rtc.ClientCommand;
import dev.parley.simulator.rtc.ClientLink;
import dev.parley.simulator.rtc.ClientSession;
import io.quarkus.websockets.next.OnClose;
import io.quarkus.websockets.next.OnError;
import io.quarkus.websockets.next.OnOpen;
import io.quarkus.websockets.next.OnTextMessage;
import io.quarkus.websockets.next.WebSocket;
import io.quarkus.websockets.next.WebSocketConnection;
import io.smallrye.common.annotation.NonBlocking;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.logging.Logger;

/** A client's connection to the simulated RTC cloud: what the Web SDK would keep open. */
@WebSocket(path = "/sim/rtc")
public class RtcSocket {

  private static final Logger LOG = Logger.getLogger(RtcSocket.class);

  private final SimulatedCloud cloud;
  private final SimulatorLoop loop;
  private final int maxUnsent;
  private final int maxConnections;
  // Touched on the simulator's own thread only.
  private final Map<String, ClientSession> sessions = new HashMap<>();

  RtcSocket(SimulatedCloud cloud, SimulatorLoop loop, SimulatorConfig config) {
    this.cloud = cloud;
    this.loop = loop;
    this.maxUnsent = config.rtc().maxUnsent();
    this.maxConnections = config.rtc().maxConnections();
  }

  @OnOpen
  @NonBlocking
  void opened(WebSocketConnection connection) {
    Link link = new Link(connection, maxUnsent);
    loop.execute(
        () -> {
          if (sessions.size() >= maxConnections) {
            link.error("JOIN_ROOM_FAILED", "the simulator has too many connections");
            link.close();
          } else {
            sessions.put(connection.id(), cloud.connect(link));
          }
        });
  }

  @OnTextMessage
  @NonBlocking
  void received(WebSocketConnection connection, String text) {
    ClientCommand command;
    try {
      command = RtcProtocol.command(text);
    } catch (IllegalArgumentException e) {
      new Link(connection, maxUnsent).error("INVALID_PARAMS", String.valueOf(e.getMessage()));
      return;
    }
    loop.execute(
        () -> {
          ClientSession session = sessions.get(connection.id());
          if (session != null) {
            session.handle(command);
          }
        });
  }

  @OnClose
  @NonBlocking
  void closed(WebSocketConnection connection) {
    loop.execute(
        () -> {
          ClientSession session = sessions.remove(connection.id());
          if (session != null) {
            session.closed();
          }
        });
  }

  @OnError
  @NonBlocking
  void failed(WebSocketConnection connection, Throwable failure) {
    LOG.debugf("connection %s broke: %s", connection.id(), failure.getClass().getSimpleName());
  }

  /** Sends without waiting; a client that does not read is dropped. */
  private static final class Link implements ClientLink {

    private final WebSocketConnection connection;
    private final int maxUnsent;
    private final AtomicInteger unsent = new AtomicInteger();

    private Link(WebSocketConnection connection, int maxUnsent) {
      this.connection = connection;
      this.maxUnsent = maxUnsent;
    }

    @Override
    public void joined(RoomKey room, String userId) {
      send(RtcProtocol.joined(room, userId));
    }

    @Override
    public void event(SdkEvent event) {
      send(RtcProtocol.event(event));
    }

    @Override
    public void error(String code, String message) {
      send(RtcProtocol.error(code, message));
    }

    private void send(String text) {
      if (!connection.isOpen()) {
        return;
      }
      if (unsent.incrementAndGet() > maxUnsent) {
        close();
        return;
      }
      connection
          .sendText(text)
          .onTermination()
          .invoke(() -> unsent.decrementAndGet())
          .subscribe()
          .with(sent -> {}, failure -> LOG.debug("a client went away while being told something"));
    }

    @Override
    public void close() {
      if (connection.isOpen()) {
        connection
            .close()
            .subscribe()
            .with(done -> {}, failure -> LOG.debug("a client had gone already"));
      }
    }
  }
}
