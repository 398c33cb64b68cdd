package dev.parley.room.config;

import dev.parley.kit.secret.Secret;
import dev.parley.room.push.PositionSeal;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/** The seal on positions, by the configured secret or by those that all replicas share anyway. */
@ApplicationScoped
public class Positions {
  private static final Logger LOG = Logger.getLogger(Positions.class);

  private final PositionSeal seal;

  @Inject
  Positions(RoomConfig config) {
    Secret secret = config.push().positionKey().or(() -> shared(config)).orElse(null);
    if (secret == null) {
      LOG.warn(
          "positions are readable: set parley.room.push.position-key, the same for all replicas");
    }
    this.seal = new PositionSeal(secret);
  }

  private static Optional<Secret> shared(RoomConfig config) {
    String keys =
        new TreeMap<>(config.apps())
            .values().stream()
                .flatMap(app -> app.callbackPathKey().stream())
                .map(Secret::reveal)
                .collect(Collectors.joining("\n"));
    return keys.isEmpty() ? Optional.empty() : Optional.of(Secret.of(keys));
  }

  /** The seal. */
  public PositionSeal seal() {
    return seal;
  }
}
