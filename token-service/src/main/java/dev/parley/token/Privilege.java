package dev.parley.token;

import dev.parley.events.RefusedValueException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** One right in an access token. The numbers and the widening are the vendor's. */
public enum Privilege {
  /** Publish anything: audio, video and data. */
  PUBLISH(0, "publish"),
  PUBLISH_AUDIO(1, "publishAudio"),
  PUBLISH_VIDEO(2, "publishVideo"),
  PUBLISH_DATA(3, "publishData"),
  SUBSCRIBE(4, "subscribe");

  // values() copies, and every token asks.
  private static final List<Privilege> ALL = List.of(values());

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
    for (Privilege privilege : ALL) {
      if (privilege.number == number) {
        return Optional.of(privilege);
      }
    }
    return Optional.empty();
  }

  /**
   * The privilege of a name in a request.
   *
   * @throws RefusedValueException names the values there are
   */
  public static Privilege ofWireName(String name) {
    for (Privilege privilege : ALL) {
      if (privilege.wireName.equals(name)) {
        return privilege;
      }
    }
    throw new RefusedValueException(
        "privilege must be one of " + String.join(", ", wireNames(ALL)));
  }

  /** The names of privileges, in their order. */
  public static List<String> wireNames(Collection<Privilege> privileges) {
    List<String> names = new ArrayList<>(privileges.size());
    for (Privilege privilege : privileges) {
      names.add(privilege.wireName);
    }
    return names;
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
