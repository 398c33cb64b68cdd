package dev.parley.stack;

import dev.parley.stack.demo.DemoCall;
import dev.parley.stack.process.LocalStack;
import dev.parley.stack.process.Ports;
import dev.parley.stack.process.StackFile;
import dev.parley.stack.process.StackFolder;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The words of {@code ./parley} that need the built project. */
@Command(
    name = "./parley",
    subcommands = {Parley.Run.class, Parley.Demo.class, Parley.Token.class, Topics.class})
public final class Parley {
  private Parley() {}

  public static void main(String[] arguments) {
    Console console = Console.system();
    int exitCode =
        new CommandLine(new Parley())
            .setExecutionExceptionHandler(
                (failure, command, parsed) -> {
                  if (failure instanceof StackException) {
                    console.line(console.red("parley: ") + failure.getMessage());
                    return 1;
                  }
                  throw failure;
                })
            .execute(arguments);
    System.exit(exitCode);
  }

  static StackFolder folder() {
    return new StackFolder(Path.of(System.getProperty("parley.root", ".")).toAbsolutePath());
  }

  static Ports ports(@Nullable Integer base) {
    try {
      return new Ports(base == null ? Ports.DEFAULT_BASE : base);
    } catch (IllegalArgumentException e) {
      throw new StackException(String.valueOf(e.getMessage()));
    }
  }

  /** Starts everything and stays until Ctrl-C. */
  @Command(name = "run", description = "Start everything on this machine; Ctrl-C stops it.")
  static final class Run implements Callable<Integer> {
    @Option(names = "--fresh", description = "Start with empty data.")
    private boolean fresh;

    @Option(
        names = "--port-base",
        paramLabel = "N",
        description = "First of the ports, " + Ports.DEFAULT_BASE + " unless given.")
    private @Nullable Integer portBase;

    @Override
    public Integer call() {
      Console console = Console.system();
      console.line(console.bold("Starting Parley on this machine"));
      LocalStack stack = LocalStack.start(folder(), ports(portBase), fresh, console);
      stack.watch();
      new Addresses(stack.ports()).print(console);
      stack.awaitClose();
      return 0;
    }
  }

  /** Plays the demo call, on a running stack or on one of its own. */
  @Command(name = "demo", description = "Play one whole call and show what became of it.")
  static final class Demo implements Callable<Integer> {
    @Option(
        names = "--port-base",
        paramLabel = "N",
        description =
            "First of the ports, "
                + Ports.DEFAULT_BASE
                + " unless given; only where no stack runs yet.")
    private @Nullable Integer portBase;

    @Override
    public Integer call() {
      Console console = Console.system();
      Optional<StackFile> running = StackFile.read(folder().stackFile()).filter(StackFile::alive);
      if (running.isPresent()) {
        console.line(
            "Using the stack that runs already (process " + running.get().launcher().pid() + ").");
        sayWhatIsNotReady(running.get().ports(), console);
        return DemoCall.play(running.get().ports(), console) ? 0 : 1;
      }
      console.line(console.bold("Starting Parley on this machine"));
      Ports wanted = ports(portBase);
      Ports ports = portBase == null ? wanted.orNextFree() : wanted;
      if (ports.base() != wanted.base()) {
        console.line(
            "  Ports from " + wanted.base() + " are taken; using " + ports.base() + " and up.");
      }
      try (LocalStack stack = LocalStack.start(folder(), ports, false, console)) {
        stack.watch();
        return DemoCall.play(stack.ports(), console) ? 0 : 1;
      }
    }
  }

  // Without its broker nothing of a call can be seen; without a service it shows what is missing.
  private static void sayWhatIsNotReady(Ports ports, Console console) {
    Map<String, String> notReady = LocalStack.notReady(folder(), ports);
    String broker = notReady.get("kafka");
    if (broker != null) {
      throw new StackException(broker);
    }
    notReady.values().forEach(sentence -> console.line(console.red("✗ ") + sentence));
  }

  /** Prints a bearer JWT of the development issuer. */
  @Command(name = "token", description = "Print a bearer JWT of the development issuer.")
  static final class Token implements Callable<Integer> {
    @Parameters(paramLabel = "USER", description = "Whom the token names.")
    private String user = "";

    @Option(
        names = "--role",
        paramLabel = "ROLE",
        defaultValue = "participant",
        description = "participant, operator or analyst; ${DEFAULT-VALUE} unless given.")
    private String role = "";

    @Override
    public Integer call() throws IOException, InterruptedException {
      Ports ports =
          StackFile.read(folder().stackFile())
              .filter(StackFile::alive)
              .orElseThrow(
                  () -> new StackException("no stack is running here; start one with ./parley run"))
              .ports();
      HttpResponse<String> answer =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(
                          URI.create(
                              "http://localhost:"
                                  + ports.issuer()
                                  + "/token?user="
                                  + URLEncoder.encode(user, StandardCharsets.UTF_8)
                                  + "&role="
                                  + URLEncoder.encode(role, StandardCharsets.UTF_8)))
                      .build(),
                  HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() != 200) {
        throw new StackException(answer.body().strip());
      }
      System.out.println(answer.body());
      return 0;
    }
  }
}
