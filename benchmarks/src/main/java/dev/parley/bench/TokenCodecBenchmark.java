package dev.parley.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import dev.parley.events.id.AppId;
import dev.parley.events.id.RoomId;
import dev.parley.events.id.UserId;
import dev.parley.token.AppKey;
import dev.parley.token.Grant;
import dev.parley.token.Privilege;
import dev.parley.token.RoomScope;
import dev.parley.token.TokenCodec;
import dev.parley.token.TokenIssuer;
import dev.parley.token.TokenSigner;
import dev.parley.token.TokenVerifier;
import dev.parley.token.Verification;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * An access token made, read and verified; beside it the signature alone, which no codec can do
 * without, and the signature of a session JWT. With the JDK's own cryptography or the native one.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class TokenCodecBenchmark {
  private static final AppId APP = new AppId("123456781234567812345678");
  private static final AppKey KEY = new AppKey("0123456789abcdef0123456789abcdef");

  /** {@code java} or {@code native}. */
  @Param("java")
  public String crypto = "";

  private final SecureRandom random = new SecureRandom();
  private final TokenIssuer issuer = new TokenIssuer(Clock.systemUTC(), random::nextInt);
  private final TokenVerifier verifier = new TokenVerifier(Clock.systemUTC());
  private final Grant grant =
      new Grant(
          new RoomScope.OneRoom(new RoomId("room-0123456789")),
          new UserId("user-0123456789"),
          Set.of(Privilege.PUBLISH, Privilege.SUBSCRIBE),
          Duration.ofHours(24));
  // As long as header and claims of a session JWT.
  private final byte[] claims = "c".repeat(400).getBytes(UTF_8);
  private String token = "";
  private byte[] message = new byte[0];
  private byte[] signature = new byte[0];

  @SuppressWarnings("NullAway.Init")
  private KeyPair keys;

  /** Chooses the cryptography, and makes what is read. */
  @Setup
  public void prepare() throws GeneralSecurityException {
    if (crypto.equals("native")) {
      AmazonCorrettoCryptoProvider.install();
      AmazonCorrettoCryptoProvider.INSTANCE.assertHealthy();
    }
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    keys = generator.generateKeyPair();
    signature = sessionSign();
    token = generate();
    if (!(verify() instanceof Verification.Valid valid) || !sessionVerify()) {
      throw new IllegalStateException("what was signed does not verify");
    }
    message = TokenCodec.message(valid.token());
  }

  /** A fresh token's text, nonce and signature included. */
  @Benchmark
  public String generate() {
    return issuer.issue(APP, KEY, grant).text();
  }

  /** The text read, unverified. */
  @Benchmark
  public Object parse() {
    return TokenCodec.decode(token);
  }

  /** The text read and verified. */
  @Benchmark
  public Verification verify() {
    return verifier.verify(token, KEY);
  }

  /** The signature of its message alone. */
  @Benchmark
  public byte[] hmac() {
    return TokenSigner.sign(KEY, message);
  }

  /** The signature of a session JWT alone: ES256. */
  @Benchmark
  public byte[] sessionSign() throws GeneralSecurityException {
    Signature signer = Signature.getInstance("SHA256withECDSA");
    signer.initSign(keys.getPrivate());
    signer.update(claims);
    return signer.sign();
  }

  /** The verification of a session JWT's signature alone. */
  @Benchmark
  public boolean sessionVerify() throws GeneralSecurityException {
    Signature signer = Signature.getInstance("SHA256withECDSA");
    signer.initVerify(keys.getPublic());
    signer.update(claims);
    return signer.verify(signature);
  }
}
