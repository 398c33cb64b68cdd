package dev.parley.kit.problem;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Why a request failed, as RFC 9457 problem details.
 *
 * @param status HTTP status, 400 to 599
 * @param code stable, for programs: lower case words with underscores
 * @param detail one sentence for people, which says how to mend the call; never exception text
 * @param extensions further members, for example the cloud's code and RequestId
 * @param retryAfterSeconds when a retry makes sense
 */
public record Problem(
    int status,
    String code,
    String detail,
    Map<String, Object> extensions,
    OptionalInt retryAfterSeconds) {

  public static final String MEDIA_TYPE = "application/problem+json";

  public Problem {
    if (status < 400 || status > 599) {
      throw new IllegalArgumentException("status must be 400 to 599, is " + status);
    }
    extensions = Map.copyOf(extensions);
  }

  /** A problem without extensions. */
  public static Problem of(int status, String code, String detail) {
    return new Problem(status, code, detail, Map.of(), OptionalInt.empty());
  }

  /** The same with one more member. */
  public Problem with(String name, Object value) {
    Map<String, Object> more = new LinkedHashMap<>(extensions);
    more.put(name, value);
    return new Problem(status, code, detail, more, retryAfterSeconds);
  }

  /** The same with a Retry-After header. */
  public Problem retryAfter(int seconds) {
    return new Problem(status, code, detail, extensions, OptionalInt.of(seconds));
  }

  /** A short human title: the code in words. */
  public String title() {
    String words = code.replace('_', ' ');
    return Character.toUpperCase(words.charAt(0)) + words.substring(1);
  }

  /** The JSON members, in the order of RFC 9457. */
  public Map<String, Object> members(Optional<String> instance) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("type", "urn:parley:problem:" + code);
    members.put("title", title());
    members.put("status", status);
    members.put("code", code);
    members.put("detail", detail);
    instance.ifPresent(path -> members.put("instance", path));
    members.putAll(extensions);
    return members;
  }
}
