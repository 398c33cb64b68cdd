package dev.parley.token;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** One right in an access token. The numbers and the widening are the vendor's. */
public enum Privilege {
  /** Publish anything: audio, video and data. */
  PUBLISH(0, "publish"),
  PUBLISH_AUDIO(1, "publishAudio"),
  PUBLISH_VIDEO(2, "publishVideo"),
  PUBLISH_DATA(3, "publishData"),
  SUBSCRIBE(4, "subscribe");

  private final int number;
  private final String wireName;

  Privilege(int number, String wireName) {
    this.number = number;
    this.wireName = wireName;
  }

  /** The number in the token. */
  public int number() {
    return number;
  }

  /** The name in requests and answers. */
  public String wireName() {
    return wireName;
  }

  /** The privilege of a number in a token; empty for one that this version does not know. */
  public static Optional<Privilege> ofNumber(int number) {
    return Arrays.stream(values()).filter(p -> p.number == number).findFirst();
  }

  /**
   * The privilege of a name in a request.
   *
   * @throws IllegalArgumentException names the value and the values there are
   */
  public static Privilege ofWireName(String name) {
    return Arrays.stream(values())
        .filter(p -> p.wireName.equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    String.format(
                        Locale.ROOT,
                        "privilege \"%.32s\" is not one of %s",
                        name,
                        Arrays.stream(values())
                            .map(Privilege::wireName)
                            .collect(Collectors.joining(", ")))));
  }

  /**
   * What a token must carry so that the vendor honours {@code granted}: the whole of publishing
   * carries its three parts, a part never carries the whole.
   */
  public static Set<Privilege> widened(Set<Privilege> granted) {
    if (!granted.contains(PUBLISH)) {
      return granted;
    }
    EnumSet<Privilege> widened = EnumSet.of(PUBLISH, PUBLISH_AUDIO, PUBLISH_VIDEO, PUBLISH_DATA);
    widened.addAll(granted);
    return widened;
  }
}
