package dev.parley.token.policy;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.events.id.RoomId;
import dev.parley.token.AppKey;
import dev.parley.token.TokenSigner;
import dev.parley.token.app.App;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.function.Supplier;

/**
 * Rooms for callers who name none. The id holds 128 random bits, which nobody guesses, and a mark
 * that only the application's key makes for this caller: so its owner is let in again to renew the
 * token, with no memory of who got which room.
 */
public final class FreshRooms {
  /** Random bytes in an id; also the length of its mark. */
  public static final int RANDOM_LENGTH = 16;

  private static final String PREFIX = "r-";
  private static final int PART = 22;
  private static final int LENGTH = PREFIX.length() + 2 * PART;

  private final Supplier<byte[]> random;

  /** Draws {@link #RANDOM_LENGTH} unforeseeable bytes for each room. */
  public FreshRooms(Supplier<byte[]> random) {
    this.random = random;
  }

  /** A new room of this owner. */
  public RoomId mint(App app, Owner owner) {
    String seed = encode(random.get());
    return new RoomId(PREFIX + seed + mark(app.keys().current(), owner, seed));
  }

  /** Whether the room was minted for this owner. */
  public static boolean belongs(App app, Owner owner, RoomId room) {
    String id = room.value();
    if (id.length() != LENGTH || !id.startsWith(PREFIX)) {
      return false;
    }
    String seed = id.substring(PREFIX.length(), PREFIX.length() + PART);
    byte[] shown = id.substring(PREFIX.length() + PART).getBytes(UTF_8);
    AppKey previous = app.keys().previous();
    return MessageDigest.isEqual(mark(app.keys().current(), owner, seed).getBytes(UTF_8), shown)
        || (previous != null
            && MessageDigest.isEqual(mark(previous, owner, seed).getBytes(UTF_8), shown));
  }

  private static String mark(AppKey key, Owner owner, String seed) {
    // A key of its own: nothing signed here can pass for the signature of an access token.
    AppKey purpose = key.derive("parley fresh room");
    String about = owner.issuer().length() + ":" + owner.issuer() + owner.subject() + seed;
    return encode(Arrays.copyOf(TokenSigner.sign(purpose, about.getBytes(UTF_8)), RANDOM_LENGTH));
  }

  private static String encode(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** Whose room it is: a subject is unique only with its issuer. */
  public record Owner(String issuer, String subject) {}
}
