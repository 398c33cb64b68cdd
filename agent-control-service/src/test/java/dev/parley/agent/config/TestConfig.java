package dev.parley.agent.config;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.HashMap;
import java.util.Map;

/** The configuration as the service would read it from these properties. */
public final class TestConfig {
  private TestConfig() {}

  public static AgentControlConfig of(Map<String, String> properties) {
    return new SmallRyeConfigBuilder()
        .addDiscoveredConverters()
        .withMapping(AgentControlConfig.class)
        .withSources(new PropertiesConfigSource(properties, "test", 100))
        .build()
        .getConfigMapping(AgentControlConfig.class);
  }

  /** One application named default, with the AppId of the samples. */
  public static Map<String, String> oneApp() {
    Map<String, String> properties = new HashMap<>();
    properties.put("parley.agent.apps.default.app-id", "123456781234567812345678");
    properties.put("parley.agent.apps.default.access-key-id", "AKLTtest");
    properties.put("parley.agent.apps.default.secret-access-key", "topsecretkey");
    properties.put("parley.agent.apps.default.callback-key", "callback-key");
    properties.put("parley.agent.apps.default.message-signature", "echo");
    properties.put("parley.agent.gateway-url", "http://localhost:7483");
    return properties;
  }
}
