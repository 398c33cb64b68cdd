package dev.parley.token.config;

import dev.parley.kit.config.SettingsException;
import dev.parley.token.config.TokenServiceConfig.SessionConfig;
import dev.parley.token.session.SessionKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/** Reads the session keys from their folder; again whenever the files change. */
final class SessionKeyLoader {
  private static final Logger LOG = Logger.getLogger(SessionKeyLoader.class);
  private static final String PREFIX = "parley.token.session.";

  private final SessionConfig config;
  private final Clock clock;

  SessionKeyLoader(SessionConfig config, Clock clock) {
    this.config = config;
    this.clock = clock;
  }

  /**
   * The keys that the folder holds now.
   *
   * @throws SettingsException when it holds none, or a file that is no key
   */
  List<SessionKey> load() {
    Path directory = config.keyDirectory();
    try {
      List<SessionKey> keys = new ArrayList<>();
      for (Path file : files(directory)) {
        keys.add(read(file));
      }
      if (keys.isEmpty()) {
        if (!config.generate()) {
          throw new SettingsException(
              PREFIX + "key-directory",
              "holds no key (*.json or *.pem): "
                  + directory
                  + "; for one process on one machine set session.generate=true");
        }
        SessionKey made = SessionKey.generate(directory, name());
        LOG.warnf("made the session key %s in %s", made, directory);
        keys.add(made);
      }
      return keys;
    } catch (IOException e) {
      throw new SettingsException(PREFIX + "key-directory", "cannot be used: " + directory);
    }
  }

  private String name() {
    return "session-" + LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
  }

  private static SessionKey read(Path file) throws IOException {
    try {
      return SessionKey.read(file);
    } catch (IllegalArgumentException e) {
      throw new SettingsException(
          PREFIX + "key-directory", "holds " + file + ", which " + e.getMessage());
    }
  }

  private static List<Path> files(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(directory)) {
      return entries
          .filter(Files::isRegularFile)
          .filter(file -> file.getFileName().toString().matches("[^.].*\\.(json|pem)"))
          .sorted()
          .toList();
    }
  }
}
