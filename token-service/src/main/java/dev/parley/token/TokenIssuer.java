package dev.parley.token;

import dev.parley.events.id.AppId;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntSupplier;

/**
 * Issues access tokens. Every privilege ends with its token: a privilege with another end would
 * either be dead weight or outlive what the caller was told.
 */
public final class TokenIssuer {
  private final Clock clock;
  private final IntSupplier nonces;

  /**
   * Reads the time of issue from {@code clock}.
   *
   * @param nonces any 32 bits, unforeseeable, fresh for each token; called from many threads
   */
  public TokenIssuer(Clock clock, IntSupplier nonces) {
    this.clock = clock;
    this.nonces = nonces;
  }

  /**
   * A token for the grant.
   *
   * @throws IllegalArgumentException when the token would end after the format's last second
   */
  public IssuedToken issue(AppId appId, AppKey appKey, Grant grant) {
    Instant issuedAt = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    Instant expiresAt = issuedAt.plus(grant.ttl());
    Expiry expiry = Expiry.at(expiresAt);
    SortedMap<Integer, Expiry> privileges = new TreeMap<>();
    List<Privilege> carried = List.copyOf(Privilege.widened(grant.privileges()));
    for (Privilege privilege : carried) {
      privileges.put(privilege.number(), expiry);
    }
    AccessToken token =
        new AccessToken(
            appId,
            Integer.toUnsignedLong(nonces.getAsInt()),
            issuedAt,
            expiry,
            grant.room().tokenRoomId(),
            grant.userId().value(),
            privileges);
    byte[] message = TokenCodec.message(token);
    String text = TokenCodec.text(appId, message, TokenSigner.sign(appKey, message));
    return new IssuedToken(token, text, expiresAt, carried);
  }
}
