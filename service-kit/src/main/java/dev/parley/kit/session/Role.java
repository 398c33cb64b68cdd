package dev.parley.kit.session;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a caller may do. */
public enum Role {
  /** Own room, own user. */
  PARTICIPANT,
  /** Every room. */
  OPERATOR,
  /** Reads every room. */
  ANALYST;

  public static final String PARTICIPANT_CLAIM = "participant";
  public static final String OPERATOR_CLAIM = "operator";
  public static final String ANALYST_CLAIM = "analyst";

  /** The role as the {@code groups} claim spells it. */
  public String claim() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The role that a claim spells. */
  public static Optional<Role> ofClaim(String claim) {
    return Arrays.stream(values()).filter(role -> role.claim().equals(claim)).findFirst();
  }
}
