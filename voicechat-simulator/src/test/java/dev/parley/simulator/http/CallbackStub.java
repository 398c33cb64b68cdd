package dev.parley.simulator.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** A customer's server: keeps every callback, answers 200 unless told otherwise. */
public class CallbackStub implements QuarkusTestResourceLifecycleManager {

  public static final String APP_ID = "5a6b7c8d9e0f1a2b3c4d5e6f";
  public static final String APP_KEY = "app-key-of-the-component-tests";
  public static final String WEBHOOK_SECRET = "webhook-secret-of-the-component-tests";
  public static final String ACCESS_KEY = "AKLTcomponent";
  public static final String SECRET_KEY = "secret-key-of-the-component-tests";

  private record Planned(String path, String roomId, int status) {}

  /** One callback as it came in. */
  public record Received(String path, @Nullable String contentType, String body) {

    JsonNode json() {
      return parse(body);
    }

    /** EventData of a webhook. */
    JsonNode eventData() {
      return parse(json().path("EventData").asText());
    }

    /** The label of a webhook: RunStage for VoiceChat, else EventType. */
    String label() {
      String type = json().path("EventType").asText();
      return type.equals("VoiceChat") ? eventData().path("RunStage").asText() : type;
    }

    private static JsonNode parse(String text) {
      try {
        return new ObjectMapper().readTree(text);
      } catch (JsonProcessingException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  // The resource lives in the test's own class loader, so statics are the way to reach it.
  private static final List<Received> RECEIVED = new CopyOnWriteArrayList<>();
  private static final List<Planned> PLANNED = new CopyOnWriteArrayList<>();
  private static volatile int port;

  private @Nullable HttpServer server;
  private @Nullable ExecutorService executor;

  static void forget() {
    RECEIVED.clear();
    PLANNED.clear();
  }

  /** The next callback of one path about one room is answered so. */
  static void answerNextWith(String path, String roomId, int status) {
    PLANNED.add(new Planned(path, roomId, status));
  }

  static String url(String path) {
    return "http://localhost:" + port + path;
  }

  /** Callbacks of one path about one room. */
  static List<Received> received(String path, String roomId) {
    return RECEIVED.stream()
        .filter(each -> each.path().equals(path))
        .filter(each -> path.equals("/message") || each.body().contains(roomId))
        .toList();
  }

  @Override
  public Map<String, String> start() {
    try {
      HttpServer started =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      ExecutorService threads = Executors.newFixedThreadPool(4);
      started.setExecutor(threads);
      started.createContext("/", CallbackStub::receive);
      started.start();
      server = started;
      executor = threads;
      port = started.getAddress().getPort();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return Map.ofEntries(
        Map.entry("parley.simulator.apps.local.app-id", APP_ID),
        Map.entry("parley.simulator.apps.local.app-key", APP_KEY),
        Map.entry("parley.simulator.apps.local.webhook-url", url("/webhook")),
        Map.entry("parley.simulator.apps.local.webhook-secret", WEBHOOK_SECRET),
        Map.entry("parley.simulator.credentials.local.access-key-id", ACCESS_KEY),
        Map.entry("parley.simulator.credentials.local.secret-key", SECRET_KEY),
        Map.entry("parley.simulator.timing.join", "20ms"),
        Map.entry("parley.simulator.timing.user-character", "1ms"),
        Map.entry("parley.simulator.timing.agent-character", "2ms"),
        Map.entry("parley.simulator.timing.max-silence", "20ms"),
        Map.entry("parley.simulator.timing.llm", "20ms"),
        Map.entry("parley.simulator.timing.tts", "10ms"),
        Map.entry("parley.simulator.open-api.operation-time", "1ms"),
        Map.entry("parley.simulator.rtc.max-connections", "20"),
        Map.entry("parley.simulator.callbacks.retry-delay", "20ms"));
  }

  @Override
  public void stop() {
    if (server != null) {
      server.stop(0);
    }
    if (executor != null) {
      executor.shutdownNow();
    }
  }

  private static void receive(HttpExchange exchange) throws IOException {
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
      RECEIVED.add(
          new Received(
              exchange.getRequestURI().getPath(),
              exchange.getRequestHeaders().getFirst("Content-Type"),
              body));
      String path = exchange.getRequestURI().getPath();
      int status = 200;
      for (Planned planned : PLANNED) {
        if (planned.path().equals(path) && body.contains(planned.roomId())) {
          PLANNED.remove(planned);
          status = planned.status();
          break;
        }
      }
      exchange.sendResponseHeaders(status, -1);
    }
  }
}
