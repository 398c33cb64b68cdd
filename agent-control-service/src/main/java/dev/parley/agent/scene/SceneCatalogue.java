package dev.parley.agent.scene;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The scenes that there are: the built-in one, and the files of a folder, which win over it. A
 * folder that changes is read again; a file with a fault leaves the scene as it was before.
 */
public final class SceneCatalogue {
  private static final Logger LOG = Logger.getLogger(SceneCatalogue.class);
  private static final String BUILT_IN = "assistant.yaml";

  private final @Nullable Path folder;
  private volatile Map<String, Scene> scenes = Map.of();
  private volatile Map<Path, Stamp> stamps = Map.of();
  private final Map<Path, Scene> lastGood = new TreeMap<>();

  private record Stamp(long modifiedMillis, long bytes) {}

  /**
   * Reads the scenes.
   *
   * @param folder where the files are; empty for the built-in scene alone
   * @throws IllegalStateException when a file has a fault: better not to start than to start
   *     without a scene
   */
  public SceneCatalogue(Optional<Path> folder) {
    this.folder = folder.orElse(null);
    List<SceneFault> fatal = load();
    if (!fatal.isEmpty()) {
      throw new IllegalStateException("scenes cannot be read: " + fatal);
    }
  }

  /** The scene of that name. */
  public Optional<Scene> find(String name) {
    return Optional.ofNullable(scenes.get(name));
  }

  /** Every scene, by name. */
  public List<Scene> all() {
    return scenes.values().stream().sorted(Comparator.comparing(Scene::name)).toList();
  }

  /** The scene's body as people may see it: secrets and references to them are masked. */
  public static JsonNode maskedBody(Scene scene) {
    return SecretFields.masked(scene.body());
  }

  /**
   * Reads the folder again when a file was added, changed or removed.
   *
   * @return what is wrong with it; scenes with a fault stay as they were
   */
  public synchronized List<SceneFault> reload() {
    if (folder == null || stamps.equals(stamp(folder))) {
      return List.of();
    }
    List<SceneFault> fatal = load();
    LOG.infof("scenes read again: scenes=%s faults=%d", scenes.keySet(), fatal.size());
    return fatal;
  }

  private synchronized List<SceneFault> load() {
    List<SceneFault> fatal = new ArrayList<>();
    Map<String, Scene> read = new TreeMap<>();
    keep(SceneReader.read(BUILT_IN, builtIn()), fatal)
        .ifPresent(scene -> read.put(scene.name(), scene));
    if (folder != null) {
      Map<Path, Stamp> files = stamp(folder);
      lastGood.keySet().retainAll(files.keySet());
      Map<Path, Scene> now = new TreeMap<>(lastGood);
      files
          .keySet()
          .forEach(
              file ->
                  keep(SceneReader.read(fileName(file), content(file)), fatal)
                      .ifPresent(scene -> now.put(file, scene)));
      settleNames(now, fatal);
      lastGood.clear();
      lastGood.putAll(now);
      now.values().forEach(scene -> read.put(scene.name(), scene));
      stamps = files;
    }
    scenes = Map.copyOf(read);
    return fatal;
  }

  /** Files of one name are a fault; each of them stays as it was before. */
  private void settleNames(Map<Path, Scene> now, List<SceneFault> fatal) {
    // A file that falls back to its name of before may meet another one there.
    for (List<Path> rivals = rivals(now); !rivals.isEmpty(); rivals = rivals(now)) {
      String name = Objects.requireNonNull(now.get(rivals.getFirst())).name();
      SceneFault fault =
          new SceneFault(
              fileName(rivals.getFirst()),
              "",
              "the scene "
                  + name
                  + " is in more than one file: "
                  + rivals.stream().map(SceneCatalogue::fileName).collect(joining(", ")),
              true);
      LOG.errorf("scene files refused: %s", fault);
      fatal.add(fault);
      for (Path file : rivals) {
        Scene before = lastGood.get(file);
        if (before == null) {
          now.remove(file);
        } else {
          now.put(file, before);
        }
      }
    }
  }

  /** The files of the first name that more than one has; none where every name is one file's. */
  private static List<Path> rivals(Map<Path, Scene> scenes) {
    Map<String, List<Path>> byName = new TreeMap<>();
    scenes.forEach(
        (file, scene) -> byName.computeIfAbsent(scene.name(), n -> new ArrayList<>()).add(file));
    return byName.values().stream().filter(files -> files.size() > 1).findFirst().orElse(List.of());
  }

  private static String fileName(Path file) {
    return String.valueOf(file.getFileName());
  }

  private static Optional<Scene> keep(SceneReader.Result result, List<SceneFault> fatal) {
    for (SceneFault fault : result.faults()) {
      if (fault.fatal()) {
        LOG.errorf("scene file refused: %s", fault);
        fatal.add(fault);
      } else {
        LOG.warnf("scene file: %s", fault);
      }
    }
    return result.scene();
  }

  private static byte[] builtIn() {
    try (InputStream file = SceneCatalogue.class.getResourceAsStream("/scenes/" + BUILT_IN)) {
      if (file == null) {
        throw new IllegalStateException("the built-in scene is missing");
      }
      return file.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("the built-in scene cannot be read", e);
    }
  }

  private static byte[] content(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      // Gone since the folder was listed: the reader says that it is not an object.
      return new byte[0];
    }
  }

  private static Map<Path, Stamp> stamp(Path folder) {
    Map<Path, Stamp> files = new TreeMap<>();
    try (Stream<Path> listed = Files.list(folder)) {
      for (Path file : listed.filter(SceneCatalogue::isScene).toList()) {
        files.put(file, new Stamp(Files.getLastModifiedTime(file).toMillis(), Files.size(file)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the scene folder " + folder + " cannot be listed", e);
    }
    return files;
  }

  private static boolean isScene(Path file) {
    String name = fileName(file);
    return !name.startsWith(".") && name.matches(".*\\.(json|ya?ml)");
  }
}
