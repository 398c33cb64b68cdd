package dev.parley.token.session;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.interfaces.ECPublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jose4j.jwk.EcJwkGenerator;
import org.jose4j.jwk.EllipticCurveJsonWebKey;
import org.jose4j.jwk.JsonWebKey.OutputControlLevel;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.keys.EllipticCurves;
import org.jose4j.lang.JoseException;

/**
 * A key pair that signs session JWTs: ES256. Its key id is the thumbprint of RFC 7638, so the same
 * key has the same id on every replica. Prints without its private half.
 */
public final class SessionKey {
  private static final Pattern BLOCK =
      Pattern.compile(
          "-----BEGIN (PRIVATE|PUBLIC) KEY-----([A-Za-z0-9+/=\\s]+)-----END \\1 KEY-----");

  /** ECDSA whose signature is two numbers side by side, as RFC 7518 wants it. */
  private static final String ES256 = "SHA256withECDSAinP1363Format";

  private final String name;
  private final EllipticCurveJsonWebKey key;
  private final String header;

  // Looking for the provider and preparing the key would be a good part of a signature's cost.
  private final ThreadLocal<Signature> signatures = ThreadLocal.withInitial(this::signature);

  private SessionKey(String name, PublicJsonWebKey key) {
    if (!(key instanceof EllipticCurveJsonWebKey curve)
        || !EllipticCurves.P256.getCurve().equals(curve.getECPublicKey().getParams().getCurve())) {
      throw new IllegalArgumentException("must hold an EC key on P-256");
    }
    if (curve.getPrivateKey() == null) {
      throw new IllegalArgumentException("must hold the private key too");
    }
    checkPair(curve);
    this.name = name;
    this.key = curve;
    curve.setKeyId(curve.calculateBase64urlEncodedThumbprint("SHA-256"));
    curve.setUse("sig");
    curve.setAlgorithm(AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256);
    // A thumbprint is Base64: nothing in it needs escaping.
    this.header =
        base64(
            "{\"alg\":\"ES256\",\"kid\":\"%s\",\"typ\":\"JWT\"}"
                .formatted(keyId())
                .getBytes(UTF_8));
  }

  /**
   * Reads a key file: {@code NAME.json} holds a private JWK, {@code NAME.pem} the blocks PRIVATE
   * KEY (PKCS#8) and PUBLIC KEY.
   *
   * @throws IllegalArgumentException when it holds no such key; never quotes the file
   */
  public static SessionKey read(Path file) throws IOException {
    String fileName = file.getFileName().toString();
    String text = Files.readString(file, UTF_8);
    String name = fileName.replaceFirst("\\.(json|pem)$", "");
    try {
      return new SessionKey(
          name,
          fileName.endsWith(".pem") ? pem(text) : PublicJsonWebKey.Factory.newPublicJwk(text));
    } catch (JoseException | GeneralSecurityException e) {
      throw new IllegalArgumentException("must hold a private JWK, or PKCS#8 and public PEM", e);
    }
  }

  /** Makes a new key and writes it as {@code NAME.json} for its owner's eyes only. */
  public static SessionKey generate(Path directory, String name) throws IOException {
    Files.createDirectories(directory);
    Path file = directory.resolve(name + ".json");
    try {
      EllipticCurveJsonWebKey made = EcJwkGenerator.generateJwk(EllipticCurves.P256);
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(file, made.toJson(OutputControlLevel.INCLUDE_PRIVATE), UTF_8);
      return read(file);
    } catch (JoseException e) {
      throw new IllegalStateException("every Java platform makes EC keys", e);
    }
  }

  private static PublicJsonWebKey pem(String text) throws GeneralSecurityException, JoseException {
    KeyFactory factory = KeyFactory.getInstance("EC");
    PrivateKey privateKey = null;
    PublicKey publicKey = null;
    Matcher blocks = BLOCK.matcher(text);
    while (blocks.find()) {
      byte[] der = Base64.getMimeDecoder().decode(blocks.group(2));
      if (blocks.group(1).equals("PRIVATE")) {
        privateKey = factory.generatePrivate(new PKCS8EncodedKeySpec(der));
      } else {
        publicKey = factory.generatePublic(new X509EncodedKeySpec(der));
      }
    }
    if (privateKey == null || !(publicKey instanceof ECPublicKey ecKey)) {
      throw new IllegalArgumentException(
          "must hold the PEM blocks PRIVATE KEY (PKCS#8) and PUBLIC KEY of one EC key");
    }
    EllipticCurveJsonWebKey key = new EllipticCurveJsonWebKey(ecKey);
    key.setPrivateKey(privateKey);
    return key;
  }

  private static void checkPair(EllipticCurveJsonWebKey key) {
    try {
      byte[] probe = "probe".getBytes(UTF_8);
      Signature signer = Signature.getInstance(ES256);
      signer.initSign(key.getPrivateKey());
      signer.update(probe);
      byte[] signature = signer.sign();
      signer.initVerify(key.getPublicKey());
      signer.update(probe);
      if (!signer.verify(signature)) {
        throw new IllegalArgumentException("its private and public key must belong together");
      }
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("must hold a usable EC key", e);
    }
  }

  /** The file's name without its ending. */
  public String name() {
    return name;
  }

  /** The key id in JWTs and in the JWKS. */
  public String keyId() {
    return key.getKeyId();
  }

  /** A JWS with this payload in compact form, ES256. */
  String sign(byte[] payload) {
    String signed = header + "." + base64(payload);
    Signature signature = signatures.get();
    try {
      signature.update(signed.getBytes(US_ASCII));
      return signed + "." + base64(signature.sign());
    } catch (SignatureException e) {
      signatures.remove();
      throw new IllegalStateException("the session key passed its probe but cannot sign", e);
    }
  }

  private Signature signature() {
    try {
      Signature signature = Signature.getInstance(ES256);
      signature.initSign(key.getPrivateKey());
      return signature;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the session key passed its probe but cannot sign", e);
    }
  }

  private static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  EllipticCurveJsonWebKey jwk() {
    return key;
  }

  @Override
  public String toString() {
    return "SessionKey[" + name + " " + key.getKeyId() + "]";
  }
}
