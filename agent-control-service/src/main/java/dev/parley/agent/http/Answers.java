package dev.parley.agent.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.agent.cloud.Hints;
import dev.parley.agent.kafka.WaitingTasks.Place;
import dev.parley.agent.scene.Scene;
import dev.parley.agent.scene.SceneCatalogue;
import dev.parley.agent.usage.UsageLedger.By;
import dev.parley.agent.usage.UsageSum;
import dev.parley.events.AgentTask;
import dev.parley.events.StopReason;
import dev.parley.events.id.CommandId;
import dev.parley.events.id.TaskId;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** Answers of the API. */
final class Answers {
  private Answers() {}

  @Schema(name = "AgentTask")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Task(
      String taskId,
      String appId,
      String roomId,
      AgentTask.State state,
      String scene,
      String agentUserId,
      String targetUserId,
      Instant requestedAt,
      @Nullable Instant dispatchedAt,
      @Nullable Instant runningAt,
      @Nullable Instant stoppingAt,
      @Nullable Instant endedAt,
      @Nullable StopReason stopReason,
      @Nullable Failed failure,
      @Nullable Waiting waiting) {

    static Task of(AgentTask task, Locale language) {
      return of(task, Optional.empty(), language);
    }

    static Task of(AgentTask task, Optional<Place> place, Locale language) {
      return new Task(
          task.taskId().value(),
          task.appId().value(),
          task.roomId().value(),
          task.state(),
          task.scene(),
          task.agentUserId().value(),
          task.targetUserId().value(),
          Instant.ofEpochMilli(task.requestedTimeMillis()),
          instant(task.dispatchedTimeMillis()),
          instant(task.runningTimeMillis()),
          instant(task.stoppingTimeMillis()),
          instant(task.endedTimeMillis()),
          task.stopReason(),
          failed(task, language),
          place.map(Waiting::of).orElse(null));
    }

    private static @Nullable Failed failed(AgentTask task, Locale language) {
      var failure = task.failure();
      return failure == null
          ? null
          : new Failed(
              failure.code(),
              failure.reason(),
              Hints.of(failure, language),
              failure.cloudCode(),
              failure.cloudRequestId());
    }

    private static @Nullable Instant instant(@Nullable Long millis) {
      return millis == null ? null : Instant.ofEpochMilli(millis);
    }
  }

  @Schema(name = "AgentWaiting")
  record Waiting(
      @Schema(description = "What waits.", examples = "StartVoiceChat") String action,
      @Schema(description = "1 for the call that is next, or under way.") int place,
      @Schema(description = "Until the account's quota lets it be made.")
          double expectedWaitSeconds) {
    static Waiting of(Place place) {
      return new Waiting(
          place.action().cloudName(), place.number(), place.expectedWait().toMillis() / 1000.0);
    }
  }

  @Schema(name = "AgentFailure")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Failed(
      @Schema(description = "Parley's stable code.", examples = "agent_never_joined") String code,
      String reason,
      @Schema(description = "What can be done about it; in Chinese for Accept-Language: zh.")
          String hint,
      @Schema(description = "The cloud's own code.") @Nullable String cloudCode,
      @Schema(description = "The cloud's RequestId, which its support asks for.")
          @Nullable String cloudRequestId) {}

  @Schema(name = "AgentTaskPage")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Page(
      List<Task> items,
      @Schema(description = "Pass it as cursor for what follows; absent at the end.")
          @Nullable String next) {}

  @Schema(name = "AcceptedCommand")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Command(
      String taskId,
      String commandId,
      @Schema(
              description =
                  "True where the function call was answered over the API before and that answer"
                      + " was not refused: it counts, this one changes nothing. Absent otherwise.")
          @Nullable Boolean duplicate) {
    static Command of(TaskId taskId, CommandId commandId) {
      return new Command(taskId.value(), commandId.value(), null);
    }

    static Command duplicate(TaskId taskId, CommandId commandId) {
      return new Command(taskId.value(), commandId.value(), true);
    }
  }

  @Schema(name = "Scene")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record SceneView(
      String name,
      String title,
      boolean participants,
      @Nullable String version,
      String tools,
      List<String> overridable,
      @Schema(description = "The template, secrets masked; not for participants.")
          @Nullable JsonNode body) {

    static SceneView of(Scene scene, boolean withBody) {
      return new SceneView(
          scene.name(),
          scene.title(),
          scene.participants(),
          scene.version(),
          scene.tools().name().toLowerCase(Locale.ROOT),
          scene.overridable(),
          withBody ? SceneCatalogue.maskedBody(scene) : null);
    }
  }

  @Schema(name = "Usage")
  record Usage(
      Instant from,
      Instant to,
      String by,
      @Schema(description = "Whose midnight divides days.", examples = "Asia/Shanghai")
          String timeZone,
      List<UsageItem> items) {

    static Usage of(Instant from, Instant to, By by, ZoneId zone, List<UsageSum> sums) {
      return new Usage(
          from,
          to,
          by.name().toLowerCase(Locale.ROOT),
          zone.getId(),
          sums.stream()
              .map(
                  sum ->
                      new UsageItem(
                          sum.key(),
                          sum.active().toMillis() / 1000.0,
                          sum.tasks(),
                          sum.unseen(),
                          sum.sortedCloud()))
              .toList());
    }
  }

  @Schema(name = "UsageItem")
  record UsageItem(
      @Schema(description = "The task, scene, app or day.", examples = "assistant") String key,
      @Schema(description = "Time in rooms, by Parley's own clock.") double activeSeconds,
      @Schema(description = "Agents that had a part in it.") long tasks,
      @Schema(
              description =
                  "Those of them that the cloud accepted or billed and that were never seen in"
                      + " their room: their time is not known.")
          long unseenTasks,
      @Schema(description = "Numbers of the cloud's own usage events, added up, by their path.")
          Map<String, Double> cloud) {}
}
