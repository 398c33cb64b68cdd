package dev.parley.token.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.events.id.AppId;
import dev.parley.events.id.RoomId;
import dev.parley.events.id.UserId;
import dev.parley.kit.session.Role;
import dev.parley.token.AppKey;
import dev.parley.token.Grant;
import dev.parley.token.Privilege;
import dev.parley.token.RoomScope;
import dev.parley.token.app.App;
import dev.parley.token.app.AppKeys;
import dev.parley.token.caller.Caller;
import dev.parley.token.policy.PolicyHook;
import dev.parley.token.support.DrippingServer;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whoever answers byte by byte, each in time, is given up all the same, and hung up on. */
class DeadlineTest {
  private static final Duration TIMEOUT = Duration.ofMillis(300);
  private static final Duration LONG = Duration.ofSeconds(10);
  private static final App APP =
      new App(
          "default",
          new AppId("123456781234567812345678"),
          new AppKeys(new AppKey("0123456789abcdef0123456789abcdef"), null),
          Duration.ofMinutes(2),
          Duration.ofHours(1),
          Duration.ofHours(2),
          Set.of(Privilege.SUBSCRIBE),
          Set.of(Privilege.SUBSCRIBE),
          List.of(),
          Set.of());
  private static final Caller ALICE =
      new Caller(
          "main",
          "https://idp.example.com",
          "alice",
          Optional.of(new UserId("alice")),
          Set.of(Role.PARTICIPANT),
          List.of(),
          Instant.MAX);
  private static final Grant GRANT =
      new Grant(
          new RoomScope.OneRoom(new RoomId("demo-1")),
          new UserId("alice"),
          Set.of(Privilege.SUBSCRIBE),
          Duration.ofHours(1));

  private final Vertx vertx = Vertx.vertx();
  private final BoundedClient client = new BoundedClient(vertx);
  private final DrippingServer server = new DrippingServer();

  @AfterEach
  void close() {
    server.close();
    client.close();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  @Test
  void aDrippingIdentityProviderIsGivenUp() {
    // When
    CompletionStage<String> keys = new HttpJwks(client).fetch(server.address(), TIMEOUT);

    // Then
    assertThat(keys)
        .failsWithin(LONG)
        .withThrowableOfType(ExecutionException.class)
        .withCauseInstanceOf(TimeoutException.class);
    assertThat(server.left()).succeedsWithin(LONG);
  }

  @Test
  void aDrippingPolicyHookIsGivenUp() {
    // Given
    PolicyHook hook = new HttpPolicyHook(client, server.address(), Optional.empty(), TIMEOUT);

    // When
    CompletionStage<PolicyHook.Answer> answer = hook.ask(APP, ALICE, GRANT, true, "request-1");

    // Then
    assertThat(answer)
        .succeedsWithin(LONG)
        .isEqualTo(new PolicyHook.Answer.Unavailable("no answer within 300 ms"));
    assertThat(server.left()).succeedsWithin(LONG);
  }
}
