package dev.parley.token.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.token.AppKey;
import dev.parley.token.TokenSigner;
import dev.parley.token.config.TokenServiceConfig.CryptoKind;
import java.security.Provider;
import java.security.Security;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CryptoTest {
  private static final String NATIVE = "AmazonCorrettoCryptoProvider";

  private static List<String> providers() {
    return Arrays.stream(Security.getProviders()).map(Provider::getName).toList();
  }

  /** RFC 4231, test case 2. */
  private static void assertSignsRight() {
    assertThat(
            HexFormat.of()
                .formatHex(
                    TokenSigner.sign(
                        new AppKey("Jefe"), "what do ya want for nothing?".getBytes(UTF_8))))
        .isEqualTo("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  }

  @AfterEach
  void forget() {
    Security.removeProvider(NATIVE);
    Security.removeProvider("stand-in");
  }

  @Test
  void theJdksOwnNeedsNothing() {
    // When
    Crypto crypto = Crypto.choose(CryptoKind.JAVA);

    // Then
    assertThat(crypto.name()).isEqualTo("JDK");
    assertThat(providers()).doesNotContain(NATIVE);
    assertSignsRight();
  }

  @Test
  void theNativeOneComesBeforeTheJdks() {
    // When
    Crypto crypto =
        Crypto.choose(CryptoKind.NATIVE, () -> new Provider("stand-in", "1.0", "does nothing") {});

    // Then
    assertThat(crypto.name()).isEqualTo("stand-in 1.0");
    assertThat(providers()).startsWith("stand-in");
  }

  @Test
  void aLibraryThatDoesNotLoadIsDoneWithout() {
    // When
    Crypto crypto =
        Crypto.choose(
            CryptoKind.NATIVE,
            () -> {
              throw new UnsatisfiedLinkError("another processor");
            });

    // Then
    assertThat(crypto.name()).isEqualTo("JDK");
    assertThat(providers()).doesNotContain(NATIVE);
    assertSignsRight();
  }

  /** Here it loads or it does not: signatures are right both ways, and the name says which. */
  @Test
  void whateverIsThereSignsRight() {
    // When
    Crypto crypto = Crypto.choose(CryptoKind.NATIVE);

    // Then
    assertThat(crypto.name().startsWith(NATIVE)).isEqualTo(providers().contains(NATIVE));
    assertSignsRight();
  }
}
