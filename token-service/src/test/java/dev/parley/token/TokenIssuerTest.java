package dev.parley.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.events.id.AppId;
import dev.parley.events.id.RoomId;
import dev.parley.events.id.UserId;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class TokenIssuerTest {
  private static final AppId APP = new AppId("123456781234567812345678");
  private static final AppKey KEY = new AppKey("0123456789abcdef0123456789abcdef");
  private static final Instant NOW = Instant.ofEpochSecond(1_750_000_000, 987_654_321);
  private static final RoomScope ROOM = new RoomScope.OneRoom(new RoomId("Room123"));
  private static final UserId USER = new UserId("User123");

  private final TokenIssuer issuer =
      new TokenIssuer(Clock.fixed(NOW, ZoneOffset.UTC), () -> 0x12345678);

  @Test
  void issuesTheVendorsTokenByteForByte() {
    // Given: the inputs of vector t09, but for its nonce
    Grant grant =
        new Grant(
            new RoomScope.EveryRoom(),
            new UserId("user-1"),
            Set.of(Privilege.PUBLISH, Privilege.SUBSCRIBE),
            Duration.ofHours(24));
    TokenIssuer fixed = new TokenIssuer(Clock.fixed(NOW, ZoneOffset.UTC), () -> 777);

    // When
    IssuedToken issued = fixed.issue(APP, KEY, grant);

    // Then
    assertThat(issued.text())
        .isEqualTo(
            "001123456781234567812345678NwAJAwAAgOFOaAAzUGgBACoGAHVzZXItMQUAAAAAM1BoAQAAM1BoAgAA"
                + "M1BoAwAAM1BoBAAAM1BoIACYAJF66pN0+wX5li/Y4uykE9HDt9+B9BdEn36OAEHyxQ==");
    assertThat(issued.expiresAt()).isEqualTo(Instant.ofEpochSecond(1_750_086_400));
  }

  @Test
  void everyPrivilegeEndsWithItsToken() {
    // When
    IssuedToken issued = issuer.issue(APP, KEY, grant(EnumSet.allOf(Privilege.class), 3600));

    // Then
    assertThat(issued.token().expiry()).isEqualTo(new Expiry(1_750_003_600));
    assertThat(issued.token().privileges().values()).containsOnly(new Expiry(1_750_003_600));
  }

  @Test
  void widensPublishAndNothingElse() {
    assertThat(issuer.issue(APP, KEY, grant(Set.of(Privilege.PUBLISH), 60)).privileges())
        .containsExactly(
            Privilege.PUBLISH,
            Privilege.PUBLISH_AUDIO,
            Privilege.PUBLISH_VIDEO,
            Privilege.PUBLISH_DATA);
    assertThat(issuer.issue(APP, KEY, grant(Set.of(Privilege.PUBLISH_AUDIO), 60)).privileges())
        .containsExactly(Privilege.PUBLISH_AUDIO);
    assertThat(issuer.issue(APP, KEY, grant(Set.of(Privilege.SUBSCRIBE), 60)).privileges())
        .containsExactly(Privilege.SUBSCRIBE);
    assertThat(
            issuer
                .issue(
                    APP,
                    KEY,
                    grant(
                        Set.of(
                            Privilege.PUBLISH_AUDIO,
                            Privilege.PUBLISH_VIDEO,
                            Privilege.PUBLISH_DATA),
                        60))
                .privileges())
        .containsExactly(Privilege.PUBLISH_AUDIO, Privilege.PUBLISH_VIDEO, Privilege.PUBLISH_DATA);
  }

  @Test
  void renewsAfterFourFifthsOrWellBeforeTheSdksWarning() {
    assertThat(issuer.issue(APP, KEY, grant(Set.of(), 86_400)).renewAfter())
        .isEqualTo(Instant.ofEpochSecond(1_750_000_000 + 69_120));
    assertThat(issuer.issue(APP, KEY, grant(Set.of(), 200)).renewAfter())
        .isEqualTo(Instant.ofEpochSecond(1_750_000_000 + 110));
  }

  @Property
  void renewalLiesBetweenIssueAndTheSdksWarning(
      @ForAll @LongRange(min = 120, max = 10_000_000) long ttl) {
    IssuedToken issued = issuer.issue(APP, KEY, grant(Set.of(), ttl));

    assertThat(issued.renewAfter())
        .isAfter(issued.token().issuedAt())
        .isBeforeOrEqualTo(issued.expiresAt().minusSeconds(90));
  }

  @Test
  void refusesATimeThatTheFormatCannotHold() {
    assertThatThrownBy(() -> issuer.issue(APP, KEY, grant(Set.of(), 0x1_0000_0000L)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("expiry must be between");
    assertThatThrownBy(() -> new Grant(ROOM, USER, Set.of(), Duration.ofMillis(1500)))
        .hasMessageStartingWith("ttl must be whole seconds");
    assertThatThrownBy(() -> new Grant(ROOM, USER, Set.of(), Duration.ZERO))
        .hasMessageStartingWith("ttl must be whole seconds");
  }

  @Test
  void printsNeitherTokenNorKey() {
    IssuedToken issued = issuer.issue(APP, KEY, grant(Set.of(), 60));

    assertThat(issued.toString()).doesNotContain(issued.text());
    assertThat(KEY).hasToString("****");
  }

  @Test
  void manyThreadsShareNoNonceAndTearNoToken() throws Exception {
    // Given
    TokenIssuer shared =
        new TokenIssuer(Clock.fixed(NOW, ZoneOffset.UTC), new SecureRandom()::nextInt);
    TokenVerifier verifier = new TokenVerifier(Clock.fixed(NOW, ZoneOffset.UTC));
    Callable<List<IssuedToken>> work =
        () ->
            IntStream.range(0, 250)
                .mapToObj(i -> shared.issue(APP, KEY, grant(Set.of(Privilege.PUBLISH), 3600)))
                .toList();

    // When
    List<IssuedToken> issued = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      for (Future<List<IssuedToken>> part : threads.invokeAll(Collections.nCopies(8, work))) {
        issued.addAll(part.get());
      }
    }

    // Then
    assertThat(issued)
        .hasSize(2000)
        .allSatisfy(
            one ->
                assertThat(verifier.verify(one.text(), KEY))
                    .isEqualTo(new Verification.Valid(one.token())));
    // 2000 draws of 32 bits: two or more repeats happen by chance about once in 10^7 runs.
    assertThat(issued.stream().map(one -> one.token().nonce()).distinct().count())
        .isGreaterThan(1998);
  }

  private static Grant grant(Set<Privilege> privileges, long seconds) {
    return new Grant(ROOM, USER, privileges, Duration.ofSeconds(seconds));
  }
}
