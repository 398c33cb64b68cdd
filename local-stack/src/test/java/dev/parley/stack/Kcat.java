package dev.parley.stack;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Topics as a program reads them that shares no line of code with Parley. */
record Kcat(String bootstrapServers) {
  private static final ObjectMapper JSON = new ObjectMapper();

  record Row(String key, Map<String, String> headers, JsonNode value) {
    String type() {
      return headers.getOrDefault("ce_type", "");
    }
  }

  /** Everything on the topic, each partition in its order. */
  List<Row> read(String topic) throws IOException, InterruptedException {
    Process kcat =
        new ProcessBuilder(
                "kcat",
                "-b",
                bootstrapServers,
                "-t",
                topic,
                "-C",
                "-o",
                "beginning",
                "-e",
                "-q",
                "-f",
                "%k\\t%h\\t%s\\n")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String output = new String(kcat.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(kcat.waitFor()).as("exit code of kcat").isZero();
    return output.lines().map(Kcat::row).toList();
  }

  private static Row row(String line) {
    String[] parts = line.split("\t", 3);
    try {
      return new Row(parts[0], headers(parts[1]), JSON.readTree(parts[2]));
    } catch (IOException e) {
      throw new AssertionError("a value is not JSON: " + line, e);
    }
  }

  private static Map<String, String> headers(String text) {
    return Arrays.stream(text.split(",", -1))
        .map(header -> header.split("=", 2))
        .collect(Collectors.toMap(header -> header[0], header -> header[1]));
  }
}
