package dev.parley.simulator;

import dev.parley.simulator.agent.AgentTiming;
import dev.parley.simulator.agent.Scripts;
import dev.parley.simulator.callback.CallbackDispatcher;
import dev.parley.simulator.callback.CloudReports;
import dev.parley.simulator.callback.Transport;
import dev.parley.simulator.fault.Faults;
import dev.parley.simulator.room.Rooms;
import dev.parley.simulator.rtc.ClientLink;
import dev.parley.simulator.rtc.ClientSession;
import dev.parley.simulator.signature.Credentials;
import dev.parley.simulator.signature.SignatureCheck;
import dev.parley.simulator.token.TokenVerifier;
import dev.parley.simulator.voicechat.OpenApi;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The whole simulated cloud, without any framework around it. Single-threaded: whoever calls it
 * does so on the thread of its {@link Scheduler}.
 */
public final class SimulatedCloud {

  /**
   * Everything that can be set.
   *
   * @param maxClockSkew how far X-Date may be from now
   * @param joinTimeout how long a connection may wait with its join
   * @param callbackTimeout how long a callback may go unanswered
   * @param callbackRetryDelay between two attempts of a webhook
   */
  public record Settings(
      List<App> apps,
      List<Credentials> credentials,
      Set<String> regions,
      Duration maxClockSkew,
      AgentTiming timing,
      OpenApi.Settings openApi,
      Duration joinTimeout,
      int maxRooms,
      int maxUsersPerRoom,
      int maxFaults,
      Duration callbackTimeout,
      Duration callbackRetryDelay,
      int maxPendingCallbacks,
      int keptCallbacks) {

    public Settings {
      apps = List.copyOf(apps);
      credentials = List.copyOf(credentials);
      regions = Set.copyOf(regions);
    }
  }

  private final Settings settings;
  private final Map<String, App> apps;
  private final Scheduler scheduler;
  private final Clock clock;
  private final TokenVerifier tokens;
  private final Faults faults;
  private final Scripts scripts = new Scripts();
  private final CallbackDispatcher callbacks;
  private final Rooms rooms;
  private final OpenApi openApi;

  /**
   * Builds the cloud.
   *
   * @param ids makes request, event and call ids
   * @param nonces makes four digits
   */
  public SimulatedCloud(
      Settings settings,
      Scheduler scheduler,
      Clock clock,
      Transport transport,
      Supplier<String> ids,
      Supplier<String> nonces) {
    this.settings = settings;
    this.scheduler = scheduler;
    this.clock = clock;
    apps = settings.apps().stream().collect(Collectors.toMap(App::appId, Function.identity()));
    tokens = new TokenVerifier(clock);
    faults = new Faults(settings.maxFaults());
    callbacks =
        new CallbackDispatcher(
            transport,
            scheduler,
            clock,
            faults,
            settings.callbackTimeout(),
            settings.callbackRetryDelay(),
            settings.maxPendingCallbacks(),
            settings.keptCallbacks());
    CloudReports reports = new CloudReports(apps, callbacks, clock, ids, nonces);
    rooms = new Rooms(clock, reports, settings.maxRooms(), settings.maxUsersPerRoom());
    openApi =
        new OpenApi(
            apps,
            new SignatureCheck(
                settings.credentials(), settings.regions(), settings.maxClockSkew(), clock),
            faults,
            rooms,
            reports,
            scripts,
            settings.timing(),
            scheduler,
            clock,
            ids,
            settings.openApi());
  }

  /** A client has connected. */
  public ClientSession connect(ClientLink link) {
    return new ClientSession(apps, rooms, tokens, scheduler, clock, settings.joinTimeout(), link);
  }

  /** The OpenAPI and the tasks behind it. */
  public OpenApi openApi() {
    return openApi;
  }

  /** The rooms. */
  public Rooms rooms() {
    return rooms;
  }

  /** The faults in force. */
  public Faults faults() {
    return faults;
  }

  /** What the model answers. */
  public Scripts scripts() {
    return scripts;
  }

  /** The callbacks. */
  public CallbackDispatcher callbacks() {
    return callbacks;
  }

  /** As if just started: no tasks, rooms, faults, scripts, callbacks; clients are put out. */
  public void reset() {
    callbacks.mute(true);
    openApi.clear();
    rooms.clear();
    faults.replace(List.of());
    scripts.clear();
    callbacks.clear();
    callbacks.mute(false);
  }
}
