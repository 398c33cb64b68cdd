package dev.parley.agent.cloud;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.parley.agent.signing.Credentials;
import dev.parley.agent.signing.RequestSigner;
import dev.parley.events.codec.JsonBuffers;
import dev.parley.events.id.AppId;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.ext.web.client.HttpRequest;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The OpenAPI over HTTP: signs with the application's credentials and reads the envelope. */
public final class OpenApiVoiceChat implements VoiceChatApi {
  private static final String SERVICE = "rtc";
  private static final String CONTENT_TYPE = "application/json";
  // More than the client's own limits, so that those speak first.
  private static final Duration SLACK = Duration.ofSeconds(5);
  private static final ObjectMapper JSON = new ObjectMapper(JsonBuffers.factory());

  private final Vertx vertx;
  private final WebClient client;
  private final Function<AppId, CloudAccess> access;
  private final Clock clock;
  private final Duration connectTimeout;
  private final Duration responseTimeout;

  /**
   * Calls through a client.
   *
   * @param vertx the client's own
   * @param access the settings of an application that is configured
   * @param connectTimeout the client's own
   * @param responseTimeout from sending the request to the end of the answer
   */
  public OpenApiVoiceChat(
      Vertx vertx,
      WebClient client,
      Function<AppId, CloudAccess> access,
      Clock clock,
      Duration connectTimeout,
      Duration responseTimeout) {
    this.vertx = vertx;
    this.client = client;
    this.access = access;
    this.clock = clock;
    this.connectTimeout = connectTimeout;
    this.responseTimeout = responseTimeout;
  }

  @Override
  public CloudOutcome call(CloudRequest request) throws InterruptedException {
    CloudAccess to = access.apply(request.appId());
    Optional<Credentials> credentials = to.credentials().get();
    if (credentials.isEmpty()) {
      return new CloudProblem.Rejected(CloudProblem.NO_CREDENTIALS, null);
    }
    byte[] body = request.body().toArray();
    Map<String, String> query = new LinkedHashMap<>();
    query.put("Action", request.action().cloudName());
    query.put("Version", to.version());
    RequestSigner.Signed signed =
        new RequestSigner(to.region(), SERVICE)
            .sign(
                "POST",
                to.hostHeader(),
                "/",
                query,
                CONTENT_TYPE,
                body,
                credentials.get(),
                clock.instant());
    RequestOptions options =
        new RequestOptions()
            .setMethod(HttpMethod.POST)
            .setHost(to.baseUrl().getHost())
            .setPort(to.port())
            .setSsl(to.tls())
            // As signed: encoding it once more could order or spell it differently.
            .setURI("/?" + signed.query())
            .setFollowRedirects(false)
            // The client's own timeout comes first: it says that nobody was reached, this one only
            // that there was no connection in time.
            .setConnectTimeout(connectTimeout.plus(SLACK.dividedBy(5)).toMillis());
    signed.headers().forEach(options::putHeader);
    HttpRequest<Buffer> http =
        client.request(HttpMethod.POST, options).timeout(responseTimeout.toMillis());
    CompletableFuture<HttpResponse<Buffer>> answered = send(http, body);
    try {
      HttpResponse<Buffer> answer =
          answered.get(
              connectTimeout.plus(responseTimeout).plus(SLACK).toMillis(), TimeUnit.MILLISECONDS);
      return outcome(answer.statusCode(), answer.body());
    } catch (ExecutionException e) {
      return notSent(e.getCause())
          ? new CloudProblem.Unavailable(CloudProblem.NOT_CONNECTED, null)
          : new CloudProblem.OutcomeUnknown("no_answer", null);
    } catch (TimeoutException e) {
      return new CloudProblem.OutcomeUnknown("no_answer", null);
    } finally {
      // What nobody waits for any more is not sent late.
      boolean unused = answered.cancel(false);
    }
  }

  // On a thread of Vert.x: Netty keeps things for each thread that calls it, and each of the
  // threads that wait here would get them anew.
  private CompletableFuture<HttpResponse<Buffer>> send(HttpRequest<Buffer> http, byte[] body) {
    CompletableFuture<HttpResponse<Buffer>> answered = new CompletableFuture<>();
    vertx.runOnContext(
        now -> {
          if (answered.isDone()) {
            return;
          }
          try {
            http.sendBuffer(Buffer.buffer(body))
                .onComplete(answered::complete, answered::completeExceptionally);
          } catch (RuntimeException e) {
            answered.completeExceptionally(new NeverSentException(e));
          }
        });
    return answered;
  }

  /** The client did not take the request: it is closed. */
  private static final class NeverSentException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NeverSentException(RuntimeException cause) {
      super(cause);
    }
  }

  // Only failures to connect, or before that, are sure to have reached nobody.
  private static boolean notSent(@Nullable Throwable cause) {
    return cause instanceof NeverSentException
        || cause instanceof ConnectException
        || cause instanceof UnknownHostException
        || cause instanceof io.netty.channel.ConnectTimeoutException;
  }

  static CloudOutcome outcome(int status, @Nullable Buffer body) {
    JsonNode envelope = parse(body);
    JsonNode metadata = envelope.path("ResponseMetadata");
    String requestId = text(metadata.path("RequestId"));
    JsonNode error = metadata.path("Error");
    if (error.isObject()) {
      // The envelope counts before the status: errors come inside HTTP 200 as well.
      return problem(error, status, requestId);
    }
    if (status >= 200 && status < 300) {
      JsonNode result = envelope.path("Result");
      return result.isMissingNode() || result.isNull() || result.asText("-").isEmpty()
          ? new CloudProblem.OutcomeUnknown(CloudProblem.NO_RESULT, requestId)
          : new CloudOutcome.Accepted(requestId);
    }
    return CloudProblem.ofStatus("http_" + status, status, requestId);
  }

  private static CloudProblem problem(JsonNode error, int status, @Nullable String requestId) {
    String code = text(error.path("Code"));
    String sentence = error.path("Message").asText("");
    // The sentence is documented, the code that goes with it is not.
    if (sentence.contains("task has been started")) {
      return new CloudProblem.AlreadyExists(code == null ? "unknown" : code, requestId);
    }
    // Without a code the status says what there is to say.
    CloudProblem problem =
        code == null
            ? CloudProblem.ofStatus("http_" + status, status, requestId)
            : CloudProblem.of(code, status, requestId);
    return problem instanceof CloudProblem.Rejected rejected
        ? new CloudProblem.Rejected(rejected.code(), requestId, sentence)
        : problem;
  }

  private static @Nullable String text(JsonNode value) {
    String text = value.isValueNode() && !value.isNull() ? value.asText() : "";
    return text.isEmpty() || text.length() > 200 ? null : text;
  }

  private static JsonNode parse(@Nullable Buffer body) {
    if (body == null || body.length() == 0) {
      return JSON.createObjectNode();
    }
    try {
      return JSON.readTree(body.getBytes());
    } catch (IOException e) {
      return JSON.createObjectNode();
    }
  }
}
