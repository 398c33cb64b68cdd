package dev.parley.agent.scene;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Credentials in the URLs of a text: the user information, and parameters named like secrets. Host
 * and path stay readable. Nothing is parsed, so that an address that nobody could call hides its
 * credentials as well: where it is not clear what belongs to them, more is masked.
 */
final class UrlSecrets {
  private static final String MASK = SecretFields.MASK;

  private static final Pattern OPENING = Pattern.compile("//");
  private static final Pattern WHOLE = Pattern.compile("(?s)\\s*[A-Za-z][A-Za-z0-9+.-]*://.*");
  private static final Pattern AUTHORITY = Pattern.compile("[^/?#\\\\\\s\"'<>]*");

  // In a text that is nothing but an address, a space is a part of it that nobody has escaped.
  private static final Pattern AUTHORITY_OF_WHOLE = Pattern.compile("[^/?#\\\\]*");

  // A value may be an address with values of its own, and so on; what lies deeper is not read.
  private static final int DEPTH = 3;
  private static final Pattern PERHAPS_CREDENTIALS = Pattern.compile("[@=%]");

  // A host, or an IPv6 address with its zone in brackets (RFC 3986, RFC 6874), and a port. Any
  // brackets would do for a host that are in truth parts of a user's name and password.
  private static final Pattern HOST =
      Pattern.compile("(?:\\[[0-9A-Fa-f:.]+(?:%25[A-Za-z0-9._~%-]+)?]|[^:@\\[\\]]*)(?::\\d*)?");

  private static final Pattern PARAMETER =
      Pattern.compile("(?<start>[?&;#](?<name>[^?&;#=\\s\"'<>]+)=)(?<value>[^&#\\s\"'<>]*)");
  private static final Pattern PARAMETER_OF_WHOLE =
      Pattern.compile("(?s)(?<start>[?&;#](?<name>[^?&;#=]+)=)(?<value>[^&#]*)");

  private UrlSecrets() {}

  /**
   * The text with its credentials masked; the same text where it has none.
   *
   * @param secretName says of a parameter's name whether its value is a secret
   */
  static String masked(String text, Predicate<String> secretName) {
    // What stood before a mask, and what stands behind it, may look like one address once it is
    // there. Each pass leaves fewer characters that are no mask, so there is a last one.
    String before = text;
    String masked = masked(before, secretName, DEPTH);
    while (!masked.equals(before)) {
      before = masked;
      masked = masked(before, secretName, DEPTH);
    }
    return masked;
  }

  private static String masked(String text, Predicate<String> secretName, int depth) {
    String masked = withoutUsers(text, AUTHORITY);
    if (!WHOLE.matcher(text).matches()) {
      return withoutParameters(masked, PARAMETER, secretName, depth);
    }
    masked = withoutUsers(masked, AUTHORITY_OF_WHOLE);
    masked = withoutParameters(masked, PARAMETER, secretName, depth);
    return withoutParameters(masked, PARAMETER_OF_WHOLE, secretName, depth);
  }

  private static String withoutUsers(String text, Pattern authorities) {
    StringBuilder masked = new StringBuilder();
    int done = 0;
    int afterLastAt = text.lastIndexOf('@') + 1;
    Matcher opening = OPENING.matcher(text);
    while (opening.find(done)) {
      int begin = opening.end();
      Matcher authority = authorities.matcher(text).region(begin, text.length());
      int end = authority.lookingAt() ? authority.end() : begin;
      int host = begin + text.substring(begin, end).lastIndexOf('@') + 1;
      boolean noHost = host > begin && host == end;
      if (noHost || !HOST.matcher(text.substring(host, end)).matches()) {
        // A password with a character in it that should have been escaped.
        host = Math.max(host, afterLastAt);
      }
      masked.append(text, done, begin);
      if (host > begin) {
        masked.append(MASK).append('@');
      }
      done = Math.max(host, end);
      masked.append(text, host, done);
    }
    return masked.append(text, done, text.length()).toString();
  }

  private static String withoutParameters(
      String text, Pattern parameter, Predicate<String> secretName, int depth) {
    return parameter
        .matcher(text)
        .replaceAll(
            found -> {
              boolean secret = secret(found.group("name"), found.group("value"), secretName, depth);
              return Matcher.quoteReplacement(secret ? found.group("start") + MASK : found.group());
            });
  }

  private static boolean secret(
      String name, String value, Predicate<String> secretName, int depth) {
    try {
      return secretName.test(decoded(name)) || holdsSecret(decoded(value), secretName, depth);
    } catch (IllegalArgumentException e) {
      // A name or value that says nothing may say anything.
      return true;
    }
  }

  private static boolean holdsSecret(String value, Predicate<String> secretName, int depth) {
    return depth == 0
        ? PERHAPS_CREDENTIALS.matcher(value).find()
        : !masked(value, secretName, depth - 1).equals(value);
  }

  private static String decoded(String part) {
    return URLDecoder.decode(part, StandardCharsets.UTF_8);
  }
}
