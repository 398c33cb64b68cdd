package dev.parley.simulator.signature;

import org.jspecify.annotations.Nullable;

/**
 * Credentials of the simulated account.
 *
 * @param securityToken must come with every request when present (temporary credentials)
 */
public record Credentials(String accessKeyId, String secretKey, @Nullable String securityToken) {

  public Credentials {
    if (accessKeyId.isBlank() || accessKeyId.contains("/")) {
      throw new IllegalArgumentException("accessKeyId must not be blank or contain '/'");
    }
    if (secretKey.isBlank()) {
      throw new IllegalArgumentException("secretKey of " + accessKeyId + " must not be blank");
    }
  }

  @Override
  public String toString() {
    return "Credentials[accessKeyId=" + accessKeyId + ", secretKey=****, securityToken=****]";
  }
}
