package dev.parley.stack.process;

import dev.parley.stack.issuer.DevIssuer;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How the local stack's services find each other. Every secret in here is made up, opens nothing
 * but the simulator on this machine, and is the same on every machine.
 */
public final class Wiring {
  /** The local stack's only application; made up. */
  public static final String APP_ID = "123456781234567812345678";

  private static final String APP_KEY = "local0app0key0of0the0simulator00";

  /** The account that the simulator knows; made up. */
  public static final String ACCESS_KEY_ID = "AKLTlocalstack";

  /** Its secret; made up, and opens nothing but the simulator. */
  public static final String SECRET_ACCESS_KEY = "local-secret-access-key";

  /** What the simulator signs its event callbacks with; made up. */
  public static final String WEBHOOK_SECRET = "local-webhook-secret";

  private static final String CALLBACK_KEY = "local-callback-path-key";
  private static final String MESSAGE_SIGNATURE = "local-message-signature";

  private final StackFolder folder;
  private final Ports ports;
  private final Heap heap;
  private final Map<String, Map<String, String>> overrides;

  Wiring(StackFolder folder, Ports ports, Heap heap, Map<String, Map<String, String>> overrides) {
    this.heap = heap;
    this.folder = folder;
    this.ports = ports;
    this.overrides = overrides;
  }

  Heap heap() {
    return heap;
  }

  ServiceSpec kafka() {
    return ServiceSpec.kafka(folder, heap, ports.kafka());
  }

  List<ServiceSpec> services() {
    return List.of(
        service("voicechat-simulator", ports.simulator(), simulator()),
        service("token-service", ports.tokenService(), tokenService()),
        service("agent-control-service", ports.agentControl(), agentControl()),
        service("room-gateway", ports.roomGateway(), roomGateway()));
  }

  /** One more agent-control-service, on another port and with settings of its own. */
  ServiceSpec anotherAgentControl(String name, int port, Map<String, String> settings) {
    Map<String, String> all = agentControl();
    all.putAll(overrides.getOrDefault("agent-control-service", Map.of()));
    all.putAll(settings);
    return ServiceSpec.quarkus(folder, heap, "agent-control-service", name, port, all);
  }

  /** A second room-gateway with a state directory of its own. */
  ServiceSpec anotherRoomGateway(String name) {
    Map<String, String> all = roomGateway();
    all.putAll(overrides.getOrDefault("room-gateway", Map.of()));
    all.put("parley.room.reducer.state-directory", folder.data().resolve(name).toString());
    return ServiceSpec.quarkus(folder, heap, "room-gateway", name, ports.anotherRoomGateway(), all);
  }

  private ServiceSpec service(String name, int port, Map<String, String> settings) {
    settings.putAll(overrides.getOrDefault(name, Map.of()));
    return ServiceSpec.quarkus(folder, heap, name, port, settings);
  }

  private Map<String, String> simulator() {
    Map<String, String> settings = new TreeMap<>();
    settings.put("parley.simulator.apps.local.app-id", APP_ID);
    settings.put("parley.simulator.apps.local.app-key", APP_KEY);
    settings.put(
        "parley.simulator.apps.local.webhook-url",
        http(ports.roomGateway()) + "/v1/callbacks/rtc/default");
    settings.put("parley.simulator.apps.local.webhook-secret", WEBHOOK_SECRET);
    settings.put("parley.simulator.credentials.local.access-key-id", ACCESS_KEY_ID);
    settings.put("parley.simulator.credentials.local.secret-key", SECRET_ACCESS_KEY);
    return settings;
  }

  private Map<String, String> tokenService() {
    Map<String, String> settings = withKafka();
    settings.put("parley.token.apps.default.app-id", APP_ID);
    settings.put("parley.token.apps.default.app-key", APP_KEY);
    String issuer = DevIssuer.address(ports.issuer()).toString();
    settings.put("parley.token.callers.development.issuer", issuer);
    settings.put("parley.token.callers.development.jwks-url", issuer + "/.well-known/jwks.json");
    settings.put("parley.token.callers.development.audiences", "parley");
    settings.put("parley.token.callers.development.roles.participant", "participant");
    settings.put("parley.token.callers.development.roles.operator", "operator");
    settings.put("parley.token.callers.development.roles.analyst", "analyst");
    settings.put("parley.token.callers.development.development", "true");
    settings.put(
        "parley.token.session.key-directory", folder.data().resolve("session-keys").toString());
    settings.put("parley.token.session.generate", "true");
    settings.put("parley.token.urls.room-gateway", http(ports.roomGateway()));
    settings.put("parley.token.urls.agent-control", http(ports.agentControl()));
    return settings;
  }

  private Map<String, String> agentControl() {
    Map<String, String> settings = withSessions();
    settings.put("parley.agent.apps.default.app-id", APP_ID);
    settings.put("parley.agent.apps.default.base-url", http(ports.simulator()));
    settings.put("parley.agent.apps.default.access-key-id", ACCESS_KEY_ID);
    settings.put("parley.agent.apps.default.secret-access-key", SECRET_ACCESS_KEY);
    settings.put("parley.agent.apps.default.callback-key", CALLBACK_KEY);
    settings.put("parley.agent.apps.default.message-signature", MESSAGE_SIGNATURE);
    settings.put("parley.agent.gateway-url", http(ports.roomGateway()));
    return settings;
  }

  private Map<String, String> roomGateway() {
    Map<String, String> settings = withSessions();
    settings.put("parley.room.apps.default.app-id", APP_ID);
    settings.put("parley.room.apps.default.webhook-secret", WEBHOOK_SECRET);
    settings.put("parley.room.apps.default.callback-path-key", CALLBACK_KEY);
    settings.put("parley.room.apps.default.message-signature", MESSAGE_SIGNATURE);
    settings.put(
        "parley.room.reducer.state-directory", folder.data().resolve("reducer").toString());
    return settings;
  }

  private Map<String, String> withSessions() {
    Map<String, String> settings = withKafka();
    settings.put(
        "mp.jwt.verify.publickey.location", http(ports.tokenService()) + "/.well-known/jwks.json");
    return settings;
  }

  private Map<String, String> withKafka() {
    Map<String, String> settings = new TreeMap<>();
    settings.put("kafka.bootstrap.servers", "localhost:" + ports.kafka());
    return settings;
  }

  private static String http(int port) {
    return "http://localhost:" + port;
  }
}
