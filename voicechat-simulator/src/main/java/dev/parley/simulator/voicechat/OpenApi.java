package dev.parley.simulator.voicechat;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.simulator.App;
import dev.parley.simulator.Scheduler;
import dev.parley.simulator.agent.AgentTiming;
import dev.parley.simulator.agent.Scripts;
import dev.parley.simulator.callback.CloudReports;
import dev.parley.simulator.fault.Fault;
import dev.parley.simulator.fault.FaultRule;
import dev.parley.simulator.fault.Faults;
import dev.parley.simulator.fault.Occasion;
import dev.parley.simulator.room.Rooms;
import dev.parley.simulator.signature.HttpCall;
import dev.parley.simulator.signature.SignatureCheck;
import dev.parley.simulator.signature.Verdict;
import java.net.URLDecoder;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The cloud's OpenAPI for voice chat. Verifies first and parses second; the order of the real
 * gateway's checks is not known. Effects take place before the answer goes out, so a callback may
 * well overtake it.
 */
public final class OpenApi {

  private static final String DEFAULT_REGION = "cn-north-1";
  private static final Set<String> ACTIONS =
      Set.of("StartVoiceChat", "UpdateVoiceChat", "StopVoiceChat");
  private static final Set<String> VERSIONS =
      Set.of(OperationReader.VERSION_2024, OperationReader.VERSION_2025);

  /**
   * Bounds and habits of the simulated OpenAPI.
   *
   * @param operationTime how long an operation keeps its task busy
   * @param callsPerSecond quota per account and action
   * @param errorsWithStatus200 whether refusals come with HTTP status 200
   * @param maxTasks active tasks at most
   * @param keptTasks ended tasks that are remembered
   * @param keptCalls requests that are remembered
   * @param maxSilence replaces a longer VADConfig.SilenceTime
   */
  public record Settings(
      Duration operationTime,
      int callsPerSecond,
      boolean errorsWithStatus200,
      int maxTasks,
      int keptTasks,
      int keptCalls,
      Duration maxSilence) {}

  private final Map<String, App> apps;
  private final SignatureCheck signatures;
  private final Faults faults;
  private final Scheduler scheduler;
  private final Clock clock;
  private final Supplier<String> ids;
  private final Settings settings;
  private final RateLimit rateLimit;
  private final OperationReader reader;
  private final VoiceChats tasks;
  private final Set<TaskKey> busy = new HashSet<>();
  private final Deque<ApiCall> calls = new ArrayDeque<>();

  /** Puts the API together. */
  public OpenApi(
      Map<String, App> apps,
      SignatureCheck signatures,
      Faults faults,
      Rooms rooms,
      CloudReports reports,
      Scripts scripts,
      AgentTiming timing,
      Scheduler scheduler,
      Clock clock,
      Supplier<String> ids,
      Settings settings) {
    this.apps = apps;
    this.signatures = signatures;
    this.faults = faults;
    this.scheduler = scheduler;
    this.clock = clock;
    this.ids = ids;
    this.settings = settings;
    this.rateLimit = new RateLimit(settings.callsPerSecond(), clock);
    this.reader = new OperationReader(clock, settings.maxSilence());
    this.tasks =
        new VoiceChats(
            rooms,
            reports,
            reader,
            scripts,
            timing,
            scheduler,
            clock,
            ids,
            settings.maxTasks(),
            settings.keptTasks());
  }

  /** The tasks behind the API. */
  public VoiceChats tasks() {
    return tasks;
  }

  /** How many calls are carried out right now. */
  public int underWay() {
    return busy.size();
  }

  /** The latest requests, oldest first. */
  public List<ApiCall> calls() {
    return List.copyOf(calls);
  }

  /** Forgets everything. */
  public void clear() {
    tasks.clear();
    calls.clear();
    busy.clear();
    rateLimit.clear();
  }

