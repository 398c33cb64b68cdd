package dev.parley.token.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.parley.token.AccessToken;
import dev.parley.token.Expiry;
import dev.parley.token.Privilege;
import dev.parley.token.app.Inspection;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What is wrong with an access token, in words. */
@Schema(name = "Inspection")
@JsonInclude(JsonInclude.Include.NON_NULL)
record InspectAnswer(
    @Schema(description = "Whether the vendor would let its holder in, as far as can be told here.")
        boolean admits,
    @Schema(description = "One sentence.") String summary,
    @Schema(description = "What is wrong, the gravest first.") List<Wrong> problems,
    @Schema(description = "Whether an AppKey of its AppID signed it.") boolean genuine,
    @Schema(description = "Whether that was the AppKey before the current one.")
        boolean signedWithPreviousKey,
    @Schema(description = "What it says; to be trusted only when genuine.")
        @Nullable Content token) {

  static InspectAnswer of(Inspection inspection) {
    boolean admits =
        inspection.genuine()
            && inspection.findings().stream().noneMatch(finding -> shutsOut(finding.code()));
    return new InspectAnswer(
        admits,
        inspection.findings().isEmpty()
            ? "Nothing is wrong with this token."
            : inspection.findings().get(0).detail(),
        inspection.findings().stream()
            .map(finding -> new Wrong(finding.code().wireName(), finding.detail()))
            .toList(),
        inspection.genuine(),
        inspection.previousKey(),
        inspection.token() == null ? null : Content.of(inspection.token()));
  }

  private static boolean shutsOut(Inspection.Code code) {
    return switch (code) {
      case NOT_A_TOKEN,
          OTHER_VERSION,
          TRUNCATED,
          MALFORMED,
          UNKNOWN_APP,
          WRONG_APP_KEY,
          EXPIRED,
          OTHER_ROOM,
          OTHER_USER ->
          true;
      case ISSUED_IN_FUTURE, NO_PRIVILEGES, PRIVILEGE_EXPIRED, UNKNOWN_PRIVILEGE -> false;
    };
  }

  /** One thing that is wrong. */
  @Schema(name = "InspectionProblem")
  record Wrong(String code, String detail) {}

  /** What a token says. */
  @Schema(name = "TokenContent")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Content(
      String appId,
      String roomId,
      String userId,
      Instant issuedAt,
      @Schema(description = "Absent for never.") @Nullable Instant expiresAt,
      @Schema(description = "The first 15.") List<Right> privileges,
      @Schema(description = "How many more it carries; absent for none.")
          @Nullable Integer furtherPrivileges) {
    static Content of(AccessToken token) {
      int further = token.privileges().size() - Inspection.MOST_PRIVILEGES;
      return new Content(
          token.appId().value(),
          Inspection.shown(token.roomId()),
          Inspection.shown(token.userId()),
          token.issuedAt(),
          token.expiry().instant().orElse(null),
          token.privileges().entrySet().stream()
              .limit(Inspection.MOST_PRIVILEGES)
              .map(entry -> Right.of(entry.getKey(), entry.getValue()))
              .toList(),
          further > 0 ? further : null);
    }
  }

  /** One privilege of a token. */
  @Schema(name = "TokenPrivilege")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Right(
      String name, @Schema(description = "Absent for never.") @Nullable Instant expiresAt) {
    static Right of(int number, Expiry expiry) {
      return new Right(
          Privilege.ofNumber(number).map(Privilege::wireName).orElse("privilege-" + number),
          expiry.instant().orElse(null));
    }
  }
}
