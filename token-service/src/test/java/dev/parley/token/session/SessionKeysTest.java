package dev.parley.token.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.events.id.AppId;
import dev.parley.events.id.RoomId;
import dev.parley.kit.session.Role;
import dev.parley.testkit.MutableClock;
import dev.parley.token.support.TestIssuer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jose4j.jwa.AlgorithmConstraints.ConstraintType;
import org.jose4j.jwk.JsonWebKey.OutputControlLevel;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.keys.resolvers.JwksVerificationKeyResolver;
import org.jose4j.lang.JoseException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SessionKeysTest {
  private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
  private static final AppId APP = new AppId("123456781234567812345678");
  private static final Duration OVERLAP = Duration.ofMinutes(15);

  @TempDir Path directory;

  private final MutableClock clock = new MutableClock(NOW);

  private SessionKey key(String name) throws IOException {
    Path file = directory.resolve(name + ".json");
    Files.writeString(
        file, TestIssuer.newKey("ignored").toJson(OutputControlLevel.INCLUDE_PRIVATE));
    return SessionKey.read(file);
  }

  private SessionKeys keys(SessionKey... keys) {
    return new SessionKeys(List.of(keys), OVERLAP, Optional.empty(), clock);
  }

  @Test
  void aNewKeyIsPublishedAtOnceAndSignsAfterTheOverlap() throws Exception {
    // Given
    SessionKey old = key("2025-12");
    SessionKeys keys = keys(old);
    clock.advance(Duration.ofDays(30));
    SessionKey fresh = key("2026-01");

    // When
    keys.replace(List.of(fresh, old));

    // Then
    assertThat(keyIds(keys)).containsExactlyInAnyOrder(old.keyId(), fresh.keyId());
    assertThat(keys.signing().name()).isEqualTo("2025-12");
    clock.advance(OVERLAP.minusSeconds(1));
    assertThat(keys.signing().name()).isEqualTo("2025-12");
    clock.advance(Duration.ofSeconds(1));
    assertThat(keys.signing().name()).isEqualTo("2026-01");
  }

  @Test
  void filesThatAreMountedAnewAreTheSameKeys() throws Exception {
    // Given: both have been there for long
    SessionKeys keys = keys(key("2025-12"), key("2026-01"));
    clock.advance(Duration.ofDays(30));
    Path former = directory.resolve("2025-12.json");
    Path latter = directory.resolve("2026-01.json");

    // When: their files are written again, as a mounted secret's are, the former last
    Files.setLastModifiedTime(latter, FileTime.from(clock.instant().minus(OVERLAP)));
    Files.setLastModifiedTime(former, FileTime.from(clock.instant()));
    keys.replace(List.of(SessionKey.read(former), SessionKey.read(latter)));

    // Then
    assertThat(keys.signing().name()).isEqualTo("2026-01");
  }

  @Test
  void anOldFileThatIsNewHereDoesNotSignAtOnce() throws Exception {
    // Given: made long ago, and published only now
    SessionKeys keys = keys(key("2025-12"));
    clock.advance(Duration.ofDays(30));
    key("2026-01");
    Path made = directory.resolve("2026-01.json");
    Files.setLastModifiedTime(made, FileTime.from(NOW.minus(Duration.ofDays(365))));

    // When
    keys.replace(
        List.of(SessionKey.read(directory.resolve("2025-12.json")), SessionKey.read(made)));

    // Then
    assertThat(keys.signing().name()).isEqualTo("2025-12");
  }

  @Test
  void aProcessThatHasJustBegunSignsWithTheKeyBeforeTheLast() throws Exception {
    // When: "c" may have been published a minute ago, "a" may be on its way out
    SessionKeys keys = keys(key("a"), key("b"), key("c"));

    // Then
    assertThat(keys.signing().name()).isEqualTo("b");
    clock.advance(OVERLAP);
    assertThat(keys.signing().name()).isEqualTo("c");
  }

  @Test
  void aKeyThatComesSoonAfterTheBeginningChangesNothingAtFirst() throws Exception {
    // Given
    SessionKey a = key("a");
    SessionKey b = key("b");
    SessionKeys keys = keys(a, b);
    clock.advance(Duration.ofMinutes(1));

    // When
    keys.replace(List.of(a, b, key("c")));

    // Then
    assertThat(keys.signing().name()).isEqualTo("a");
    clock.advance(OVERLAP.minusMinutes(1));
    assertThat(keys.signing().name()).isEqualTo("b");
    clock.advance(Duration.ofMinutes(1));
    assertThat(keys.signing().name()).isEqualTo("c");
  }

  @Test
  void aKeyThatWasAwayIsANewOne() throws Exception {
    // Given
    SessionKey a = key("a");
    SessionKey b = key("b");
    SessionKeys keys = keys(a, b);
    clock.advance(OVERLAP);
    keys.replace(List.of(a));
    clock.advance(OVERLAP);

    // When
    keys.replace(List.of(a, b));

    // Then
    assertThat(keys.signing().name()).isEqualTo("a");
  }

  @Test
  void theOnlyKeySignsHoweverNewItIs() throws Exception {
    assertThat(keys(key("only")).signing().name()).isEqualTo("only");
  }

  @Test
  void aPinnedKeySigns() throws Exception {
    // Given
    List<SessionKey> both = List.of(key("a"), key("b"));

    // Then
    assertThat(new SessionKeys(both, OVERLAP, Optional.of("a"), clock).signing().name())
        .isEqualTo("a");
    assertThatThrownBy(() -> new SessionKeys(both, OVERLAP, Optional.of("c"), clock))
        .hasMessage("no session key is named c");
  }

  @Test
  void keysThatCannotServeReplaceNothing() throws Exception {
    // Given
    SessionKeys keys = keys(key("good"));

    // Then
    assertThatThrownBy(() -> keys.replace(List.of())).hasMessageStartingWith("there must be");
    assertThat(keys.signing().name()).isEqualTo("good");
  }

  @Test
  void publishesNoPrivateKey() throws Exception {
    assertThat(keys(key("a")).jwks())
        .contains("\"kty\":\"EC\"", "\"use\":\"sig\"", "\"alg\":\"ES256\"")
        .doesNotContain("\"d\":");
  }

  @Test
  void theSameKeyHasTheSameIdOnEveryReplica() throws Exception {
    // Given: the key and the thumbprint that RFC 7638 defines for it, computed with sha256sum
    Path file = directory.resolve("rfc.json");
    Files.writeString(
        file,
        "{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"another\","
            + "\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\","
            + "\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\","
            + "\"d\":\"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI\"}");

    // Then
    assertThat(SessionKey.read(file).keyId())
        .isEqualTo("oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U");
  }

  @Test
  void readsPem() throws Exception {
    // Given
    PublicJsonWebKey made = TestIssuer.newKey("any");
    Path file = directory.resolve("a.pem");
    Files.writeString(
        file,
        pem("PRIVATE", made.getPrivateKey().getEncoded())
            + pem("PUBLIC", made.getPublicKey().getEncoded()));

    // When
    SessionKey key = SessionKey.read(file);

    // Then
    assertThat(key.name()).isEqualTo("a");
    assertThat(key.keyId()).isEqualTo(made.calculateBase64urlEncodedThumbprint("SHA-256"));
  }

  @Test
  void refusesFilesThatHoldNoUsableKey() throws Exception {
    assertRefused("no.json", "not json", "must hold a private JWK, or PKCS#8 and public PEM");
    assertRefused(
        "public.json",
        TestIssuer.newKey("k").toJson(OutputControlLevel.PUBLIC_ONLY),
        "must hold the private key too");
    assertRefused(
        "rsa.json",
        TestIssuer.newRsaKey("k").toJson(OutputControlLevel.INCLUDE_PRIVATE),
        "must hold an EC key on P-256");
    assertRefused(
        "half.pem",
        pem("PRIVATE", TestIssuer.newKey("k").getPrivateKey().getEncoded()),
        "must hold the PEM blocks PRIVATE KEY (PKCS#8) and PUBLIC KEY of one EC key");
    assertRefused(
        "mixed.pem",
        pem("PRIVATE", TestIssuer.newKey("k").getPrivateKey().getEncoded())
            + pem("PUBLIC", TestIssuer.newKey("k").getPublicKey().getEncoded()),
        "its private and public key must belong together");
  }

  private void assertRefused(String name, String text, String message) throws IOException {
    Path file = directory.resolve(name);
    Files.writeString(file, text);
    assertThatThrownBy(() -> SessionKey.read(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void aGeneratedKeyIsKeptForItsOwnerOnly() throws Exception {
    // When
    SessionKey made = SessionKey.generate(directory.resolve("new"), "session-1");

    // Then
    Path file = directory.resolve("new/session-1.json");
    assertThat(SessionKey.read(file).keyId()).isEqualTo(made.keyId());
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(made.toString()).doesNotContain("\"d\"");
  }

  @Test
  void aParticipantsSessionSaysAppRoomUserAndRole() throws Exception {
    // Given
    SessionKeys keys = keys(key("a"));

    // When
    SignedSession session =
        signer(keys).participant(APP, new RoomId("demo-1"), "alice", Instant.MAX);

    // Then
    JwtClaims claims = verified(session.token(), keys.jwks(), "parley-room-gateway");
    assertThat(claims.getClaimsMap())
        .containsEntry("iss", "parley-token-service")
        .containsEntry("sub", "alice")
        .containsEntry("aud", List.of("parley-agent-control", "parley-room-gateway"))
        .containsEntry("app", "123456781234567812345678")
        .containsEntry("room", "demo-1")
        .containsEntry("groups", List.of("participant"))
        .containsEntry("jti", "jti-1")
        .containsEntry("iat", 1_767_268_800L)
        .containsEntry("exp", 1_767_269_700L)
        .hasSize(9);
    assertThat(session.expiresAt()).isEqualTo(NOW.plusSeconds(900));
    assertThat(session.renewAfter()).isEqualTo(NOW.plusSeconds(720));
    assertThat(session.toString()).doesNotContain(session.token());
  }

  @Test
  void aSessionDoesNotOutliveItsAccessToken() throws Exception {
    SignedSession session =
        signer(keys(key("a")))
            .participant(APP, new RoomId("demo-1"), "alice", NOW.plusSeconds(120));

    assertThat(session.expiresAt()).isEqualTo(NOW.plusSeconds(120));
    assertThat(session.renewAfter()).isEqualTo(NOW.plusSeconds(96));
  }

  @Test
  void staffSessionsNameNoRoom() throws Exception {
    // Given
    SessionKeys keys = keys(key("a"));

    // When
    SignedSession session = signer(keys).staff(APP, "olga", Role.ANALYST);

    // Then
    assertThat(verified(session.token(), keys.jwks(), "parley-agent-control").getClaimsMap())
        .containsEntry("groups", List.of("analyst"))
        .doesNotContainKey("room");
    assertThatThrownBy(() -> signer(keys).staff(APP, "olga", Role.PARTICIPANT))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void whatTheFormerKeySignedVerifiesWhileItIsPublished() throws Exception {
    // Given
    SessionKey old = key("a");
    SessionKeys keys = keys(old);
    String before = signer(keys).staff(APP, "olga", Role.OPERATOR).token();

    // When: the other key was there for the overlap
    keys.replace(List.of(old, key("b")));
    clock.advance(OVERLAP);
    String after = signer(keys).staff(APP, "olga", Role.OPERATOR).token();

    // Then
    assertThat(keys.signing().name()).isEqualTo("b");
    assertThat(verified(before, keys.jwks(), "parley-agent-control").getSubject())
        .isEqualTo("olga");
    assertThat(verified(after, keys.jwks(), "parley-agent-control").getSubject()).isEqualTo("olga");
  }

  private SessionSigner signer(SessionKeys keys) {
    return new SessionSigner(
        keys,
        new SessionSigner.Terms(
            "parley-token-service",
            List.of("parley-agent-control", "parley-room-gateway"),
            Duration.ofMinutes(15)),
        clock,
        () -> "jti-1");
  }

  private static JwtClaims verified(String token, String jwks, String audience)
      throws JoseException, InvalidJwtException {
    return new JwtConsumerBuilder()
        .setJwsAlgorithmConstraints(ConstraintType.PERMIT, "ES256")
        .setVerificationKeyResolver(
            new JwksVerificationKeyResolver(new JsonWebKeySet(jwks).getJsonWebKeys()))
        .setExpectedAudience(audience)
        .setEvaluationTime(NumericDate.fromMilliseconds(NOW.toEpochMilli()))
        .build()
        .processToClaims(token);
  }

  private static Set<String> keyIds(SessionKeys keys) throws JoseException {
    return Set.copyOf(
        new JsonWebKeySet(keys.jwks())
            .getJsonWebKeys().stream().map(one -> one.getKeyId()).toList());
  }

  private static String pem(String kind, byte[] der) {
    return "-----BEGIN "
        + kind
        + " KEY-----\n"
        + Base64.getMimeEncoder(64, "\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII))
            .encodeToString(der)
        + "\n-----END "
        + kind
        + " KEY-----\n";
  }
}