  /**
   * Carries out one request and replies once, now or later.
   *
   * @param asked faults that came with the request; they strike this request and its task alone
   */
  public void handle(HttpCall call, List<FaultRule> asked, Consumer<ApiReply> reply) {
    Exchange exchange = new Exchange(call, reply);
    Verdict verdict = signatures.check(call);
    switch (verdict) {
      case Verdict.Refused refused -> exchange.refuse(code(refused.reason()), refused.message());
      case Verdict.Accepted accepted -> {
        exchange.accessKeyId = accepted.accessKeyId();
        exchange.region = accepted.region();
        try {
          admitted(exchange, call, asked);
        } catch (ApiRefusal e) {
          exchange.refuse(e.code(), e.text());
        }
      }
    }
  }

  private void admitted(Exchange exchange, HttpCall call, List<FaultRule> asked) {
    if (!ACTIONS.contains(exchange.action)) {
      throw new ApiRefusal(ErrorCode.UNKNOWN_ACTION, "The action is not known.");
    }
    if (!VERSIONS.contains(exchange.version)) {
      throw new ApiRefusal(ErrorCode.UNKNOWN_VERSION, "The version is not known.");
    }
    if (!rateLimit.admit(exchange.accessKeyId, exchange.action)) {
      throw new ApiRefusal(
          ErrorCode.QPS_OVER_LIMIT,
          "More than " + settings.callsPerSecond() + " calls of this action within a second.");
    }
    JsonNode body = reader.parse(call.body());
    exchange.command = body.path("Command").asText("");
    TaskKey key = reader.task(body);
    exchange.task = Optional.of(key);
    Occasion occasion =
        new Occasion(exchange.action, key.room().appId(), key.room().roomId(), key.taskId());
    List<Fault.OfCall> struck = struck(Fault.OfCall.class, occasion, asked);
    Duration latency = Duration.ZERO;
    Optional<Fault.Cut> cut = Optional.empty();
    boolean empty = false;
    for (Fault.OfCall fault : struck) {
      switch (fault) {
        case Fault.Latency late -> latency = latency.plus(late.delay());
        case Fault.Cut cutting -> cut = Optional.of(cutting);
        case Fault.EmptyAnswer ignored -> empty = true;
        case Fault.Refusal refusal -> {
          later(
              latency,
              () -> exchange.refuse(refusal.httpStatus(), refusal.code(), refusal.message()));
          return;
        }
      }
    }
    if (cut.isPresent() && !cut.get().afterEffect()) {
      later(latency, exchange::cut);
      return;
    }
    Operation operation = read(exchange, key, body);
    if (!busy.add(key)) {
      throw new ApiRefusal(
          ErrorCode.PARALLEL, "Another operation on this task is under way; try again.");
    }
    boolean cutAfter = cut.isPresent();
    boolean emptyAnswer = empty;
    Duration delay = latency;
    later(
        settings.operationTime(),
        () -> {
          Runnable answer = exchange::ok;
          try {
            if (operation instanceof Operation.Start) {
              armCallbackFaults(key, asked);
            }
            tasks.carryOut(operation, struck(Fault.OfTask.class, occasion, asked));
            if (cutAfter) {
              answer = exchange::cut;
            } else if (emptyAnswer) {
              answer = exchange::empty;
            }
          } catch (ApiRefusal e) {
            answer = () -> exchange.refuse(e.code(), e.text());
          }
          Runnable last = answer;
          later(
              delay,
              () -> {
                busy.remove(key);
                last.run();
              });
        });
  }

  private Operation read(Exchange exchange, TaskKey key, JsonNode body) {
    App app = apps.get(key.room().appId());
    if (app == null) {
      throw new ApiRefusal(
          ErrorCode.NO_PERMISSION_FOR_APP, "The account has no app of this AppId.");
    }
    if (!app.versions().contains(exchange.version)) {
      throw new ApiRefusal(
          ErrorCode.SERVICE_NOT_ENABLED, "The app is of a product with another API version.");
    }
    return switch (exchange.action) {
      case "StartVoiceChat" -> reader.start(key, exchange.version, body);
      case "UpdateVoiceChat" -> reader.update(key, exchange.version, body);
      default -> new Operation.Stop(key);
    };
  }

