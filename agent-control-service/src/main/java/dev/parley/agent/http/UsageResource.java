package dev.parley.agent.http;

import dev.parley.agent.kafka.AgentUsage;
import dev.parley.agent.usage.UsageLedger.By;
import dev.parley.agent.usage.UsageSum;
import dev.parley.kit.session.Role;
import dev.parley.kit.session.Session;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Says what agents used. */
@Path("/v1/usage")
@Tag(name = "usage")
@Produces(MediaType.APPLICATION_JSON)
@ApplicationScoped
public class UsageResource {
  private final JsonWebToken jwt;
  private final AgentUsage usage;
  private final Clock clock;

  @Inject
  UsageResource(JsonWebToken jwt, AgentUsage usage, Clock clock) {
    this.jwt = jwt;
    this.usage = usage;
    this.clock = clock;
  }

  @GET
  @RolesAllowed({Role.OPERATOR_CLAIM, Role.ANALYST_CLAIM})
  @Operation(
      summary = "Sum what the application's agents used",
      description =
          "Active time by Parley's own clock, agents that still run included, and the numbers of"
              + " the cloud's own usage events. Known for the last 30 days.")
  public Answers.Usage sum(
      @Parameter(
              description = "A moment (RFC 3339) or a day; today's midnight where absent.",
              example = "2025-06-01")
          @QueryParam("from")
          @Nullable String from,
      @Parameter(description = "As from; now where absent.") @QueryParam("to") @Nullable String to,
      @Parameter(description = "task, scene, app or day.") @QueryParam("by") @DefaultValue("scene")
          String by) {
    Session session = Session.from(jwt);
    if (!usage.caughtUp()) {
      throw Refusals.usageNotReady();
    }
    ZoneId zone = usage.timeZone();
    Instant now = clock.instant();
    Instant begin =
        from == null
            ? LocalDate.ofInstant(now, zone).atStartOfDay(zone).toInstant()
            : moment("from", from, zone);
    Instant end = to == null ? now : moment("to", to, zone);
    if (!begin.isBefore(end)) {
      throw Refusals.badQuery("from", "must be before to");
    }
    List<UsageSum> sums = usage.ledger().sum(session.appId(), begin, end, by(by), zone, now);
    return Answers.Usage.of(begin, end, by(by), zone, sums);
  }

  private static By by(String word) {
    return Arrays.stream(By.values())
        .filter(by -> by.name().equals(word.toUpperCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(() -> Refusals.badQuery("by", "must be task, scene, app or day"));
  }

  private static Instant moment(String parameter, String text, ZoneId zone) {
    try {
      return text.length() == "2025-06-01".length()
          ? LocalDate.parse(text).atStartOfDay(zone).toInstant()
          : Instant.parse(text);
    } catch (DateTimeParseException e) {
      throw Refusals.badQuery(
          parameter, "must be a moment such as 2025-06-01T12:00:00Z, or a day such as 2025-06-01");
    }
  }
}
