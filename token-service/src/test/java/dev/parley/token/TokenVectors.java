package dev.parley.token;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.parley.events.id.AppId;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The vectors of {@code vectors/token-vectors.json}, made by the vendor's own generators. */
@JsonIgnoreProperties(ignoreUnknown = true)
record TokenVectors(List<Vector> vectors, List<VerifyVector> verifyVectors) {

  static TokenVectors load() {
    try (InputStream in = TokenVectors.class.getResourceAsStream("/vectors/token-vectors.json")) {
      return new ObjectMapper().readValue(Objects.requireNonNull(in), TokenVectors.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @JsonIgnoreProperties(ignoreUnknown = true)
  record Vector(String id, String idClass, Input input, Expected expected) {
    AccessToken token() {
      SortedMap<Integer, Expiry> privileges = new TreeMap<>();
      expected.privileges.forEach((number, at) -> privileges.put(number, new Expiry(at)));
      return new AccessToken(
          new AppId(input.appId),
          input.nonce,
          Instant.ofEpochSecond(input.issuedAt),
          new Expiry(input.expireAt),
          input.roomId,
          input.userId,
          privileges);
    }

    @Override
    public String toString() {
      return id;
    }
  }

  @JsonIgnoreProperties(ignoreUnknown = true)
  record Input(
      String appId,
      String appKey,
      String roomId,
      String userId,
      long nonce,
      long issuedAt,
      long expireAt,
      List<PrivilegeCall> addPrivilegeCalls,
      @Nullable Map<Integer, Long> rawPrivileges) {}

  record PrivilegeCall(int privilege, long expireAt) {}

  @JsonIgnoreProperties(ignoreUnknown = true)
  record Expected(
      Map<Integer, Long> privileges, String messageHex, String signatureHex, String token) {}

  @JsonIgnoreProperties(ignoreUnknown = true)
  record VerifyVector(String id, String token, String appKey, long now, Verdict expected) {
    @Override
    public String toString() {
      return id;
    }
  }

  record Verdict(boolean parses, boolean valid) {}
}
