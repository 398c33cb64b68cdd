package dev.parley.events.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.events.Topic;
import dev.parley.testkit.NodeScript;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class AsyncApiIT {
  @Test
  void theOfficialParserAcceptsTheDocument() throws Exception {
    // When
    String channels =
        NodeScript.run(
            "validate.mjs",
            PublishedFiles.ROOT
                .resolve("events-schema/src/main/resources/asyncapi.json")
                .toString());

    // Then
    assertThat(channels.lines())
        .containsExactlyInAnyOrderElementsOf(
            Stream.concat(
                    Arrays.stream(Topic.values())
                        .map(topic -> topic.topicName() + " " + AsyncApi.typesOf(topic).size()),
                    Stream.of(RelayApi.ADDRESS + " " + RelayApi.frames()))
                .toList());
  }
}
