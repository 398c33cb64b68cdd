package dev.parley.token.http;

import dev.parley.kit.problem.Problem;
import dev.parley.kit.problem.ProblemException;
import dev.parley.kit.session.Role;
import dev.parley.token.caller.Caller;
import dev.parley.token.caller.CallerCheck;
import dev.parley.token.caller.CallerVerifier;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.security.identity.AuthenticationRequestContext;
import io.quarkus.security.identity.CurrentIdentityAssociation;
import io.quarkus.security.identity.IdentityProvider;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.request.TokenAuthenticationRequest;
import io.quarkus.security.runtime.QuarkusPrincipal;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.stream.Collectors;

/**
 * Stands before SmallRye's own validator, which knows one issuer: every bearer token ends here,
 * accepted or refused, and never reaches it.
 */
@ApplicationScoped
public class CallerAuthentication implements IdentityProvider<TokenAuthenticationRequest> {
  private static final String CALLER = "parley.caller";

  private final CallerVerifier verifier;
  private final MeterRegistry metrics;

  @Inject
  CallerAuthentication(CallerVerifier verifier, MeterRegistry metrics) {
    this.verifier = verifier;
    this.metrics = metrics;
    metrics.gauge("parley.token.callers.remembered", verifier, CallerVerifier::rememberedCount);
  }

  @Override
  public Class<TokenAuthenticationRequest> getRequestType() {
    return TokenAuthenticationRequest.class;
  }

  @Override
  public int priority() {
    // Above the default, which is where SmallRye's validator is.
    return Integer.MAX_VALUE;
  }

  @Override
  public Uni<SecurityIdentity> authenticate(
      TokenAuthenticationRequest request, AuthenticationRequestContext context) {
    return Uni.createFrom()
        .completionStage(() -> verifier.verify(request.getToken().getToken()))
        .map(
            check ->
                switch (check) {
                  case CallerCheck.Accepted(Caller caller) -> identity(caller);
                  case CallerCheck.Refused refused -> {
                    count(refused.reason().wireName());
                    throw new BearerRefused(refused);
                  }
                  case CallerCheck.KeysUnavailable unavailable -> {
                    count("keys_unavailable");
                    throw new ProblemException(
                        Problem.of(
                                503,
                                "identity_provider_unavailable",
                                "The keys of the bearer token's issuer cannot be fetched now:"
                                    + " try again.")
                            .retryAfter(TokenProblems.RETRY_SECONDS));
                  }
                });
  }

  private void count(String reason) {
    metrics.counter("parley.token.callers.refused", "reason", reason).increment();
  }

  private static SecurityIdentity identity(Caller caller) {
    return QuarkusSecurityIdentity.builder()
        .setPrincipal(new QuarkusPrincipal(caller.subject()))
        .addRoles(caller.roles().stream().map(Role::claim).collect(Collectors.toSet()))
        .addAttribute(CALLER, caller)
        .build();
  }

  /** The caller of the current request; only behind {@code @Authenticated}. */
  static Uni<Caller> current(CurrentIdentityAssociation identities) {
    return identities.getDeferredIdentity().map(identity -> identity.getAttribute(CALLER));
  }
}
