package dev.parley.token.config;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import com.amazon.corretto.crypto.provider.RuntimeCryptoException;
import dev.parley.token.config.TokenServiceConfig.CryptoKind;
import java.security.Provider;
import java.security.Security;
import java.util.Optional;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Which cryptography signs and hashes. Chosen before the first key is read, because keys belong to
 * what read them.
 *
 * @param name for people
 */
record Crypto(String name) {
  private static final Logger LOG = Logger.getLogger(Crypto.class);
  private static final Crypto JDK = new Crypto("JDK");

  /** Puts what the settings say into force; the JDK's own where the native one cannot be had. */
  static Crypto choose(CryptoKind kind) {
    return choose(kind, Crypto::corretto);
  }

  static Crypto choose(CryptoKind kind, Supplier<Provider> nativeOne) {
    return switch (kind) {
      case JAVA -> JDK;
      case NATIVE -> {
        try {
          Provider provider = nativeOne.get();
          Security.insertProviderAt(provider, 1);
          yield new Crypto(provider.getName() + " " + provider.getVersionStr());
        } catch (RuntimeCryptoException | LinkageError e) {
          // The same signatures, only slower: no reason to refuse the start.
          LOG.warnf("native cryptography is not available here, the JDK's own is used: %s", e);
          yield JDK;
        }
      }
    };
  }

  private static Provider corretto() {
    AmazonCorrettoCryptoProvider provider = AmazonCorrettoCryptoProvider.INSTANCE;
    Optional<Throwable> failure = Optional.ofNullable(provider.getLoadingError());
    if (failure.isPresent()) {
      throw new RuntimeCryptoException(failure.get());
    }
    provider.assertHealthy();
    return provider;
  }
}
