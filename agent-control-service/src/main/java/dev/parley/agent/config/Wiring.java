package dev.parley.agent.config;

import dev.parley.agent.AgentControl;
import dev.parley.agent.Limits;
import dev.parley.agent.cloud.Backoff;
import dev.parley.agent.cloud.CloudCaller;
import dev.parley.agent.cloud.CloudRequest.Action;
import dev.parley.agent.cloud.OpenApiVoiceChat;
import dev.parley.agent.cloud.VoiceChatApi;
import dev.parley.agent.reaper.Reaper;
import dev.parley.agent.scene.SceneCatalogue;
import dev.parley.agent.scene.StartBodies;
import dev.parley.events.id.AppId;
import dev.parley.kit.config.SettingsException;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.arc.DefaultBean;
import io.vertx.core.Vertx;
import io.vertx.ext.web.client.WebClient;
import io.vertx.ext.web.client.WebClientOptions;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.concurrent.ThreadLocalRandom;

/** Builds the plain objects from the configuration. */
class Wiring {

  @Produces
  @Singleton
  Applications applications(AgentControlConfig config) {
    return new Applications(config.apps(), config.gatewayUrl(), config.roles());
  }

  @Produces
  @Singleton
  SceneCatalogue scenes(AgentControlConfig config) {
    try {
      return new SceneCatalogue(config.scenes().directory());
    } catch (IllegalStateException | UncheckedIOException e) {
      throw new SettingsException(
          "parley.agent.scenes.directory", "cannot be used: " + e.getMessage());
    }
  }

  @Produces
  @Singleton
  StartBodies startBodies(SceneCatalogue scenes, AgentControlConfig config) {
    return new StartBodies(
        scenes::find, new SceneSecrets(config.secrets(), config.secretDirectory(), System::getenv));
  }

  @Produces
  @Singleton
  AgentControl agentControl(AgentControlConfig config) {
    AgentControlConfig.Tasks tasks = config.tasks();
    return new AgentControl(
        new Limits(
            tasks.joinDeadline(),
            tasks.startPatience(),
            tasks.stopPatience(),
            tasks.clockTolerance()));
  }

  @Produces
  @Singleton
  Reaper reaper(AgentControlConfig config) {
    AgentControlConfig.Reaping reaping = config.reaper();
    return new Reaper(
        new Reaper.Rules(
            reaping.targetLeftGrace(),
            reaping.targetJoinGrace(),
            reaping.maxDuration(),
            reaping.silence()));
  }

  // Default: a test puts its own cloud in its place.
  @Produces
  @Singleton
  @DefaultBean
  VoiceChatApi voiceChatApi(
      Vertx vertx, Applications applications, Clock clock, AgentControlConfig config) {
    AgentControlConfig.Cloud cloud = config.cloud();
    WebClient client =
        WebClient.create(
            vertx,
            new WebClientOptions()
                .setMaxPoolSize(cloud.maxConnections())
                .setConnectTimeout((int) cloud.connectTimeout().toMillis())
                .setFollowRedirects(false)
                .setUserAgent("parley-agent-control"));
    return new OpenApiVoiceChat(
        vertx,
        client,
        appId -> application(applications, appId).access(),
        clock,
        cloud.connectTimeout(),
        cloud.responseTimeout());
  }

  @Produces
  @Singleton
  CloudCaller cloudCaller(
      VoiceChatApi api,
      Applications applications,
      Clock clock,
      AgentControlConfig config,
      MeterRegistry metrics) {
    AgentControlConfig.Cloud cloud = config.cloud();
    CloudCaller caller =
        new CloudCaller(
            api,
            appId -> application(applications, appId).account(),
            new Backoff(
                cloud.backoff(),
                cloud.maxBackoff(),
                () -> ThreadLocalRandom.current().nextDouble()),
            cloud.maxAttempts(),
            cloud.failuresToPause(),
            cloud.pause(),
            clock,
            Thread::sleep);
    for (Action action : Action.values()) {
      Gauge.builder("parley.agent.quota.waiting", caller, c -> c.waiting(action))
          .description("Calls that wait for the account's quota")
          .tag("action", action.cloudName())
          .register(metrics);
    }
    return caller;
  }

  private static Applications.Application application(Applications applications, AppId appId) {
    return applications
        .find(appId)
        .orElseThrow(() -> new IllegalArgumentException("the application is not configured"));
  }
}
