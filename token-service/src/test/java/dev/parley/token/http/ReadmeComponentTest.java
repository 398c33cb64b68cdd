package dev.parley.token.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.token.support.NoKafka;
import dev.parley.token.support.WorldResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The calls that the README prints are accepted as they stand there. */
@QuarkusTest
@WithTestResource(WorldResource.class)
@WithTestResource(NoKafka.class)
class ReadmeComponentTest extends ApiCalls {
  private static final Pattern BLOCK = Pattern.compile("```sh\n(.*?)```", Pattern.DOTALL);
  private static final Pattern CALL =
      Pattern.compile(
          "curl -s http://localhost:7481(\\S+) -H \"Authorization: Bearer \\$(\\w+)\""
              + " -H 'Content-Type: application/json'[\\s\\\\]+-d '([^']*)'");

  @Test
  void everyCallOfTheReadmeIsAccepted() throws Exception {
    // Given
    Matcher block = BLOCK.matcher(Files.readString(Path.of("README.md")));
    assertThat(block.find()).isTrue();
    Map<String, String> bearers =
        Map.of(
            "BEARER", bearer("alice", "participant"),
            "OPERATOR", bearer("olga", "operator"));

    // When
    Map<String, Integer> statuses = new LinkedHashMap<>();
    Matcher call = CALL.matcher(block.group(1));
    while (call.find()) {
      String bearer = Objects.requireNonNull(bearers.get(call.group(2)), call.group(2));
      statuses.put(call.group(1), with(bearer, call.group(3)).post(call.group(1)).statusCode());
    }

    // Then
    assertThat(statuses)
        .containsExactly(
            Map.entry("/v1/tokens", 201),
            Map.entry("/v1/tokens/inspect", 200),
            Map.entry("/v1/tokens/batch", 201),
            Map.entry("/v1/sessions", 201));
    assertThat(block.group(1).split("curl -s http://localhost:7481", -1))
        .hasSize(1 + statuses.size());
  }
}
