package dev.parley.agent.cloud;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * What a person can do about a failure, in English and Chinese. Looked up by the cloud's code
 * first, then by its family (the part before the dot, or the first four digits), then by Parley's
 * code.
 */
public final class Hints {
  private static final String FALLBACK = "unknown";
  private static final Properties ENGLISH = load("hints.properties");
  private static final Properties CHINESE = load("hints_zh.properties");

  private Hints() {}

  /** The hint in the language asked for; English for every language but Chinese. */
  public static String of(String code, @Nullable String cloudCode, Locale language) {
    Properties hints =
        Locale.CHINESE.getLanguage().equals(language.getLanguage()) ? CHINESE : ENGLISH;
    if (cloudCode != null) {
      for (String key : new String[] {cloudCode, family(cloudCode)}) {
        String hint = hints.getProperty(key);
        if (hint != null) {
          return hint;
        }
      }
    }
    String hint = hints.getProperty(code);
    return hint != null ? hint : hints.getProperty(FALLBACK);
  }

  private static String family(String cloudCode) {
    if (!cloudCode.isEmpty() && cloudCode.chars().allMatch(Character::isDigit)) {
      return cloudCode.substring(0, Math.min(4, cloudCode.length())) + "*";
    }
    int dot = cloudCode.indexOf('.');
    return dot < 0 ? cloudCode : cloudCode.substring(0, dot);
  }

  private static Properties load(String name) {
    try (InputStream file = Hints.class.getResourceAsStream(name)) {
      if (file == null) {
        throw new IllegalStateException(name + " is missing beside " + Hints.class.getName());
      }
      Properties hints = new Properties();
      hints.load(new InputStreamReader(file, StandardCharsets.UTF_8));
      return hints;
    } catch (IOException e) {
      throw new UncheckedIOException(name + " cannot be read", e);
    }
  }
}
