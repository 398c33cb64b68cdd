package dev.parley.agent.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.events.InterruptMode;
import dev.parley.events.id.UserId;
import dev.parley.kit.problem.Problem;
import dev.parley.kit.problem.ProblemException;
import java.util.Locale;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** Bodies of the API. Bounded, and checked field by field. */
final class Requests {
  private static final int MAX_URL = 2000;
  private static final int MAX_TEXT = 4000;
  private static final int MAX_CONTENT = 32 * 1024;
  private static final int MAX_ID = 128;

  private Requests() {}

  @Schema(name = "StartAgent")
  record Start(
      @Schema(description = "Name of the scene.", examples = "assistant", required = true)
          @Nullable String scene,
      @Schema(
              description = "The human whom the agent listens to; a participant's own by default.",
              type = SchemaType.STRING)
          @Nullable UserId targetUserId,
      @Schema(
              description = "The agent's user id in the room; made up where absent.",
              type = SchemaType.STRING)
          @Nullable UserId agentUserId,
      @Schema(description = "What the agent says first; the scene's own where absent.")
          @Nullable String welcomeMessage,
      @Schema(
              description = "Fields of the start body that replace the scene's, where it permits.",
              type = SchemaType.OBJECT)
          @Nullable JsonNode overrides) {
    String requiredScene() {
      return required("scene", scene, 64);
    }

    @Nullable String checkedWelcomeMessage() {
      return welcomeMessage == null ? null : required("welcomeMessage", welcomeMessage, MAX_TEXT);
    }
  }

  @Schema(name = "SayText")
  record Say(
      @Schema(description = "The text to speak; the vendor advises at most 200 characters.")
          @Nullable String text,
      @Schema(description = "high, medium or low.", examples = "high", defaultValue = "high")
          @Nullable String interruptMode) {
    String requiredText() {
      return required("text", text, MAX_TEXT);
    }
  }

  @Schema(name = "AskAgent")
  record Ask(
      @Schema(description = "What the user is taken to have said.") @Nullable String text,
      @Schema(description = "high, medium or low.", examples = "high", defaultValue = "high")
          @Nullable String interruptMode,
      @Schema(description = "Address of an image that belongs to the text.")
          @Nullable String imageUrl) {
    String requiredText() {
      return required("text", text, MAX_TEXT);
    }

    @Nullable String checkedImageUrl() {
      if (imageUrl == null) {
        return null;
      }
      if (imageUrl.length() > MAX_URL) {
        throw refused("imageUrl", "must have at most " + MAX_URL + " characters");
      }
      if (!imageUrl.matches("https?://\\S+")) {
        throw refused("imageUrl", "must be an http or https address");
      }
      return imageUrl;
    }
  }

  @Schema(name = "AddPrompt")
  record Prompt(@Schema(description = "Context for the user's next turn.") @Nullable String text) {
    String requiredText() {
      return required("text", text, MAX_TEXT);
    }
  }

  @Schema(name = "ReturnToolResult")
  record ToolAnswer(
      @Schema(description = "The call that is answered.", examples = "call_cx_1")
          @Nullable String toolCallId,
      @Schema(description = "What the agent is told.") @Nullable String content) {
    String requiredToolCallId() {
      return required("toolCallId", toolCallId, MAX_ID);
    }

    String requiredContent() {
      return required("content", content, MAX_CONTENT);
    }
  }

  @Schema(name = "UpdateParameters")
  record Parameters(
      @Schema(description = "The OpenAPI's Parameters.", type = SchemaType.OBJECT)
          @Nullable JsonNode parameters) {
    JsonNode requiredParameters() {
      if (parameters == null || !parameters.isObject() || parameters.isEmpty()) {
        throw refused("parameters", "must be an object with at least one field");
      }
      return parameters;
    }
  }

  /** The body itself, or a refusal where there is none. */
  static <T> T present(@Nullable T body) {
    if (body == null) {
      throw new ProblemException(
          Problem.of(400, "malformed_body", "Send a JSON object as the body."));
    }
    return body;
  }

  static InterruptMode interruptMode(@Nullable String word) {
    if (word == null) {
      return InterruptMode.HIGH;
    }
    return switch (word.toLowerCase(Locale.ROOT)) {
      case "high" -> InterruptMode.HIGH;
      case "medium" -> InterruptMode.MEDIUM;
      case "low" -> InterruptMode.LOW;
      default -> throw refused("interruptMode", "must be high, medium or low");
    };
  }

  private static String required(String field, @Nullable String text, int longest) {
    if (text == null || text.isBlank()) {
      throw refused(field, "must be given and not be blank");
    }
    if (text.length() > longest) {
      throw refused(field, "must have at most " + longest + " characters");
    }
    return text;
  }

  private static ProblemException refused(String field, String rule) {
    return new ProblemException(
        Problem.of(400, "invalid_value", "Field " + field + " " + rule + ".").with("field", field));
  }
}
