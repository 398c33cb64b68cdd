package dev.parley.token.app;

import dev.parley.token.AccessToken;
import dev.parley.token.AppKey;
import dev.parley.token.DecodedToken;
import dev.parley.token.Expiry;
import dev.parley.token.Privilege;
import dev.parley.token.TokenCodec;
import dev.parley.token.TokenVerifier;
import dev.parley.token.Verification;
import dev.parley.token.app.Inspection.Code;
import dev.parley.token.app.Inspection.Finding;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Says in words what is wrong with an access token. The keys stay here; nobody sends any. */
public final class Inspector {
  /** Clocks of issuers may be ahead by this much before it is worth a word. */
  private static final Duration CLOCK_TOLERANCE = Duration.ofSeconds(60);

  private final Apps apps;
  private final Clock clock;
  private final TokenVerifier verifier;

  public Inspector(Apps apps, Clock clock) {
    this.apps = apps;
    this.clock = clock;
    this.verifier = new TokenVerifier(clock);
  }

  /**
   * Inspects a text.
   *
   * @param provider the identity provider of whoever asks: applications that it may not use are
   *     none to it
   * @param room the room that the client wants to join with it, if it says
   * @param user the user as whom the client wants to join, if it says
   */
  public Inspection inspect(
      String provider, String text, @Nullable String room, @Nullable String user) {
    return switch (TokenCodec.decode(text)) {
      case DecodedToken.Malformed(DecodedToken.Fault fault, String detail) ->
          new Inspection(null, false, false, List.of(new Finding(code(fault), malformed(detail))));
      case DecodedToken.Unverified unverified -> inspect(provider, unverified, room, user);
    };
  }

  private Inspection inspect(
      String provider,
      DecodedToken.Unverified unverified,
      @Nullable String room,
      @Nullable String user) {
    AccessToken token = unverified.token();
    Optional<App> app = apps.withId(token.appId()).filter(one -> one.isOpenTo(provider));
    if (app.isEmpty()) {
      return new Inspection(
          token,
          false,
          false,
          List.of(
              new Finding(
                  Code.UNKNOWN_APP,
                  "The token is for AppID "
                      + token.appId()
                      + ", which is not configured here: whether it is genuine cannot be told.")));
    }
    List<Finding> findings = new ArrayList<>();
    AppKeys keys = app.get().keys();
    boolean current = isGenuine(unverified, keys.current());
    boolean previous =
        !current && keys.previous() != null && isGenuine(unverified, keys.previous());
    if (!current && !previous) {
      findings.add(
          new Finding(
              Code.WRONG_APP_KEY,
              "The signature does not fit: the token was made with another AppKey than the one of"
                  + " this AppID, or was changed since."));
    }
    Instant now = clock.instant();
    addTimes(findings, token, now);
    addPlace(findings, token, room, user);
    addPrivileges(findings, token, now);
    return new Inspection(token, current || previous, previous, findings);
  }

  private boolean isGenuine(DecodedToken.Unverified unverified, AppKey key) {
    return switch (verifier.verify(unverified, key)) {
      case Verification.Valid valid -> true;
      case Verification.Expired expired -> true;
      case Verification.WrongSignature wrong -> false;
      case Verification.Malformed malformed -> false;
    };
  }

  private static void addTimes(List<Finding> findings, AccessToken token, Instant now) {
    if (token.expiry().passed(now)) {
      Instant end = token.expiry().instant().orElseThrow();
      findings.add(
          new Finding(
              Code.EXPIRED,
              "The token expired at "
                  + end
                  + ", "
                  + Duration.between(end, now).toSeconds()
                  + " s ago: fetch a new one; renew when the SDK warns, 30 s before the end."));
    }
    if (token.issuedAt().isAfter(now.plus(CLOCK_TOLERANCE))) {
      findings.add(
          new Finding(
              Code.ISSUED_IN_FUTURE,
              "The token says that it was issued at "
                  + token.issuedAt()
                  + ", which is ahead of this clock: the issuer's clock is wrong."));
    }
  }

  private static void addPlace(
      List<Finding> findings, AccessToken token, @Nullable String room, @Nullable String user) {
    if (room != null && !token.admitsTo(room)) {
      findings.add(
          new Finding(
              Code.OTHER_ROOM,
              token.roomId().isEmpty()
                  ? "The token names no room: it serves real-time messaging, not joining a room."
                  : "The token is for room "
                      + Inspection.shown(token.roomId())
                      + ": join that room or ask for a token of the other one. Case matters."));
    }
    if (user != null && !token.userId().equals(user)) {
      findings.add(
          new Finding(
              Code.OTHER_USER,
              "The token is for user "
                  + Inspection.shown(token.userId())
                  + ": join as that user or ask for a token of the other one. Case matters."));
    }
  }

  private static void addPrivileges(List<Finding> findings, AccessToken token, Instant now) {
    if (token.privileges().isEmpty()) {
      findings.add(
          new Finding(
              Code.NO_PRIVILEGES,
              "The token grants nothing: its holder may join, but neither publish nor subscribe."));
    }
    List<Integer> unknown = new ArrayList<>();
    token
        .privileges()
        .forEach(
            (number, expiry) -> {
              Optional<Privilege> privilege = Privilege.ofNumber(number);
              if (privilege.isEmpty()) {
                unknown.add(number);
              } else if (endsBeforeToken(expiry, token) && expiry.passed(now)) {
                findings.add(
                    new Finding(
                        Code.PRIVILEGE_EXPIRED,
                        "Privilege "
                            + privilege.get().wireName()
                            + " ended at "
                            + expiry.instant().orElseThrow()
                            + ", before the token does."));
              }
            });
    if (!unknown.isEmpty()) {
      findings.add(new Finding(Code.UNKNOWN_PRIVILEGE, unknown(unknown)));
    }
  }

  private static String unknown(List<Integer> numbers) {
    if (numbers.size() == 1) {
      return "Privilege " + numbers.get(0) + " is not a known one.";
    }
    int more = numbers.size() - Inspection.MOST_PRIVILEGES;
    return "Privileges "
        + numbers.stream()
            .limit(Inspection.MOST_PRIVILEGES)
            .map(String::valueOf)
            .collect(Collectors.joining(", "))
        + (more > 0 ? " and " + more + " more" : "")
        + " are not known ones.";
  }

  private static boolean endsBeforeToken(Expiry expiry, AccessToken token) {
    return token.expiry().epochSeconds() == 0
        || expiry.epochSeconds() < token.expiry().epochSeconds();
  }

  private static Code code(DecodedToken.Fault fault) {
    return switch (fault) {
      case NOT_A_TOKEN -> Code.NOT_A_TOKEN;
      case OTHER_VERSION -> Code.OTHER_VERSION;
      case TRUNCATED -> Code.TRUNCATED;
      case APP_ID, NOT_BASE64, NOT_TEXT, LENGTHS, PRIVILEGE_ORDER -> Code.MALFORMED;
    };
  }

  private static String malformed(String detail) {
    return "The text is not an access token: " + detail + ". Copy the whole token, unchanged.";
  }
}
