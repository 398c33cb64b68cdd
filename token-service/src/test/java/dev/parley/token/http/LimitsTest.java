package dev.parley.token.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.parley.events.id.AppId;
import dev.parley.events.id.UserId;
import dev.parley.kit.session.Role;
import dev.parley.testkit.MutableClock;
import dev.parley.token.caller.Caller;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LimitsTest {
  private static final AppId APP = new AppId("123456781234567812345678");
  private static final AppId OTHER_APP = new AppId("876543218765432187654321");

  private final Limits limits =
      new Limits(
          2, 5, 3, Duration.ofMinutes(1), new MutableClock(Instant.parse("2026-01-01T12:00:00Z")));

  private static Caller caller(String provider, String subject, Role role) {
    return new Caller(
        provider,
        "https://" + provider + ".example.com",
        subject,
        Optional.of(new UserId(subject)),
        Set.of(role),
        List.of(),
        Instant.MAX);
  }

  private void assertLimited(String name, Runnable take) {
    assertThatExceptionOfType(RateLimited.class)
        .isThrownBy(take::run)
        .satisfies(limited -> assertThat(limited.standing().limit().name()).isEqualTo(name));
  }

  @Test
  void operatorsHaveAWiderLimitOfTheirOwn() {
    assertLimited("caller", () -> limits.takeOf(caller("main", "alice", Role.PARTICIPANT), 3));
    assertThat(limits.takeOf(caller("main", "olga", Role.OPERATOR), 3).remaining()).isEqualTo(2);
    assertLimited("operator", () -> limits.takeOf(caller("main", "olga", Role.OPERATOR), 3));
  }

  @Test
  void aSubjectOfAnotherProviderIsAnotherCaller() {
    limits.takeOf(caller("main", "alice", Role.PARTICIPANT), 2);

    assertThat(limits.takeOf(caller("partner", "alice", Role.PARTICIPANT), 2).remaining()).isZero();
    assertLimited("caller", () -> limits.takeOf(caller("main", "alice", Role.PARTICIPANT), 1));
  }

  @Test
  void aUserIsLimitedWhoeverAsks() {
    for (int i = 0; i < 3; i++) {
      limits.takeOf(APP, "bob");
    }

    assertLimited("user", () -> limits.takeOf(APP, "bob"));
    limits.takeOf(APP, "carol");
    limits.takeOf(OTHER_APP, "bob");
  }
}
