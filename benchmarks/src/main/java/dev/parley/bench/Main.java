package dev.parley.bench;

import dev.parley.stack.Console;
import dev.parley.stack.StackException;
import dev.parley.stack.process.StackFolder;
import dev.parley.stack.report.Report;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** The words {@code bench} and {@code chaos}. */
@Command(
    name = "./parley",
    subcommands = {Main.Bench.class, Main.Chaos.class})
public final class Main {
  private static final List<Measurement> BENCHES =
      List.of(
          new StartBench(),
          new TokenBench(),
          new TokenCodecBench(),
          new SerdeBench(),
          new AgentBench(),
          new GatewayBench());
  private static final List<Measurement> CHAOS =
      List.of(new GatewayChaos(), new AgentChaos(), new CallbackChaos());

  private Main() {}

  public static void main(String[] arguments) {
    System.exit(
        new CommandLine(new Main())
            .setExecutionExceptionHandler(
                (failure, command, parsed) -> {
                  Throwable cause =
                      failure instanceof ExecutionException ? failure.getCause() : failure;
                  if (cause instanceof StackException) {
                    Console console = Console.system();
                    console.line(console.red("parley: ") + cause.getMessage());
                    return 1;
                  }
                  throw failure;
                })
            .execute(arguments));
  }

  /** Measures. */
  @Command(name = "bench", description = "Measure something; without a name, list what there is.")
  static final class Bench implements Callable<Integer> {
    @Parameters(arity = "0..1", paramLabel = "NAME")
    private @Nullable String name;

    @Override
    public Integer call() throws Exception {
      return runOrList("bench", BENCHES, name);
    }
  }

  /** Breaks on purpose. */
  @Command(
      name = "chaos",
      description = "Break something on purpose; without a name, list what there is.")
  static final class Chaos implements Callable<Integer> {
    @Parameters(arity = "0..1", paramLabel = "NAME")
    private @Nullable String name;

    @Override
    public Integer call() throws Exception {
      return runOrList("chaos", CHAOS, name);
    }
  }

  private static int runOrList(String word, List<Measurement> known, @Nullable String name)
      throws Exception {
    Console console = Console.system();
    if (name == null) {
      known.forEach(
          each ->
              console.line(
                  String.format("  ./parley %s %-12s %s", word, each.name(), each.about())));
      return 0;
    }
    Measurement chosen =
        known.stream()
            .filter(each -> each.name().equals(name))
            .findFirst()
            .orElseThrow(
                () ->
                    new StackException(
                        "there is no "
                            + word
                            + " '"
                            + name
                            + "'; ./parley "
                            + word
                            + " lists them"));
    StackFolder folder =
        new StackFolder(Path.of(System.getProperty("parley.root", ".")).toAbsolutePath());
    Report report = chosen.run(folder, console);
    console.line("");
    report.print(console);
    console.line("");
    console.line("Written to " + folder.relative(report.write(folder.results())));
    report
        .wrong()
        .forEach(
            figure ->
                console.line(console.red("✗ ") + figure.figure() + " is not what it must be"));
    return report.wrong().isEmpty() ? 0 : 1;
  }
}