  private <F extends Fault> List<F> struck(
      Class<F> kind, Occasion occasion, List<FaultRule> asked) {
    List<F> struck = new ArrayList<>(faults.strike(kind, occasion));
    asked.stream()
        .map(FaultRule::fault)
        .filter(kind::isInstance)
        .map(kind::cast)
        .forEach(struck::add);
    return struck;
  }

  private void armCallbackFaults(TaskKey key, List<FaultRule> asked) {
    for (FaultRule rule : asked) {
      if (rule.fault() instanceof Fault.OfCallback) {
        faults.add(
            new FaultRule(
                rule.fault(),
                rule.action(),
                key.room().appId(),
                key.room().roomId(),
                key.taskId(),
                rule.times()));
      }
    }
  }

  private void later(Duration delay, Runnable work) {
    if (delay.isZero()) {
      work.run();
    } else {
      scheduler.after(delay, work);
    }
  }

  private static ErrorCode code(Verdict.Reason reason) {
    return switch (reason) {
      case AUTHORIZATION, SECURITY_TOKEN, DATE, SCOPE -> ErrorCode.UNAUTHORIZED;
      case ACCESS_KEY -> ErrorCode.INVALID_ACCESS_KEY;
      case BODY_HASH, SIGNATURE -> ErrorCode.SIGNATURE_MISMATCH;
    };
  }

  private static String queryParameter(String rawQuery, String name) {
    for (String pair : rawQuery.split("&", -1)) {
      if (pair.startsWith(name + "=")) {
        try {
          return URLDecoder.decode(pair.substring(name.length() + 1), UTF_8);
        } catch (IllegalArgumentException e) {
          return "";
        }
      }
    }
    return "";
  }

  /** One request on its way to its reply. */
  private final class Exchange {
    private final Instant seenAt = clock.instant();
    private final String requestId = ids.get();
    private final String action;
    private final String version;
    private final Consumer<ApiReply> reply;
    private String accessKeyId = "";
    private String region = DEFAULT_REGION;
    private String command = "";
    private Optional<TaskKey> task = Optional.empty();

    private Exchange(HttpCall call, Consumer<ApiReply> reply) {
      this.action = queryParameter(call.rawQuery(), "Action");
      this.version = queryParameter(call.rawQuery(), "Version");
      this.reply = reply;
    }

    private void ok() {
      finish("ok", 200, answer(200, Optional.empty(), true));
    }

    private void empty() {
      finish("empty", 200, answer(200, Optional.empty(), false));
    }

    private void cut() {
      finish("cut", 0, new ApiReply.Cut());
    }

    private void refuse(ErrorCode code, String message) {
      int status = settings.errorsWithStatus200() ? 200 : code.httpStatus();
      refuse(status, code.text(), message);
    }

    private void refuse(int status, String code, String message) {
      finish(code, status, answer(status, Optional.of(new ApiReply.Problem(code, message)), false));
    }

    private ApiReply answer(int status, Optional<ApiReply.Problem> problem, boolean result) {
      return new ApiReply.Answer(status, requestId, action, version, region, problem, result);
    }

    private void finish(String outcome, int status, ApiReply answer) {
      calls.add(
          new ApiCall(
              seenAt,
              clock.instant(),
              requestId,
              action,
              version,
              accessKeyId,
              task.map(key -> key.room().appId()).orElse(""),
              task.map(key -> key.room().roomId()).orElse(""),
              task.map(TaskKey::taskId).orElse(""),
              command,
              outcome,
              status));
      if (calls.size() > settings.keptCalls()) {
        calls.remove();
      }
      reply.accept(answer);
    }
  }
}
