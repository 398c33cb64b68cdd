package dev.parley.analytics;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command line. */
@Command(
    name = "room-analytics",
    mixinStandardHelpOptions = true,
    version = "room-analytics, an example of Parley",
    sortOptions = false,
    description = "Computes from Parley's topics what happened in each room in each hour.")
public final class Main implements Callable<Integer> {
  @Option(
      names = "--bootstrap-servers",
      defaultValue = "${env:KAFKA_BOOTSTRAP_SERVERS:-localhost:7492}",
      description = "Where Kafka is (${DEFAULT-VALUE}).")
  private String bootstrapServers = "";

  @Option(
      names = "--application-id",
      defaultValue = "parley-room-analytics",
      description = "Consumer group and prefix of internal topics (${DEFAULT-VALUE}).")
  private String applicationId = "";

  @Option(
      names = "--state",
      defaultValue = ".parley/data/room-analytics",
      description =
          "Folder of the state (${DEFAULT-VALUE}, which './parley run --fresh' empties too).")
  private Path state = Path.of("");

  @Option(
      names = "--grace",
      defaultValue = "PT15M",
      description = "How long after its end an hour waits for late events (${DEFAULT-VALUE}).")
  private Duration grace = Duration.ZERO;

  @Option(
      names = "--update-every",
      defaultValue = "PT10S",
      description = "How often changed results are written (${DEFAULT-VALUE}).")
  private Duration updateEvery = Duration.ZERO;

  @Option(
      names = "--idle-after",
      defaultValue = "PT5M",
      description =
          "A partition without records for so long goes by the wall clock (${DEFAULT-VALUE}).")
  private Duration idleAfter = Duration.ZERO;

  @Option(
      names = "--kafka-properties",
      description = "File with further settings of the Kafka clients, such as security.")
  private @Nullable Path kafkaProperties;

  private Main() {}

  public static void main(String[] arguments) {
    System.exit(
        new CommandLine(new Main())
            .setExecutionExceptionHandler(
                (failure, command, parsed) -> {
                  command.getErr().println("room-analytics: " + failure.getMessage());
                  return CommandLine.ExitCode.SOFTWARE;
                })
            .execute(arguments));
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    RoomAnalytics job =
        RoomAnalytics.start(
            new AnalyticsSettings(
                bootstrapServers,
                applicationId,
                state.toAbsolutePath(),
                grace,
                updateEvery,
                idleAfter,
                kafka()));
    Runtime.getRuntime().addShutdownHook(new Thread(job::close, "stop"));
    return job.awaitEnd() ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
  }

  private Map<String, String> kafka() throws IOException {
    Map<String, String> result = new HashMap<>();
    if (kafkaProperties != null) {
      Properties properties = new Properties();
      try (Reader reader = Files.newBufferedReader(kafkaProperties)) {
        properties.load(reader);
      }
      properties
          .stringPropertyNames()
          .forEach(name -> result.put(name, properties.getProperty(name)));
    }
    return result;
  }
}
