package dev.parley.room.replay;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.events.BadRow;
import dev.parley.events.codec.BadRows;
import dev.parley.events.codec.Json;
import dev.parley.events.id.AppId;
import dev.parley.events.id.ClientId;
import dev.parley.events.id.RoomId;
import dev.parley.events.id.RoomKey;
import dev.parley.events.id.UserId;
import dev.parley.kit.kafka.EventPublisher.Draft;
import dev.parley.room.ingest.BatchReader;
import dev.parley.room.ingest.CallbackApp;
import dev.parley.room.ingest.CallbackDesk;
import dev.parley.room.ingest.CallbackVerdict;
import dev.parley.room.ingest.ClientClock;
import dev.parley.room.ingest.ClientReport;
import dev.parley.room.ingest.RefusedReportException;
import dev.parley.room.ingest.RelayFrames;
import dev.parley.room.ingest.ReportTaker;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Puts bad rows through the doors that refused them: the same checks, with the time at which they
 * came in. What is refused still stays where it is. Pure.
 */
public final class Redrive {
  /** What is to be done with a bad row. */
  public sealed interface Outcome {
    /** A record goes to its topic as it was. */
    record AsItWas(BadRow row) implements Outcome {}

    /** The door takes it now. */
    record Accepted(Draft draft) implements Outcome {}

    /** Refused still, or it does not hold what is needed. */
    record RefusedAgain(String code) implements Outcome {}
  }

  private final List<CallbackApp> apps;
  private final CallbackDesk desk;
  private final ReportTaker.Limits limits;

  /** A redrive with the settings as they are now. */
  public Redrive(List<CallbackApp> apps, CallbackDesk desk, ReportTaker.Limits limits) {
    this.apps = List.copyOf(apps);
    this.desk = desk;
    this.limits = limits;
  }

  /** Tries one bad row again. */
  public Outcome again(BadRow row) {
    if (row.truncated()) {
      return new Outcome.RefusedAgain("truncated");
    }
    return switch (row.source()) {
      case TOPIC ->
          BadRows.replay(row).isPresent()
              ? new Outcome.AsItWas(row)
              : new Outcome.RefusedAgain("incomplete");
      case WEBHOOK ->
          app(row)
              .map(
                  app ->
                      outcome(
                          desk.webhook(
                              app,
                              row.raw().toArray(),
                              row.origin(),
                              Instant.ofEpochMilli(row.eventTimeMillis()))))
              .orElseGet(() -> new Outcome.RefusedAgain("unknown_app"));
      case MESSAGE_CALLBACK, FUNCTION_CALLBACK, FRAME ->
          app(row)
              .flatMap(app -> desk.again(app, row))
              .map(Redrive::outcome)
              .orElseGet(() -> new Outcome.RefusedAgain("not_genuine"));
      case RELAY -> relay(row);
    };
  }

  private static Outcome outcome(CallbackVerdict verdict) {
    return switch (verdict) {
      case CallbackVerdict.Accepted accepted -> new Outcome.Accepted(accepted.record());
      case CallbackVerdict.Kept kept -> new Outcome.RefusedAgain("refused");
      case CallbackVerdict.Refused refused -> new Outcome.RefusedAgain(refused.code());
    };
  }

  private Optional<CallbackApp> app(BadRow row) {
    return apps.stream().filter(app -> app.appId().value().equals(row.appId())).findFirst();
  }

  private Outcome relay(BadRow row) {
    String user = row.origin().get("userId");
    String client = row.origin().get("clientId");
    if (row.appId() == null || row.roomId() == null || user == null || client == null) {
      return new Outcome.RefusedAgain("incomplete");
    }
    try {
      ClientReport report = report(row.raw().toArray());
      if (report == null) {
        return new Outcome.RefusedAgain("no_report");
      }
      long came = row.eventTimeMillis();
      ReportTaker taker =
          new ReportTaker(
              new RoomKey(new AppId(row.appId()), new RoomId(row.roomId())),
              new UserId(user),
              new ClientId(client),
              ClientClock.behindBy(offset(row), came),
              limits);
      return taker
          .take(report, came)
          .<Outcome>map(Outcome.Accepted::new)
          .orElseGet(() -> new Outcome.RefusedAgain("sampled_out"));
    } catch (RefusedReportException e) {
      return new Outcome.RefusedAgain(e.code());
    } catch (NumberFormatException e) {
      return new Outcome.RefusedAgain("incomplete");
    }
  }

  // Rows that were kept before it was written down are taken at their client's word.
  private static long offset(BadRow row) {
    return Long.parseLong(row.origin().getOrDefault(ReportTaker.CLOCK_OFFSET, "0"));
  }

  // A report was a text frame, one event of a batch, or a binary frame.
  private static @Nullable ClientReport report(byte[] raw) throws RefusedReportException {
    JsonNode json;
    try {
      json = Json.mapper().readTree(raw);
    } catch (IOException e) {
      return RelayFrames.binary(raw);
    }
    if (json == null || !json.isObject()) {
      return RelayFrames.binary(raw);
    }
    if (!json.has("type")) {
      return BatchReader.report(json);
    }
    return RelayFrames.text(json.toString()) instanceof RelayFrames.Event event
        ? event.report()
        : null;
  }
}
