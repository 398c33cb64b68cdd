package dev.parley.room.config;

import dev.parley.kit.config.SettingsException;
import dev.parley.kit.secret.Secret;
import dev.parley.room.push.PositionSeal;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The seal on positions, by the configured secret or by those that all replicas share anyway. */
@ApplicationScoped
public class Positions {
  private static final String KEY = "parley.room.push.position-key";

  private final PositionSeal seal;

  @Inject
  Positions(RoomConfig config) {
    this.seal = new PositionSeal(secret(config));
  }

  /**
   * What positions are sealed with.
   *
   * @throws SettingsException when there is nothing: readable positions would tell participants how
   *     busy other rooms are
   */
  static Secret secret(RoomConfig config) {
    return config
        .push()
        .positionKey()
        .or(() -> shared(config))
        .orElseThrow(
            () ->
                new SettingsException(
                    KEY,
                    "must be set, the same for all replicas, or a callback-path-key of an"
                        + " application: it encrypts the positions that streams and timelines hand"
                        + " out"));
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
