package dev.parley.simulator;

import java.net.URI;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One RTC application of the simulated account.
 *
 * @param appKey signs access tokens
 * @param webhookUrl where event callbacks go; none are sent when absent
 * @param versions API versions that this app may use
 */
public record App(
    String appId,
    String appKey,
    @Nullable URI webhookUrl,
    String webhookSecret,
    Set<String> versions) {

  public App {
    Identifiers.require("appId", appId);
    if (appKey.isBlank()) {
      throw new IllegalArgumentException("appKey of app " + appId + " must not be blank");
    }
    if (webhookUrl != null && webhookSecret.isBlank()) {
      throw new IllegalArgumentException(
          "app " + appId + " has a webhook url and so needs a webhook secret");
    }
    if (webhookUrl != null && webhookUrl.getHost() == null) {
      throw new IllegalArgumentException(
          "the webhook url of app " + appId + " must be absolute, but was " + webhookUrl);
    }
    versions = Set.copyOf(versions);
  }

  @Override
  public String toString() {
    return "App[appId=" + appId + ", webhookUrl=" + webhookUrl + ", appKey=****]";
  }
}
