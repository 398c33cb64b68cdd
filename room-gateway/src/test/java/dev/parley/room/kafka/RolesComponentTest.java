package dev.parley.room.kafka;

import static org.assertj.core.api.Assertions.assertThatCode;

import dev.parley.kafka.KafkaTestResource;
import dev.parley.kit.kafka.KafkaClients;
import dev.parley.room.config.RoomConfig;
import dev.parley.room.http.SessionKeys;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.Map;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(KafkaTestResource.class)
@WithTestResource(SessionKeys.class)
class RolesComponentTest {
  @Inject KafkaClients clients;
  @Inject Clock clock;

  @Test
  void aProcessThatAnswersNoReadsStartsAndStopsWithoutThem() {
    // Given
    RoomConfig config =
        new SmallRyeConfigBuilder()
            .addDiscoveredConverters()
            .withMapping(RoomConfig.class)
            .withSources(
                new PropertiesConfigSource(Map.of("parley.room.roles.push", "false"), "test", 100))
            .build()
            .getConfigMapping(RoomConfig.class);
    RoomsView rooms = new RoomsView(clients, config, new SimpleMeterRegistry());
    StreamFeed feed = new StreamFeed(clients, config, clock, new SimpleMeterRegistry());
    ReplayJournal journal = new ReplayJournal(clients, config);
    rooms.start(new StartupEvent());
    feed.start(new StartupEvent());
    journal.start(new StartupEvent());

    // When, Then
    assertThatCode(() -> rooms.stop(new ShutdownEvent())).doesNotThrowAnyException();
    assertThatCode(() -> feed.stop(new ShutdownEvent())).doesNotThrowAnyException();
    assertThatCode(() -> journal.stop(new ShutdownEvent())).doesNotThrowAnyException();
  }
}
