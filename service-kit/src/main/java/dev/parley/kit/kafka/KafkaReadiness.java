package dev.parley.kit.kafka;

import dev.parley.events.Topic;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready when the broker answers and has Parley's topics. */
@Readiness
@ApplicationScoped
public class KafkaReadiness implements HealthCheck {
  private final Admin admin;
  private final long timeoutMillis;

  @Inject
  KafkaReadiness(KafkaClients clients, KafkaConfig config) {
    this.admin = Admin.create(clients.commonConfig());
    this.timeoutMillis = config.healthTimeout().toMillis();
  }

  @Override
  public HealthCheckResponse call() {
    try {
      Set<String> there = admin.listTopics().names().get(timeoutMillis, TimeUnit.MILLISECONDS);
      List<String> missing =
          Arrays.stream(Topic.values())
              .map(Topic::topicName)
              .filter(topic -> !there.contains(topic))
              .toList();
      return missing.isEmpty()
          ? HealthCheckResponse.up("kafka")
          : down("topics are missing: " + String.join(", ", missing));
    } catch (ExecutionException e) {
      return down("the broker refuses");
    } catch (TimeoutException e) {
      return down("the broker does not answer");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return down("interrupted");
    }
  }

  private static HealthCheckResponse down(String reason) {
    return HealthCheckResponse.named("kafka").down().withData("reason", reason).build();
  }

  @PreDestroy
  void close() {
    // Without a bound it waits for calls under way, a minute long while the broker is away.
    admin.close(Duration.ofSeconds(1));
  }
}
