package dev.parley.stack.process;

import dev.parley.events.Topic;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;

/** How one asks a process whether it is ready. */
sealed interface Readiness {
  boolean ready();

  /** Ready when the address answers 200. */
  record Http(URI health) implements Readiness {
    private static final HttpClient CLIENT =
        HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

    @Override
    public boolean ready() {
      try {
        HttpRequest request = HttpRequest.newBuilder(health).timeout(Duration.ofSeconds(5)).build();
        return CLIENT.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
      } catch (IOException e) {
        return false;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
  }

  /** Ready when the broker answers and has every topic. */
  record Kafka(String bootstrapServers) implements Readiness {
    private static final int PATIENCE_MILLIS = 1500;

    @Override
    public boolean ready() {
      try (Admin admin =
          Admin.create(
              Map.of(
                  AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                  bootstrapServers,
                  AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                  PATIENCE_MILLIS,
                  AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
                  PATIENCE_MILLIS))) {
        Set<String> topics = admin.listTopics().names().get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        return Arrays.stream(Topic.values()).map(Topic::topicName).allMatch(topics::contains);
      } catch (ExecutionException | TimeoutException e) {
        return false;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
  }
}
