package dev.parley.simulator.config;

import dev.parley.simulator.App;
import dev.parley.simulator.SimulatedCloud;
import dev.parley.simulator.SimulatorLoop;
import dev.parley.simulator.agent.AgentTiming;
import dev.parley.simulator.callback.Transport;
import dev.parley.simulator.signature.Credentials;
import dev.parley.simulator.voicechat.OpenApi;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Locale;
import java.util.UUID;

/** Puts the simulated cloud together from the settings. */
@ApplicationScoped
public class CloudProducer {

  private final SecureRandom random = new SecureRandom();

  @Produces
  @Singleton
  Clock clock() {
    return Clock.systemUTC();
  }

  @Produces
  @Singleton
  SimulatorLoop loop() {
    return new SimulatorLoop();
  }

  void close(@Disposes SimulatorLoop loop) {
    loop.close();
  }

  @Produces
  @Singleton
  SimulatedCloud cloud(
      SimulatorConfig config, SimulatorLoop loop, Clock clock, Transport transport) {
    return new SimulatedCloud(
        settings(config),
        loop,
        clock,
        transport,
        () -> UUID.randomUUID().toString().replace("-", ""),
        () -> String.format(Locale.ROOT, "%04d", random.nextInt(10_000)));
  }

  static SimulatedCloud.Settings settings(SimulatorConfig config) {
    SimulatorConfig.TimingConfig timing = config.timing();
    SimulatorConfig.OpenApiConfig openApi = config.openApi();
    return new SimulatedCloud.Settings(
        config.apps().values().stream()
            .map(
                app ->
                    new App(
                        app.appId(),
                        app.appKey(),
                        app.webhookUrl().orElse(null),
                        app.webhookSecret(),
                        app.versions()))
            .toList(),
        config.credentials().values().stream()
            .map(
                each ->
                    new Credentials(
                        each.accessKeyId(), each.secretKey(), each.securityToken().orElse(null)))
            .toList(),
        config.regions(),
        config.maxClockSkew(),
        new AgentTiming(
            timing.join(),
            timing.userCharacter(),
            timing.agentCharacter(),
            timing.llm(),
            timing.tts(),
            timing.tool()),
        new OpenApi.Settings(
            openApi.operationTime(),
            openApi.callsPerSecond(),
            openApi.errorsWithStatus200(),
            openApi.maxTasks(),
            openApi.keptTasks(),
            openApi.keptCalls(),
            timing.maxSilence()),
        config.rtc().joinTimeout(),
        config.rtc().maxRooms(),
        config.rtc().maxUsersPerRoom(),
        config.maxFaults(),
        config.callbacks().timeout(),
        config.callbacks().retryDelay(),
        config.callbacks().maxPending(),
        config.callbacks().kept());
  }
}
