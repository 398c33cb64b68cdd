package dev.parley.agent.cloud;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.agent.Failures;
import dev.parley.agent.Samples;
import dev.parley.agent.cloud.CloudRequest.Action;
import dev.parley.agent.signing.Credentials;
import dev.parley.agent.signing.RequestSigner;
import dev.parley.events.Failure;
import dev.parley.kit.secret.Secret;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.client.WebClient;
import io.vertx.ext.web.client.WebClientOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against an HTTP server that answers as the test says. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OpenApiVoiceChatTest {
  private static final Credentials CREDENTIALS =
      new Credentials("AKLTtest", Secret.of("topsecretkey"), null);

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);

  private final Vertx vertx = Vertx.vertx();
  private HttpServer server;
  private OpenApiVoiceChat api;
  private volatile Consumer<HttpServerRequest> handler = request -> {};
  private volatile Optional<Credentials> credentials = Optional.of(CREDENTIALS);

  @AfterEach
  void credentialsAreBack() {
    credentials = Optional.of(CREDENTIALS);
  }

  @BeforeAll
  void start() throws Exception {
    server =
        vertx
            .createHttpServer()
            .requestHandler(request -> handler.accept(request))
            .listen(0, "localhost")
            .toCompletionStage()
            .toCompletableFuture()
            .get(10, TimeUnit.SECONDS);
    api = api("http://localhost:" + server.actualPort());
  }

  private OpenApiVoiceChat api(String baseUrl) {
    return api(
        baseUrl,
        WebClient.create(
            vertx, new WebClientOptions().setConnectTimeout((int) CONNECT_TIMEOUT.toMillis())));
  }

  private OpenApiVoiceChat api(String baseUrl, WebClient client) {
    CloudAccess access =
        new CloudAccess(URI.create(baseUrl), "cn-north-1", "2024-12-01", () -> credentials);
    return new OpenApiVoiceChat(
        vertx,
        client,
        appId -> access,
        Clock.fixed(Samples.NOW, ZoneOffset.UTC),
        CONNECT_TIMEOUT,
        Duration.ofMillis(500));
  }

  @AfterAll
  void stop() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  private static CloudRequest request() {
    ObjectNode body =
        JsonNodeFactory.instance
            .objectNode()
            .put("AppId", Samples.APP.value())
            .put("RoomId", "Room1")
            .put("TaskId", "任务");
    return CloudRequest.of(Samples.APP, Action.STOP, body, true);
  }

  private CloudOutcome answered(int status, String body) throws InterruptedException {
    handler = request -> request.response().setStatusCode(status).end(body);
    return api.call(request());
  }

  @Test
  void makesNoCallThatNobodyCanSign() throws InterruptedException {
    // Given
    AtomicInteger arrived = new AtomicInteger();
    handler =
        request -> {
          arrived.incrementAndGet();
          request.response().end("{\"Result\":\"ok\",\"ResponseMetadata\":{}}");
        };
    credentials = Optional.empty();

    // When
    CloudOutcome outcome = api.call(request());

    // Then
    assertThat(outcome).isEqualTo(new CloudProblem.Rejected("credentials_missing", null));
    assertThat(arrived).hasValue(0);
  }

  @Test
  void aClientThatIsClosedHasReachedNobody() throws InterruptedException {
    // Given
    WebClient client = WebClient.create(vertx);
    client.close();

    // When
    CloudOutcome outcome = api("http://localhost:" + server.actualPort(), client).call(request());

    // Then
    assertThat(outcome).isEqualTo(new CloudProblem.Unavailable(CloudProblem.NOT_CONNECTED, null));
  }

  @Test
  void sendsTheVeryBytesThatItSigned() throws Exception {
    // Given
    CompletableFuture<Seen> arrived = new CompletableFuture<>();
    handler =
        request ->
            request
                .body()
                .onSuccess(
                    (Buffer body) -> {
                      arrived.complete(
                          new Seen(
                              request.uri(),
                              String.valueOf(request.getHeader("Host")),
                              String.valueOf(request.getHeader("Content-Type")),
                              String.valueOf(request.getHeader("X-Date")),
                              String.valueOf(request.getHeader("Authorization")),
                              body));
                      request.response().end("{\"Result\":\"ok\",\"ResponseMetadata\":{}}");
                    });

    // When
    api.call(request());

    // Then: what arrived is signed again, with the credentials that the server has
    Seen seen = arrived.get(5, TimeUnit.SECONDS);
    Map<String, String> query = new LinkedHashMap<>();
    query.put("Action", "StopVoiceChat");
    query.put("Version", "2024-12-01");
    RequestSigner.Signed expected =
        new RequestSigner("cn-north-1", "rtc")
            .sign(
                "POST",
                seen.host(),
                "/",
                query,
                seen.contentType(),
                seen.body().getBytes(),
                CREDENTIALS,
                Samples.NOW);
    assertThat(seen.uri()).isEqualTo("/?Action=StopVoiceChat&Version=2024-12-01");
    assertThat(seen.contentType()).isEqualTo("application/json");
    assertThat(seen.date()).isEqualTo("20250615T120000Z");
    assertThat(seen.host()).isEqualTo("localhost:" + server.actualPort());
    assertThat(expected.headers()).containsEntry("Authorization", seen.authorization());
    assertThat(seen.body().toString(UTF_8)).contains("任务");
  }

  private record Seen(
      String uri,
      String host,
      String contentType,
      String date,
      String authorization,
      Buffer body) {}

  @Test
  void keepsTheRequestIdOfASuccess() throws Exception {
    // When
    CloudOutcome outcome =
        answered(200, "{\"Result\":\"ok\",\"ResponseMetadata\":{\"RequestId\":\"20250615\"}}");

    // Then
    assertThat(outcome).isEqualTo(new CloudOutcome.Accepted("20250615"));
  }

  @ParameterizedTest
  @CsvSource({
    "200, InvalidParameter.TaskAlreadyExists, AlreadyExists",
    "400, InvalidParameter.ErrorActiveTaskNotFound, NotFound",
    "200, InvalidParameter.Unmarshal, Rejected",
    "403, AccessDenied.ServiceNotEnabled, Rejected",
    "401, Unauthorized, Rejected",
    "200, FlowLimitExceeded.QPSOverLimit, Throttled",
    "500, InternalError.ReachRateLimit, Throttled",
    "500, InternalError.Parallel, Busy",
    "200, InternalError.RPC, Unavailable",
    "500, InvalidParameter.SomethingNew, Rejected",
    "500, AccessDenied, Rejected",
    "429, UnknownVersion, Rejected",
    "429, InternalError.RPC, Unavailable",
    "200, SomethingNew, Rejected",
    "400, SomethingNew, Rejected",
    "403, SomethingNew, Rejected",
    "429, SomethingNew, Throttled",
    "500, SomethingNew, Unavailable",
    "503, SomethingNew.Deeper, Unavailable",
    "504, InvalidParameterish, Unavailable",
  })
  void readsTheErrorBeforeTheStatus(int status, String code, String expected) throws Exception {
    // When
    CloudOutcome outcome =
        answered(
            status,
            "{\"ResponseMetadata\":{\"RequestId\":\"r1\",\"Error\":{\"Code\":\""
                + code
                + "\",\"Message\":\"no\"}}}");

    // Then
    assertThat(outcome.getClass().getSimpleName()).isEqualTo(expected);
    assertThat(((CloudProblem) outcome).code()).isEqualTo(code);
    assertThat(outcome.requestId()).isEqualTo("r1");
  }

  @Test
  void knowsARepeatedStartByItsSentence() throws Exception {
    // When
    CloudOutcome outcome =
        answered(
            200,
            "{\"ResponseMetadata\":{\"Error\":{\"Code\":\"InvalidParameter\",\"Message\":"
                + "\"The task has been started. Please do not call the startup task interface"
                + " repeatedly.\"}}}");

    // Then
    assertThat(outcome).isInstanceOf(CloudProblem.AlreadyExists.class);
  }

  @Test
  void aRefusalIsExplainedByItsSentenceWhichNobodyIsShown() throws Exception {
    // When
    CloudOutcome outcome =
        answered(
            403,
            "{\"ResponseMetadata\":{\"Error\":{\"Code\":\"OperationDenied\",\"Message\":"
                + "\"quota exceeded for types: sk-secret\"}}}");

    // Then
    Failure failure = Failures.ofCloud((CloudProblem) outcome);
    assertThat(failure.hint()).contains("quota of the cloud account is used up");
    assertThat(failure.toString() + outcome).doesNotContain("sk-secret");
  }

  @Test
  void aRefusalWithoutACodeIsExplainedByItsSentence() throws Exception {
    // When
    CloudOutcome outcome =
        answered(
            403, "{\"ResponseMetadata\":{\"Error\":{\"Message\":\"quota exceeded for types\"}}}");

    // Then
    Failure failure = Failures.ofCloud((CloudProblem) outcome);
    assertThat(failure.hint()).contains("quota of the cloud account is used up");
    assertThat(failure.cloudCode()).isEqualTo("http_403");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "200 | {\"ResponseMetadata\":{\"RequestId\":\"r1\"}} | OutcomeUnknown | no_result",
        "200 | not json | OutcomeUnknown | no_result",
        "502 | <html> | Unavailable | http_502",
        "429 | slow down | Throttled | http_429",
        "404 | nothing | Rejected | http_404",
        "302 | elsewhere | Rejected | http_302",
      })
  void neverTakesAnAnswerWithoutAResultForSuccess(
      int status, String body, String expected, String code) throws Exception {
    // When
    CloudOutcome outcome = answered(status, body);

    // Then
    assertThat(outcome.getClass().getSimpleName()).isEqualTo(expected);
    assertThat(((CloudProblem) outcome).code()).isEqualTo(code);
  }

  @Test
  void doesNotKnowTheOutcomeWhenNoAnswerComesInTime() throws Exception {
    // Given
    handler = request -> {};

    // When
    CloudOutcome outcome = api.call(request());

    // Then
    assertThat(outcome).isEqualTo(new CloudProblem.OutcomeUnknown("no_answer", null));
  }

  @Test
  void doesNotKnowTheOutcomeWhenTheConnectionIsCut() throws Exception {
    // Given
    handler = request -> request.body().onSuccess(body -> request.connection().close());

    // When
    CloudOutcome outcome = api.call(request());

    // Then
    assertThat(outcome).isEqualTo(new CloudProblem.OutcomeUnknown("no_answer", null));
  }

  @Test
  void knowsThatNothingWasSentWhenNobodyListens() throws Exception {
    // Given
    HttpServer gone =
        vertx
            .createHttpServer()
            .requestHandler(request -> {})
            .listen(0, "localhost")
            .toCompletionStage()
            .toCompletableFuture()
            .get(10, TimeUnit.SECONDS);
    int port = gone.actualPort();
    gone.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);

    // When
    CloudOutcome outcome = api("http://localhost:" + port).call(request());

    // Then
    assertThat(outcome).isEqualTo(new CloudProblem.Unavailable("connection_failed", null));
  }

  @Test
  void knowsThatNothingWasSentWhenNobodyAcceptsTheConnection() throws Exception {
    // Given: somebody listens and accepts nothing; what may wait there does so already
    try (ServerSocket deaf = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Crowd crowd = new Crowd()) {
      crowd.fill(deaf);

      // When
      CloudOutcome outcome =
          api("http://" + deaf.getInetAddress().getHostAddress() + ":" + deaf.getLocalPort())
              .call(request());

      // Then
      assertThat(outcome).isEqualTo(new CloudProblem.Unavailable("connection_failed", null));
    }
  }

  /** Connections that take every place before a server that accepts none. */
  private static final class Crowd implements AutoCloseable {
    private static final int MOST = 1_000;
    private static final int MOMENT_MILLIS = 300;

    private final List<Socket> waiting = new ArrayList<>();

    void fill(ServerSocket deaf) throws IOException {
      while (waiting.size() < MOST) {
        Socket socket = new Socket();
        waiting.add(socket);
        try {
          socket.connect(deaf.getLocalSocketAddress(), MOMENT_MILLIS);
        } catch (SocketTimeoutException e) {
          return;
        }
      }
      throw new AssertionError("connections are accepted without anybody who accepts them");
    }

    @Override
    public void close() throws IOException {
      for (Socket socket : waiting) {
        socket.close();
      }
    }
  }

  @Test
  void doesNotPrintABody() {
    // When
    String printed = request().toString();

    // Then
    assertThat(printed).contains("body=****").doesNotContain("Room1");
  }
}
