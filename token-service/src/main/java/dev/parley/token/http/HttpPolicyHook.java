package dev.parley.token.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.events.codec.Json;
import dev.parley.kit.secret.Secret;
import dev.parley.kit.session.Role;
import dev.parley.token.Grant;
import dev.parley.token.Privilege;
import dev.parley.token.app.App;
import dev.parley.token.caller.Caller;
import dev.parley.token.policy.PolicyHook;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Asks over HTTP: {@code POST} of who wants what, {@code 200} with {@code {"allow": true|false,
 * "reason"?: "...", "maxTtlSeconds"?: n}}. Everything else is no answer.
 */
public final class HttpPolicyHook implements PolicyHook {
  private static final Logger LOG = Logger.getLogger(HttpPolicyHook.class);
  private static final int MAX_REASON = 200;
  private static final int MAX_ANSWER = 16 * 1024;

  private final BoundedClient client;
  private final URI url;
  private final Optional<Secret> token;
  private final Duration timeout;

  /** Asks at {@code url}, with the token as bearer where there is one. */
  public HttpPolicyHook(BoundedClient client, URI url, Optional<Secret> token, Duration timeout) {
    this.client = client;
    this.url = url;
    this.token = token;
    this.timeout = timeout;
  }

  @Override
  public CompletionStage<Answer> ask(
      App app, Caller caller, Grant grant, boolean withSession, String requestId) {
    RequestOptions request =
        new RequestOptions()
            .setMethod(HttpMethod.POST)
            .setAbsoluteURI(url.toString())
            .putHeader("Accept", "application/json")
            .putHeader("Content-Type", "application/json");
    token.ifPresent(secret -> request.putHeader("Authorization", "Bearer " + secret.reveal()));
    return client
        .send(
            request,
            question(app, caller, grant, withSession, requestId).toBuffer(),
            timeout,
            MAX_ANSWER)
        .thenApply(answer -> read(answer.status(), answer.text()))
        .exceptionally(failure -> new Answer.Unavailable(why(cause(failure))))
        .whenComplete(
            (said, failure) -> {
              if (said instanceof Answer.Unavailable(String why)) {
                LOG.warnf("the policy hook gave no answer requestId=%s: %s", requestId, why);
              }
            });
  }

  private static Throwable cause(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }

  private static JsonObject question(
      App app, Caller caller, Grant grant, boolean withSession, String requestId) {
    JsonArray privileges = new JsonArray();
    grant.privileges().stream().map(Privilege::wireName).forEach(privileges::add);
    JsonArray roles = new JsonArray();
    caller.roles().stream().map(Role::claim).sorted().forEach(roles::add);
    return new JsonObject()
        .put("requestId", requestId)
        .put("app", app.name())
        .put("appId", app.id().value())
        .put("roomId", grant.room().tokenRoomId())
        .put("userId", grant.userId().value())
        .put("privileges", privileges)
        .put("ttlSeconds", grant.ttl().toSeconds())
        .put("session", withSession)
        .put(
            "caller",
            new JsonObject()
                .put("issuer", caller.issuer())
                .put("subject", caller.subject())
                .put("roles", roles));
  }

  private String why(Throwable failure) {
    return switch (failure) {
      case BoundedClient.TooLargeException large -> large.sentence();
      case TimeoutException late -> "no answer within " + timeout.toMillis() + " ms";
      default -> "no connection that lasts";
    };
  }

  private static Answer read(int status, String text) {
    if (status != 200) {
      return new Answer.Unavailable("status " + status);
    }
    JsonNode body = parse(text);
    // Only the literal true admits: "true", 1 or an absent field are a mistake, not a yes.
    if (body == null || !body.path("allow").isBoolean()) {
      return new Answer.Unavailable("the answer has no boolean allow");
    }
    if (!body.path("allow").booleanValue()) {
      return new Answer.Denies(
          Optional.ofNullable(body.path("reason").textValue())
              .map(reason -> reason.substring(0, Math.min(MAX_REASON, reason.length()))));
    }
    JsonNode maxTtl = body.path("maxTtlSeconds");
    if (maxTtl.isMissingNode() || maxTtl.isNull()) {
      return new Answer.Admits(Optional.empty());
    }
    return maxTtl.isIntegralNumber() && maxTtl.canConvertToInt() && maxTtl.intValue() > 0
        ? new Answer.Admits(Optional.of(Duration.ofSeconds(maxTtl.intValue())))
        : new Answer.Unavailable("maxTtlSeconds is not a positive number");
  }

  private static @Nullable JsonNode parse(String body) {
    try {
      return Json.mapper().readTree(body);
    } catch (JsonProcessingException e) {
      return null;
    }
  }
}
