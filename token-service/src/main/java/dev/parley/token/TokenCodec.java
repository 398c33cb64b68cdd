package dev.parley.token;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.events.id.AppId;
import dev.parley.token.DecodedToken.Fault;
import dev.parley.token.DecodedToken.Malformed;
import dev.parley.token.DecodedToken.Unverified;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.time.Instant;
import java.util.Base64;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of an access token of version 001: {@code 001}, the AppID's 24 characters, and in
 * standard Base64 the message and its signature, each behind its length. Integers are little-endian
 * and unsigned. Source of the format: the vendor's own token generators.
 */
public final class TokenCodec {
  /** What every token begins with. */
  public static final String VERSION = "001";

  /** Longest text that is looked at: the longest message and as much again behind the signature. */
  public static final int MAX_TEXT_LENGTH = 176_000;

  private static final int HEADER_LENGTH = VERSION.length() + AppId.LENGTH;

  private TokenCodec() {}

  /** The bytes that get signed. */
  public static byte[] message(AccessToken token) {
    byte[] bytes = new byte[token.messageSize()];
    ByteBuffer out = littleEndian(bytes);
    out.putInt((int) token.nonce());
    out.putInt((int) token.issuedAt().getEpochSecond());
    out.putInt((int) token.expiry().epochSeconds());
    putBytes(out, token.roomId().getBytes(UTF_8));
    putBytes(out, token.userId().getBytes(UTF_8));
    out.putShort((short) token.privileges().size());
    token
        .privileges()
        .forEach(
            (number, expiry) ->
                out.putShort(number.shortValue()).putInt((int) expiry.epochSeconds()));
    return bytes;
  }

  /** The text of a token. */
  public static String text(AppId appId, byte[] message, byte[] signature) {
    byte[] bytes = new byte[2 * Short.BYTES + message.length + signature.length];
    ByteBuffer out = littleEndian(bytes);
    putBytes(out, message);
    putBytes(out, signature);
    return VERSION + appId.value() + Base64.getEncoder().encodeToString(bytes);
  }

  /**
   * Reads a text. Never throws, takes time and memory in proportion to the text. Bytes behind the
   * signature are passed over as in the vendor's readers; everything else must be as a writer
   * writes it.
   */
  public static DecodedToken decode(String text) {
    if (text.length() > MAX_TEXT_LENGTH) {
      return new Malformed(Fault.NOT_A_TOKEN, "it is far longer than an access token can be");
    }
    if (!text.startsWith(VERSION)) {
      return text.length() >= VERSION.length() && digits(text.substring(0, VERSION.length()))
          ? new Malformed(Fault.OTHER_VERSION, "its version is not " + VERSION)
          : new Malformed(Fault.NOT_A_TOKEN, "an access token begins with " + VERSION);
    }
    if (text.length() <= HEADER_LENGTH) {
      return new Malformed(Fault.TRUNCATED, "it ends within or right behind the AppID");
    }
    AppId appId;
    try {
      appId = new AppId(text.substring(VERSION.length(), HEADER_LENGTH));
    } catch (IllegalArgumentException e) {
      return new Malformed(
          Fault.APP_ID, "characters 4 to 27 are the AppID and may be letters and digits only");
    }
    return decodeContent(appId, text.substring(HEADER_LENGTH));
  }

  private static DecodedToken decodeContent(AppId appId, String base64) {
    int stranger = firstStranger(base64);
    if (stranger >= 0) {
      return new Malformed(
          Fault.NOT_BASE64,
          "character "
              + (HEADER_LENGTH + stranger + 1)
              + " is not Base64; a \"+\" that passed through a URL unescaped becomes a space");
    }
    byte[] content;
    try {
      content = Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      return new Malformed(Fault.TRUNCATED, "its Base64 stops in the middle of a group");
    }
    ByteBuffer in = littleEndian(content);
    byte[] message = takeBytes(in);
    byte[] signature = message == null ? null : takeBytes(in);
    if (message == null || signature == null) {
      return new Malformed(Fault.TRUNCATED, "it ends before its signature does");
    }
    // One text per token: spare bits or missing padding would be a second spelling that verifies.
    if (!Base64.getEncoder().encodeToString(content).equals(base64)) {
      return new Malformed(Fault.NOT_BASE64, "its Base64 ends in spare bits or lacks padding");
    }
    if (signature.length != TokenSigner.SIGNATURE_LENGTH) {
      return new Malformed(
          Fault.LENGTHS, "its signature must have " + TokenSigner.SIGNATURE_LENGTH + " bytes");
    }
    return decodeMessage(appId, message, signature);
  }

  private static DecodedToken decodeMessage(AppId appId, byte[] message, byte[] signature) {
    ByteBuffer in = littleEndian(message);
    if (in.remaining() < 3 * Integer.BYTES) {
      return new Malformed(Fault.LENGTHS, "its message is too short for nonce and times");
    }
    final long nonce = Integer.toUnsignedLong(in.getInt());
    final Instant issuedAt = Instant.ofEpochSecond(Integer.toUnsignedLong(in.getInt()));
    final Expiry expiry = new Expiry(Integer.toUnsignedLong(in.getInt()));
    byte[] room = takeBytes(in);
    byte[] user = room == null ? null : takeBytes(in);
    if (room == null || user == null || in.remaining() < Short.BYTES) {
      return new Malformed(Fault.LENGTHS, "its message is too short for room, user and privileges");
    }
    int count = Short.toUnsignedInt(in.getShort());
    if (in.remaining() != count * (Short.BYTES + Integer.BYTES)) {
      return new Malformed(
          Fault.LENGTHS, "its message has not as many bytes as its privileges need");
    }
    SortedMap<Integer, Expiry> privileges = new TreeMap<>();
    int last = -1;
    for (int i = 0; i < count; i++) {
      int number = Short.toUnsignedInt(in.getShort());
      if (number <= last) {
        return new Malformed(Fault.PRIVILEGE_ORDER, "its privileges must be ascending");
      }
      last = number;
      privileges.put(number, new Expiry(Integer.toUnsignedLong(in.getInt())));
    }
    try {
      return new Unverified(
          new AccessToken(appId, nonce, issuedAt, expiry, strict(room), strict(user), privileges),
          message,
          signature);
    } catch (CharacterCodingException e) {
      return new Malformed(Fault.NOT_TEXT, "its room or user id is not UTF-8");
    }
  }

  /** The bytes behind a 16-bit length; null when there are not as many. */
  private static byte @Nullable [] takeBytes(ByteBuffer in) {
    if (in.remaining() < Short.BYTES) {
      return null;
    }
    int length = Short.toUnsignedInt(in.getShort());
    if (in.remaining() < length) {
      return null;
    }
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }

  private static void putBytes(ByteBuffer out, byte[] bytes) {
    out.putShort((short) bytes.length).put(bytes);
  }

  private static ByteBuffer littleEndian(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static String strict(byte[] utf8) throws CharacterCodingException {
    return UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
  }

  private static boolean digits(String text) {
    return text.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  /** Index of the first character that cannot be part of the Base64; -1 when there is none. */
  private static int firstStranger(String base64) {
    int end = base64.length();
    while (end > 0 && base64.length() - end < 2 && base64.charAt(end - 1) == '=') {
      end--;
    }
    for (int i = 0; i < end; i++) {
      char c = base64.charAt(i);
      boolean fits =
          (c >= 'A' && c <= 'Z')
              || (c >= 'a' && c <= 'z')
              || (c >= '0' && c <= '9')
              || c == '+'
              || c == '/';
      if (!fits) {
        return i;
      }
    }
    return -1;
  }
}
