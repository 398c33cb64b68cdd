package dev.parley.agent.cloud;

import dev.parley.events.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a person can do about a failure, in English and Chinese. Looked up by the cloud's code
 * first, then by its family (the part before the dot, or the first four digits), then by Parley's
 * code. Where the cloud's sentence speaks of a quota or of something not granted, that says more
 * than a number of an error.
 */
public final class Hints {
  private static final String FALLBACK = "unknown";
  private static final Properties ENGLISH = load("hints.properties");
  private static final Properties CHINESE = load("hints_zh.properties");

  /** What a sentence of the cloud is about. */
  private enum About {
    QUOTA_EXCEEDED(
        "quota_exceeded",
        "quota exceeded|exceed\\w* .*quota|quota .*(?:exhausted|insufficient|used up)|配额|额度"),
    NOT_GRANTED("not_granted", "not granted|not (?:been )?(?:enabled|activated)|未开通|未授权");

    private final String key;
    private final Pattern sentence;

    About(String key, String sentence) {
      this.key = key;
      this.sentence = Pattern.compile(sentence, Pattern.CASE_INSENSITIVE);
    }

    static Optional<About> of(String sentence) {
      return Arrays.stream(values())
          .filter(each -> each.sentence.matcher(sentence).find())
          .findFirst();
    }
  }

  private Hints() {}

  /** The hint in the language asked for; English for every language but Chinese. */
  public static String of(String code, @Nullable String cloudCode, Locale language) {
    return of(code, cloudCode, null, language);
  }

  /**
   * The hint in the language asked for.
   *
   * @param sentence what the cloud says about its code; no part of it is in the hint
   */
  public static String of(
      String code, @Nullable String cloudCode, @Nullable String sentence, Locale language) {
    Properties hints = in(language);
    return keys(code, cloudCode, sentence)
        .map(hints::getProperty)
        .filter(Objects::nonNull)
        .findFirst()
        .orElseThrow();
  }

  /**
   * The hint of a failure that was written down in English, in the language asked for: the cloud's
   * sentence is known to the worker alone, and what it was about shows in the hint.
   */
  public static String of(Failure failure, Locale language) {
    return ENGLISH.stringPropertyNames().stream()
        .filter(Hints::bySentence)
        .filter(key -> failure.hint().equals(ENGLISH.getProperty(key)))
        .findFirst()
        .map(key -> in(language).getProperty(key))
        .orElseGet(() -> of(failure.code(), failure.cloudCode(), language));
  }

  private static boolean bySentence(String key) {
    return Arrays.stream(About.values()).anyMatch(about -> key.endsWith(about.key));
  }

  private static Properties in(Locale language) {
    return Locale.CHINESE.getLanguage().equals(language.getLanguage()) ? CHINESE : ENGLISH;
  }

  // The most telling first.
  private static Stream<String> keys(
      String code, @Nullable String cloudCode, @Nullable String sentence) {
    List<String> keys = new ArrayList<>();
    if (cloudCode != null && !isNumber(cloudCode)) {
      keys.add(cloudCode);
    }
    About.of(sentence == null ? "" : sentence)
        .ifPresent(
            about -> {
              if (cloudCode != null) {
                keys.add(family(cloudCode) + "." + about.key);
              }
              keys.add(about.key);
            });
    if (cloudCode != null) {
      keys.add(cloudCode);
      keys.add(family(cloudCode));
    }
    keys.add(code);
    keys.add(FALLBACK);
    return keys.stream();
  }

  private static boolean isNumber(String cloudCode) {
    return !cloudCode.isEmpty() && cloudCode.chars().allMatch(Character::isDigit);
  }

  private static String family(String cloudCode) {
    if (isNumber(cloudCode)) {
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
