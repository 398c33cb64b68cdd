package dev.parley.kafka;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** One broker of several in a JVM of its own: data folder, id, then the nodes. */
public final class KafkaNodeMain {
  private KafkaNodeMain() {}

  public static void main(String[] arguments) {
    List<String> words = Arrays.asList(arguments);
    EmbeddedKafka.start(
            Path.of(words.get(0)),
            Integer.parseInt(words.get(1)),
            KafkaNodes.parse(words.subList(2, words.size())))
        .awaitShutdown();
  }
}
