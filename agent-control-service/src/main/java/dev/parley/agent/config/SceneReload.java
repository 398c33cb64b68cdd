package dev.parley.agent.config;

import dev.parley.agent.scene.SceneCatalogue;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.io.UncheckedIOException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Looks at the scene folder from time to time. */
@ApplicationScoped
class SceneReload {
  private static final Logger LOG = Logger.getLogger(SceneReload.class);

  private final SceneCatalogue scenes;
  private final AgentControlConfig config;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("scene-reload").factory());
  private @Nullable ScheduledFuture<?> reloading;

  @Inject
  SceneReload(SceneCatalogue scenes, AgentControlConfig config) {
    this.scenes = scenes;
    this.config = config;
  }

  void start(@Observes StartupEvent started) {
    if (config.scenes().directory().isPresent()) {
      long millis = config.scenes().reload().toMillis();
      reloading = timer.scheduleWithFixedDelay(this::reload, millis, millis, TimeUnit.MILLISECONDS);
    }
  }

  private void reload() {
    try {
      scenes.reload();
    } catch (UncheckedIOException e) {
      LOG.warnf("scenes cannot be read again and stay as they are: %s", e.getMessage());
    }
  }

  void stop(@Observes ShutdownEvent stopping) {
    if (reloading != null) {
      reloading.cancel(false);
    }
    timer.shutdown();
  }
}
