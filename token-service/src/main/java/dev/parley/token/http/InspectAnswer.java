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

  private static final List<Inspection.Code> HARMLESS =
      List.of(
          Inspection.Code.NO_PRIVILEGES,
          Inspection.Code.PRIVILEGE_EXPIRED,
          Inspection.Code.UNKNOWN_PRIVILEGE,
          Inspection.Code.ISSUED_IN_FUTURE);

  static InspectAnswer of(Inspection inspection) {
    boolean admits =
        inspection.genuine()
            && inspection.findings().stream()
                .allMatch(finding -> HARMLESS.contains(finding.code()));
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
      List<Right> privileges) {
    static Content of(AccessToken token) {
      return new Content(
          token.appId().value(),
          token.roomId(),
          token.userId(),
          token.issuedAt(),
          token.expiry().instant().orElse(null),
          token.privileges().entrySet().stream()
              .map(entry -> Right.of(entry.getKey(), entry.getValue()))
              .toList());
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
