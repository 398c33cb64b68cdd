package dev.parley.simulator.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.parley.simulator.fault.Fault;
import dev.parley.simulator.fault.FaultRule;
import java.time.Duration;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A fault as it is asked for, in JSON or in the X-Simulator-Fault header. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(description = "What goes wrong, and where. Whatever is left out matches everything.")
public record FaultRequest(
    @Schema(required = true, description = "What goes wrong") @Nullable Kind kind,
    @Schema(description = "latency, delay-callback: how long, in milliseconds")
        @Nullable Long millis,
    @Schema(description = "error: HTTP status; 200 puts the error inside an answer of status 200")
        @Nullable Integer status,
    @Schema(description = "error: Error.Code") @Nullable String code,
    @Schema(description = "error: Error.Message") @Nullable String message,
    @Schema(description = "cut: before or after the call takes effect") @Nullable When when,
    @Schema(description = "pre-param-check: ErrorInfo.Errorcode") @Nullable Integer errorCode,
    @Schema(description = "pre-param-check: ErrorInfo.Reason") @Nullable String reason,
    @Schema(
            description =
                "An action (StartVoiceChat...), or the label of a callback: an EventType"
                    + " (UserJoinRoom...), a RunStage (asrFinish...), conv, subv, information,"
                    + " tool_calls")
        @Nullable String on,
    @Nullable String appId,
    @Nullable String roomId,
    @Nullable String taskId,
    @Schema(description = "How often it strikes; always when left out") @Nullable Integer times) {

  private static final String DEFAULT_CODE = "InternalError.Unknown";
  private static final int DEFAULT_ERROR_CODE = 1_000_002;

  /** The kinds of faults. */
  public enum Kind {
    /** The answer comes late. */
    @JsonProperty("latency")
    LATENCY,
    /** The call is refused. */
    @JsonProperty("error")
    ERROR,
    /** The connection is cut. */
    @JsonProperty("cut")
    CUT,
    /** Neither Result nor Error. */
    @JsonProperty("empty-answer")
    EMPTY_ANSWER,
    /** The agent never appears. */
    @JsonProperty("never-joins")
    NEVER_JOINS,
    /** The parameter check after the start fails. */
    @JsonProperty("pre-param-check")
    PRE_PARAM_CHECK,
    /** A callback is not sent. */
    @JsonProperty("lose-callback")
    LOSE_CALLBACK,
    /** A callback is sent twice. */
    @JsonProperty("duplicate-callback")
    DUPLICATE_CALLBACK,
    /** A callback is sent late. */
    @JsonProperty("delay-callback")
    DELAY_CALLBACK,
    /** A callback is sent after the next one. */
    @JsonProperty("reorder-callback")
    REORDER_CALLBACK
  }

  /** When a connection is cut. */
  public enum When {
    /** The call takes no effect. */
    @JsonProperty("before")
    BEFORE,
    /** The call took effect, the caller does not learn of it. */
    @JsonProperty("after")
    AFTER
  }

  FaultRule toRule() {
    if (kind == null) {
      throw new IllegalArgumentException("kind is missing");
    }
    Fault fault =
        switch (kind) {
          case LATENCY -> new Fault.Latency(duration());
          case ERROR ->
              new Fault.Refusal(
                  status == null ? 500 : status,
                  code == null ? DEFAULT_CODE : code,
                  message == null ? "asked for by a fault" : message);
          case CUT -> new Fault.Cut(when == When.AFTER);
          case EMPTY_ANSWER -> new Fault.EmptyAnswer();
          case NEVER_JOINS -> new Fault.NeverJoins();
          case PRE_PARAM_CHECK ->
              new Fault.PreParamCheckFails(
                  errorCode == null ? DEFAULT_ERROR_CODE : errorCode,
                  reason == null ? "asked for by a fault" : reason);
          case LOSE_CALLBACK -> new Fault.LoseCallback();
          case DUPLICATE_CALLBACK -> new Fault.DuplicateCallback();
          case DELAY_CALLBACK -> new Fault.DelayCallback(duration());
          case REORDER_CALLBACK -> new Fault.ReorderCallback();
        };
    return new FaultRule(fault, on, appId, roomId, taskId, times);
  }

  private Duration duration() {
    if (millis == null) {
      throw new IllegalArgumentException("millis is missing");
    }
    return Duration.ofMillis(millis);
  }

  static FaultRequest of(FaultRule rule) {
    return switch (rule.fault()) {
      case Fault.Latency f -> plain(Kind.LATENCY, rule).withMillis(f.delay());
      case Fault.Refusal f ->
          new FaultRequest(
              Kind.ERROR,
              null,
              f.httpStatus(),
              f.code(),
              f.message(),
              null,
              null,
              null,
              rule.action(),
              rule.appId(),
              rule.roomId(),
              rule.taskId(),
              rule.times());
      case Fault.Cut f ->
          new FaultRequest(
              Kind.CUT,
              null,
              null,
              null,
              null,
              f.afterEffect() ? When.AFTER : When.BEFORE,
              null,
              null,
              rule.action(),
              rule.appId(),
              rule.roomId(),
              rule.taskId(),
              rule.times());
      case Fault.EmptyAnswer ignored -> plain(Kind.EMPTY_ANSWER, rule);
      case Fault.NeverJoins ignored -> plain(Kind.NEVER_JOINS, rule);
      case Fault.PreParamCheckFails f ->
          new FaultRequest(
              Kind.PRE_PARAM_CHECK,
              null,
              null,
              null,
              null,
              null,
              f.errorCode(),
              f.reason(),
              rule.action(),
              rule.appId(),
              rule.roomId(),
              rule.taskId(),
              rule.times());
      case Fault.LoseCallback ignored -> plain(Kind.LOSE_CALLBACK, rule);
      case Fault.DuplicateCallback ignored -> plain(Kind.DUPLICATE_CALLBACK, rule);
      case Fault.DelayCallback f -> plain(Kind.DELAY_CALLBACK, rule).withMillis(f.delay());
      case Fault.ReorderCallback ignored -> plain(Kind.REORDER_CALLBACK, rule);
    };
  }

  private static FaultRequest plain(Kind kind, FaultRule rule) {
    return new FaultRequest(
        kind,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        rule.action(),
        rule.appId(),
        rule.roomId(),
        rule.taskId(),
        rule.times());
  }

  private FaultRequest withMillis(Duration delay) {
    return new FaultRequest(
        kind,
        delay.toMillis(),
        status,
        code,
        message,
        when,
        errorCode,
        reason,
        on,
        appId,
        roomId,
        taskId,
        times);
  }
}
