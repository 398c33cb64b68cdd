package dev.parley.tools;

import java.time.Clock;
import java.util.Map;
import java.util.concurrent.ExecutionException;

/** Answers the weather: {@code tool-worker.jar [bootstrap] [group]}. */
final class Main {
  private Main() {}

  /** Works until the process is asked to end. */
  public static void main(String[] args) throws InterruptedException, ExecutionException {
    String bootstrapServers = args.length > 0 ? args[0] : "localhost:7492";
    String group = args.length > 1 ? args[1] : "tool-worker-java";
    Thread worker = Thread.currentThread();
    new ToolWorker(
            Map.of("bootstrap.servers", bootstrapServers),
            group,
            Map.of("get_current_weather", Weather::answer),
            Clock.systemUTC())
        .run(
            consumer ->
                Runtime.getRuntime()
                    .addShutdownHook(
                        new Thread(
                            () -> {
                              consumer.wakeup();
                              join(worker);
                            })));
  }

  private static void join(Thread worker) {
    try {
      worker.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
