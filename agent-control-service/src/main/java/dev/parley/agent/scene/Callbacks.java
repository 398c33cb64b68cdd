package dev.parley.agent.scene;

import dev.parley.events.id.AppId;
import dev.parley.events.id.RoomId;
import dev.parley.events.id.TaskId;
import dev.parley.kit.callback.CallbackPath;
import dev.parley.kit.secret.Secret;
import java.net.URI;

/**
 * Where the cloud sends what an agent does.
 *
 * @param gatewayUrl the gateway as the cloud reaches it
 * @param appName the application's name in the gateway's configuration
 * @param pathKey proves to the gateway that the address is Parley's
 * @param signature the shared text that the cloud echoes in every callback
 */
public record Callbacks(URI gatewayUrl, String appName, Secret pathKey, Secret signature) {

  String messages(AppId appId, RoomId roomId, TaskId taskId) {
    return address("messages", appId, roomId, taskId);
  }

  String functions(AppId appId, RoomId roomId, TaskId taskId) {
    return address("functions", appId, roomId, taskId);
  }

  private String address(String kind, AppId appId, RoomId roomId, TaskId taskId) {
    String base = gatewayUrl.toString().replaceFirst("/+$", "");
    return base
        + "/v1/callbacks/"
        + kind
        + "/"
        + appName
        + "/"
        + CallbackPath.mint(pathKey, appId, roomId, taskId);
  }
}
