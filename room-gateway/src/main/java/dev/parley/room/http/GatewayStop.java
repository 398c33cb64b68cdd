package dev.parley.room.http;

import dev.parley.room.config.RoomConfig;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * Ends relays and streams before the HTTP server stops, which would close their sockets as if all
 * had been said (1000) and cut off the answers that are under way.
 */
@ApplicationScoped
public class GatewayStop {
  private static final Logger LOG = Logger.getLogger(GatewayStop.class);

  /** What clients have for reading the last word and closing their side. */
  private static final Duration CLOSING = Duration.ofSeconds(1);

  private final RelaySocket relays;
  private final StreamDesk streams;
  private final RoomConfig.Roles roles;
  private final Duration patience;

  @Inject
  GatewayStop(RelaySocket relays, StreamDesk streams, RoomConfig config) {
    this.relays = relays;
    this.streams = streams;
    this.roles = config.roles();
    this.patience = config.relay().drainTimeout().plus(CLOSING);
  }

  // ShutdownEvent is too late: Quarkus stops the HTTP server before it.
  void stop(@Observes ShutdownDelayInitiatedEvent event) {
    long began = System.nanoTime();
    List<OpenConnections> open = new ArrayList<>();
    // What a role does not use was never made, and is not made now.
    if (roles.ingest()) {
      open.add(relays.connections());
    }
    if (roles.push()) {
      open.add(streams.connections());
    }
    open.forEach(OpenConnections::stop);
    try {
      for (OpenConnections each : open) {
        if (!each.awaitAllLeft(patience.minusNanos(System.nanoTime() - began))) {
          LOG.infof("stopping without the goodbye of connections=%d", each.count());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
