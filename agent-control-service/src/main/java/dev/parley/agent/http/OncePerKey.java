package dev.parley.agent.http;

import dev.parley.agent.config.AgentControlConfig;
import dev.parley.agent.http.IdempotencyKeys.Seen;
import dev.parley.kit.session.Session;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a caller asks for twice with the same {@code Idempotency-Key} is done once. */
@ApplicationScoped
class OncePerKey {
  /** The header's name. */
  static final String HEADER = "Idempotency-Key";

  private static final Pattern PRINTABLE =
      Pattern.compile("[\\x21-\\x7E](?:[\\x20-\\x7E]{0,253}[\\x21-\\x7E])?");

  private final IdempotencyKeys keys;

  @Inject
  OncePerKey(AgentControlConfig config, Clock clock) {
    this(new IdempotencyKeys(config.tasks().memory(), clock));
  }

  OncePerKey(IdempotencyKeys keys) {
    this.keys = keys;
  }

  /**
   * The key of a call; empty where it has none.
   *
   * @param key as it was read: null also for an empty header
   */
  static Optional<String> checked(@Nullable String key, RoutingContext call) {
    // An empty header is a variable that was not set, and no wish to start two agents.
    boolean fits =
        key == null ? !call.request().headers().contains(HEADER) : PRINTABLE.matcher(key).matches();
    if (!fits) {
      throw Refusals.badKey();
    }
    return Optional.ofNullable(key);
  }

  /**
   * Does something once per caller, purpose and key; without a key, whenever it is asked.
   *
   * @param fingerprint of the body: the same key with another one is refused
   */
  Uni<Void> run(
      Session session,
      String purpose,
      Optional<String> key,
      String fingerprint,
      Supplier<Uni<Void>> action) {
    return run(session, purpose, key, fingerprint, () -> true, action);
  }

  /**
   * As {@link #run(Session, String, Optional, String, Supplier)}, for what may be forgotten.
   *
   * @param remembered false when what was done with the key before is forgotten
   */
  Uni<Void> run(
      Session session,
      String purpose,
      Optional<String> key,
      String fingerprint,
      BooleanSupplier remembered,
      Supplier<Uni<Void>> action) {
    if (key.isEmpty()) {
      return action.get();
    }
    String scope =
        String.join(
            "\n",
            session.appId().value(),
            session.role().claim(),
            session.subject(),
            purpose,
            key.get());
    Seen seen = keys.begin(scope, fingerprint, remembered);
    return switch (seen) {
      case NEW ->
          Uni.createFrom()
              .deferred(action::get)
              .invoke(() -> keys.done(scope))
              .onFailure()
              .invoke(() -> keys.failed(scope))
              .onCancellation()
              .invoke(() -> keys.failed(scope));
      case DONE -> Uni.createFrom().voidItem();
      case IN_PROGRESS -> throw Refusals.inProgress();
      case OTHER_BODY -> throw Refusals.keyReused();
    };
  }
}
