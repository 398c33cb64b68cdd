package dev.parley.room.http;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.smallrye.jwt.algorithm.SignatureAlgorithm;
import io.smallrye.jwt.build.Jwt;
import io.smallrye.jwt.build.JwtClaimsBuilder;
import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** Stands in for token-service: signs sessions; the gateway knows the public key. */
public final class SessionKeys implements QuarkusTestResourceLifecycleManager {
  private static final KeyPair KEYS = generate();
  private static final KeyPair STRANGER = generate();
  private static final String APP = "123456781234567812345678";

  private static KeyPair generate() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (NoSuchAlgorithmException | InvalidAlgorithmParameterException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public Map<String, String> start() {
    // The system property carries the key to the class loader that the test itself runs in.
    System.setProperty(
        "parley.test.session.key",
        Base64.getEncoder().encodeToString(KEYS.getPrivate().getEncoded()));
    Map<String, String> settings = new HashMap<>();
    settings.put(
        "mp.jwt.verify.publickey",
        "-----BEGIN PUBLIC KEY-----\n"
            + Base64.getMimeEncoder().encodeToString(KEYS.getPublic().getEncoded())
            + "\n-----END PUBLIC KEY-----");
    // Quoted: unquoted, @QuarkusTest does not map the name; the packaged service maps both.
    System.setProperty("parley.room.apps.\"default\".app-id", APP);
    System.setProperty("parley.room.apps.\"default\".webhook-secret", "cb-secret-0123456789");
    System.setProperty("parley.room.apps.\"default\".previous-webhook-secret", "cb-secret-before");
    System.setProperty("parley.room.apps.\"default\".callback-path-key", "callback-path-key");
    System.setProperty("parley.room.apps.\"default\".message-signature", "message-secret");
    System.setProperty("parley.room.apps.\"default\".function-signature", "function-secret");
    // What goes wrong here must not use up what others may keep of their refusals.
    System.setProperty("parley.room.apps.\"flooded\".app-id", "123456781234567812345670");
    settings.put("parley.room.reducer.state-directory", "target/streams/" + UUID.randomUUID());
    settings.put("parley.room.reducer.reconnect-grace", "2s");
    settings.put("parley.room.reducer.idle-after", "2s");
    return settings;
  }

  @Override
  public void stop() {}

  private static PrivateKey signingKey() {
    try {
      return KeyFactory.getInstance("EC")
          .generatePrivate(
              new PKCS8EncodedKeySpec(
                  Base64.getDecoder().decode(System.getProperty("parley.test.session.key"))));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static JwtClaimsBuilder claims(String user, Instant expires) {
    return Jwt.claims()
        .issuer("parley-token-service")
        .audience(Set.of("parley-agent-control", "parley-room-gateway"))
        .subject(user)
        .claim("app", APP)
        .issuedAt(expires.minusSeconds(900))
        .expiresAt(expires);
  }

  private static String sign(JwtClaimsBuilder claims) {
    return claims.jws().algorithm(SignatureAlgorithm.ES256).sign(signingKey());
  }

  /** The session of a participant. */
  public static String participant(String room, String user) {
    return participantUntil(room, user, Instant.now().plusSeconds(600));
  }

  /** The same, with an end. */
  public static String participantUntil(String room, String user, Instant expires) {
    return sign(claims(user, expires).claim("room", room).groups("participant"));
  }

  /** The session of an operator. */
  public static String operator() {
    return sign(claims("operator-1", Instant.now().plusSeconds(600)).groups("operator"));
  }

  /** The session of an analyst. */
  public static String analyst() {
    return sign(claims("analyst-1", Instant.now().plusSeconds(600)).groups("analyst"));
  }

  /** One that was good until a minute ago. */
  public static String expired(String room, String user) {
    return sign(
        claims(user, Instant.now().minusSeconds(60)).claim("room", room).groups("participant"));
  }

  /** One for another service. */
  public static String otherAudience(String room, String user) {
    return sign(
        claims(user, Instant.now().plusSeconds(600))
            .audience(Set.of("parley-agent-control"))
            .claim("room", room)
            .groups("participant"));
  }

  /** One that somebody else signed. */
  public static String forged(String room, String user) {
    return claims(user, Instant.now().plusSeconds(600))
        .claim("room", room)
        .groups("participant")
        .jws()
        .algorithm(SignatureAlgorithm.ES256)
        .sign(STRANGER.getPrivate());
  }
}
