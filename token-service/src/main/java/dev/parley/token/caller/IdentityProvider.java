package dev.parley.token.caller;

import dev.parley.kit.session.Role;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One identity provider of the operator.
 *
 * @param name what the settings call it
 * @param issuer its {@code iss}
 * @param audiences one of these must be in {@code aud}
 * @param algorithms the signature algorithms that it may use
 * @param userClaim the claim with the user id
 * @param userPrefix put before the user id, so that users of two providers cannot meet
 * @param rolesClaim path of the claim with the roles, steps parted by {@code /}
 * @param roles what the provider's role names mean
 * @param defaultRole for callers with none of these names
 * @param roomsClaim the claim with room patterns
 * @param clockSkew how far its clock may differ
 */
public record IdentityProvider(
    String name,
    String issuer,
    Set<String> audiences,
    Set<String> algorithms,
    String userClaim,
    String userPrefix,
    String rolesClaim,
    Map<String, Role> roles,
    Optional<Role> defaultRole,
    String roomsClaim,
    Duration clockSkew) {
  /**
   * Algorithms that can be allowed. None with a shared secret: a public key of the JWKS would pass
   * for that secret.
   */
  public static final Set<String> ALGORITHMS =
      Set.of(
          "ES256", "ES384", "ES512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "EdDSA");

  public IdentityProvider {
    audiences = Set.copyOf(audiences);
    algorithms = Set.copyOf(algorithms);
    roles = Map.copyOf(roles);
    if (issuer.isBlank()) {
      throw new IllegalArgumentException("issuer must not be blank");
    }
    if (audiences.isEmpty()) {
      throw new IllegalArgumentException("audiences must name at least one audience");
    }
    if (algorithms.isEmpty() || !ALGORITHMS.containsAll(algorithms)) {
      throw new IllegalArgumentException(
          "algorithms must be some of " + String.join(", ", ALGORITHMS.stream().sorted().toList()));
    }
  }
}
