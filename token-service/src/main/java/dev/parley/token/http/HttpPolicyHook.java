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
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.core.buffer.Buffer;
import io.vertx.mutiny.ext.web.client.HttpRequest;
import io.vertx.mutiny.ext.web.client.HttpResponse;
import io.vertx.mutiny.ext.web.client.WebClient;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Asks over HTTP: {@code POST} of who wants what, {@code 200} with {@code {"allow": true|false,
 * "reason"?: "...", "maxTtlSeconds"?: n}}. Everything else is no answer.
 */
public final class HttpPolicyHook implements PolicyHook {
  private static final Logger LOG = Logger.getLogger(HttpPolicyHook.class);
  private static final int MAX_REASON = 200;

  private final WebClient client;
  private final URI url;
  private final Optional<Secret> token;
  private final Duration timeout;

  /** Asks at {@code url}, with the token as bearer where there is one. */
  public HttpPolicyHook(WebClient client, URI url, Optional<Secret> token, Duration timeout) {
    this.client = client;
    this.url = url;
    this.token = token;
    this.timeout = timeout;
  }

  @Override
  public CompletionStage<Answer> ask(App app, Caller caller, Grant grant, String requestId) {
    HttpRequest<Buffer> request =
        client
            .postAbs(url.toString())
            .timeout(timeout.toMillis())
            .putHeader("Accept", "application/json");
    token.ifPresent(secret -> request.putHeader("Authorization", "Bearer " + secret.reveal()));
    return request
        .sendJsonObject(question(app, caller, grant, requestId))
        .map(HttpPolicyHook::read)
        .onFailure()
        .recoverWithItem(failure -> new Answer.Unavailable(failure.getClass().getSimpleName()))
        .invoke(
            answer -> {
              if (answer instanceof Answer.Unavailable(String why)) {
                LOG.warnf("the policy hook gave no answer requestId=%s: %s", requestId, why);
              }
            })
        .subscribeAsCompletionStage();
  }

  private static JsonObject question(App app, Caller caller, Grant grant, String requestId) {
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
        .put(
            "caller",
            new JsonObject()
                .put("issuer", caller.issuer())
                .put("subject", caller.subject())
                .put("roles", roles));
  }

  private static Answer read(HttpResponse<Buffer> response) {
    if (response.statusCode() != 200) {
      return new Answer.Unavailable("status " + response.statusCode());
    }
    JsonNode body = parse(response.bodyAsString());
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

  private static @Nullable JsonNode parse(@Nullable String body) {
    try {
      return body == null ? null : Json.mapper().readTree(body);
    } catch (JsonProcessingException e) {
      return null;
    }
  }
}
