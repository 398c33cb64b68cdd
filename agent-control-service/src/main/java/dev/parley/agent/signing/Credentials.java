package dev.parley.agent.signing;

import dev.parley.kit.secret.Secret;
import org.jspecify.annotations.Nullable;

/**
 * Who signs a request.
 *
 * @param securityToken present for temporary credentials only
 */
public record Credentials(
    String accessKeyId, Secret secretAccessKey, @Nullable Secret securityToken) {
  public Credentials {
    if (accessKeyId.isBlank()) {
      throw new IllegalArgumentException("accessKeyId must not be blank");
    }
  }
}
