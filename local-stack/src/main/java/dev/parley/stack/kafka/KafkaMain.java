package dev.parley.stack.kafka;

import dev.parley.kafka.EmbeddedKafka;
import java.nio.file.Path;

/** Runs the broker until the process is told to end. Arguments: data folder, port. */
public final class KafkaMain {
  private KafkaMain() {}

  public static void main(String[] arguments) {
    EmbeddedKafka kafka =
        EmbeddedKafka.start(Path.of(arguments[0]), Integer.parseInt(arguments[1]));
    Runtime.getRuntime().addShutdownHook(new Thread(kafka::close, "stop-kafka"));
    kafka.awaitShutdown();
  }
}
