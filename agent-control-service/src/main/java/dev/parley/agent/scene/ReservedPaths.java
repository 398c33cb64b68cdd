package dev.parley.agent.scene;

import java.util.List;

/** What agent-control puts into every start body: no scene sets it, and no caller overrides it. */
final class ReservedPaths {
  /** The paths below the body. */
  static final List<String> ALL =
      List.of(
          "AppId",
          "RoomId",
          "TaskId",
          "AgentConfig.UserId",
          "AgentConfig.TargetUserId",
          "AgentConfig.EnableConversationStateCallback",
          "AgentConfig.ServerMessageURLForRTS",
          "AgentConfig.ServerMessageSignatureForRTS",
          "Config.SubtitleConfig.ServerMessageUrl",
          "Config.SubtitleConfig.ServerMessageSignature",
          "Config.FunctionCallingConfig");

  private ReservedPaths() {}

  /** True where the path is reserved, or lies below one that is. */
  static boolean reserved(String path) {
    return ALL.stream().anyMatch(reserved -> within(path, reserved));
  }

  /** True where something below the path is reserved. */
  static boolean above(String path) {
    return ALL.stream().anyMatch(reserved -> !reserved.equals(path) && within(reserved, path));
  }

  private static boolean within(String path, String outer) {
    return path.equals(outer) || path.startsWith(outer + ".");
  }
}
