package dev.parley.agent.http;

import dev.parley.agent.cloud.FakeVoiceChatApi;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** A cloud in memory takes the place of the one over HTTP. */
class TestCloud {
  @Produces
  @Singleton
  FakeVoiceChatApi cloud() {
    return new FakeVoiceChatApi();
  }
}
