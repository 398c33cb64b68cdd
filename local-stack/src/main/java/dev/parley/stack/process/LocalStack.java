package dev.parley.stack.process;

import dev.parley.stack.Console;
import dev.parley.stack.StackException;
import dev.parley.stack.issuer.DevIssuer;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Kafka, the simulator and the services on this machine: starts, watches and stops them. */
public final class LocalStack implements AutoCloseable {
  private static final Duration READY_TIMEOUT = Duration.ofMinutes(2);
  private static final Duration STOP_PATIENCE = Duration.ofSeconds(12);
  private static final long POLL_MILLIS = 150;

  private final StackFolder folder;
  private final Ports ports;
  private final Console console;
  private final List<ServiceProcess> processes = new ArrayList<>();
  private final Map<String, Duration> readyAfter = new LinkedHashMap<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final DevIssuer issuer;
  private final Wiring wiring;
  private boolean closing;

  private LocalStack(
      StackFolder folder, Ports ports, Console console, DevIssuer issuer, Wiring wiring) {
    this.folder = folder;
    this.ports = ports;
    this.console = console;
    this.issuer = issuer;
    this.wiring = wiring;
  }

  /**
   * Starts everything and waits until each process is ready.
   *
   * @throws StackException with what to do, when a port is taken, a stack runs already, or a
   *     process does not become ready
   */
  public static LocalStack start(StackFolder folder, Ports ports, boolean fresh, Console console) {
    return start(folder, ports, fresh, Map.of(), console);
  }

  /**
   * As {@link #start(StackFolder, Ports, boolean, Console)}.
   *
   * @param overrides settings on top of the local stack's own, by service
   */
  public static LocalStack start(
      StackFolder folder,
      Ports ports,
      boolean fresh,
      Map<String, Map<String, String>> overrides,
      Console console) {
    return start(folder, ports, fresh, Heap.LAPTOP, overrides, console);
  }

  /**
   * As {@link #start(StackFolder, Ports, boolean, Console)}.
   *
   * @param heap of every process
   * @param overrides settings on top of the local stack's own, by service
   */
  public static LocalStack start(
      StackFolder folder,
      Ports ports,
      boolean fresh,
      Heap heap,
      Map<String, Map<String, String>> overrides,
      Console console) {
    refuseSecondStack(folder);
    endLeftOvers(folder, console);
    refuseTakenPorts(ports);
    if (fresh) {
      folder.clearData();
    }
    folder.create();
    DevIssuer issuer = DevIssuer.start(ports.issuer(), folder.data().resolve("dev-issuer.jwk"));
    Wiring wiring = new Wiring(folder, ports, heap, overrides);
    LocalStack stack = new LocalStack(folder, ports, console, issuer, wiring);
    // From here on whatever was started is stopped, also by Ctrl-C during the start.
    Runtime.getRuntime().addShutdownHook(new Thread(stack::close, "stop-local-stack"));
    try {
      stack.startAll(List.of(wiring.kafka()));
      stack.startAll(wiring.services());
    } catch (RuntimeException e) {
      stack.close();
      throw e;
    }
    return stack;
  }

  /**
   * Asks each process of a stack that runs already whether it is ready.
   *
   * @return a sentence about each that is not, in the order of their start, by its name
   */
  public static Map<String, String> notReady(StackFolder folder, Ports ports) {
    Wiring wiring = new Wiring(folder, ports, Heap.LAPTOP, Map.of());
    Map<String, String> sentences = new LinkedHashMap<>();
    Stream.concat(Stream.of(wiring.kafka()), wiring.services().stream())
        .filter(spec -> !spec.readiness().ready())
        .forEach(
            spec ->
                sentences.put(
                    spec.name(),
                    spec.name()
                        + " does not answer on port "
                        + spec.port()
                        + " that it is ready. Its log: "
                        + folder.relative(folder.log(spec.name()))
                        + ". To have it back: Ctrl-C where the stack runs, then ./parley run."));
    return sentences;
  }

  private static void refuseSecondStack(StackFolder folder) {
    StackFile.read(folder.stackFile())
        .filter(StackFile::alive)
        .ifPresent(
            file -> {
              throw new StackException(
                  "Parley is already running from this folder (process "
                      + file.launcher().pid()
                      + "). Stop it with Ctrl-C where it runs, or with: kill "
                      + file.launcher().pid());
            });
  }

  // A launcher that was killed by force leaves its services behind, and with them its ports.
  private static void endLeftOvers(StackFolder folder, Console console) {
    StackFile.read(folder.stackFile())
        .ifPresent(
            file ->
                file.services().stream()
                    .flatMap(mark -> mark.running().stream())
                    .forEach(
                        process -> {
                          console.line("Ending process " + process.pid() + " of an earlier run.");
                          process.destroy();
                          process
                              .onExit()
                              .orTimeout(10, TimeUnit.SECONDS)
                              .exceptionally(
                                  late -> {
                                    process.destroyForcibly();
                                    return process;
                                  })
                              .join();
                        }));
  }

  private static void refuseTakenPorts(Ports ports) {
    Map<String, Integer> taken = ports.taken();
    if (!taken.isEmpty()) {
      String list =
          taken.entrySet().stream()
              .map(entry -> entry.getValue() + " (for " + entry.getKey() + ")")
              .collect(Collectors.joining(", "));
      throw new StackException(
          (taken.size() == 1 ? "Port " : "Ports ")
              + list
              + (taken.size() == 1 ? " is" : " are")
              + " taken by another program. Stop it, or choose other ports, for example:"
              + " --port-base "
              + ports.offer().base());
    }
  }

  private void startAll(List<ServiceSpec> specs) {
    long began = System.nanoTime();
    List<ServiceProcess> waiting = new ArrayList<>();
    for (ServiceSpec spec : specs) {
      ServiceProcess process = ServiceProcess.start(spec, folder);
      synchronized (this) {
        processes.add(process);
      }
      waiting.add(process);
    }
    writeStackFile();
    while (!waiting.isEmpty()) {
      Duration elapsed = Duration.ofNanos(System.nanoTime() - began);
      for (ServiceProcess process : List.copyOf(waiting)) {
        if (!process.alive()) {
          throw endedEarly(process);
        }
        if (process.ready()) {
          waiting.remove(process);
          readyAfter.put(process.spec().name(), Duration.ofNanos(System.nanoTime() - began));
          console.line(
              String.format(
                  Locale.ROOT,
                  "  %s %-22s ready after %.1f s",
                  console.green("✓"),
                  process.spec().name(),
                  Duration.ofNanos(System.nanoTime() - began).toMillis() / 1000.0));
        }
      }
      if (waiting.isEmpty()) {
        return;
      }
      if (elapsed.compareTo(READY_TIMEOUT) > 0) {
        throw notReady(waiting.getFirst());
      }
      console.status(
          "  … "
              + elapsed.toSeconds()
              + " s, waiting for "
              + waiting.stream()
                  .map(process -> process.spec().name())
                  .collect(Collectors.joining(", ")));
      pause();
    }
  }

  private void writeStackFile() {
    synchronized (this) {
      new StackFile(
              StackFile.Mark.of("launcher", ProcessHandle.current()),
              ports.base(),
              processes.stream().map(ServiceProcess::mark).toList())
          .write(folder.stackFile());
    }
  }

  private static void pause() {
    try {
      Thread.sleep(POLL_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StackException("interrupted while starting");
    }
  }

  private StackException endedEarly(ServiceProcess process) {
    return new StackException(
        process.spec().name()
            + " ended while it was starting (exit code "
            + process.exitCode()
            + "). The end of its log, "
            + folder.relative(process.log())
            + ":\n"
            + indented(process.logTail()));
  }

  private StackException notReady(ServiceProcess process) {
    return new StackException(
        process.spec().name()
            + " was not ready within "
            + READY_TIMEOUT.toSeconds()
            + " s. The end of its log, "
            + folder.relative(process.log())
            + ":\n"
            + indented(process.logTail()));
  }

  private static String indented(List<String> lines) {
    return lines.stream().map(line -> "    " + line).collect(Collectors.joining("\n"));
  }

  /** Says so when a process ends that nobody stopped; the others go on. */
  public void watch() {
    synchronized (this) {
      for (ServiceProcess process : processes) {
        CompletableFuture<Void> unused = process.onExit().thenAccept(ended -> noticeEnd(process));
      }
    }
  }

  private void noticeEnd(ServiceProcess process) {
    if (process.stopping()) {
      return;
    }
    console.line("");
    console.line(
        console.red("✗ " + process.spec().name() + " has ended")
            + " ("
            + howItEnded(process.exitCode())
            + "). The other processes go on without it.");
    console.line("  Its log: " + folder.relative(process.log()) + "; the last lines:");
    console.line(console.dim(indented(process.logTail())));
    console.line("  To have it back: Ctrl-C, then ./parley run. Nothing in Kafka is lost by that.");
  }

  private static String howItEnded(int exitCode) {
    // A shell's convention, which the JVM follows: 128 + the number of the signal.
    return exitCode > 128 ? "signal " + (exitCode - 128) : "exit code " + exitCode;
  }

  /** Waits until somebody closes the stack. */
  public void awaitClose() {
    try {
      closed.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  public Ports ports() {
    return ports;
  }

  /** How long each process took from its start until it was ready. */
  public Map<String, Duration> readyAfter() {
    return new LinkedHashMap<>(readyAfter);
  }

  /** Resident memory of each process, in bytes; without those for which the system does not say. */
  public synchronized Map<String, Long> residentBytes() {
    Map<String, Long> resident = new LinkedHashMap<>();
    for (ServiceProcess process : processes) {
      process.residentBytes().ifPresent(bytes -> resident.put(process.spec().name(), bytes));
    }
    return resident;
  }

  /**
   * Bytes of a process's objects that are still in use, after a garbage collection.
   *
   * @throws StackException when the JDK's {@code jcmd} does not say
   */
  public long liveHeapBytes(String name) {
    return running(name).liveHeapBytes();
  }

  /**
   * How long the compilers of all processes have been compiling so far, waits for a processor
   * included.
   *
   * @throws StackException when the JDK's {@code jcmd} does not say
   */
  public synchronized Duration compiled() {
    return processes.stream()
        .filter(ServiceProcess::alive)
        .map(ServiceProcess::compiled)
        .reduce(Duration.ZERO, Duration::plus);
  }

  /** Processor time that a process has used so far; zero where the system does not say. */
  public Duration cpu(String name) {
    return running(name).cpu().orElse(Duration.ZERO);
  }

  /** Starts the service that does nothing, beside the others, and waits until it is ready. */
  public void startBareService() {
    startAll(
        List.of(
            ServiceSpec.quarkus(
                folder, wiring.heap(), "bare-service", ports.bareService(), Map.of())));
  }

  /**
   * Starts one more agent-control-service beside the others and waits until it is ready.
   *
   * @param name unlike any other process's
   * @param settings on top of those of the first one
   */
  public void startAnotherAgentControl(String name, int port, Map<String, String> settings) {
    startAll(List.of(wiring.anotherAgentControl(name, port, settings)));
  }

  /**
   * Starts a second room-gateway beside the first and waits until it is ready.
   *
   * @param name unlike any other process's
   */
  public void startAnotherRoomGateway(String name) {
    startAll(List.of(wiring.anotherRoomGateway(name)));
  }

  /**
   * Kills a process as {@code kill -9} does and waits until it is gone.
   *
   * @throws StackException when there is none of that name
   */
  public void kill(String name) {
    running(name).kill();
  }

  /**
   * Has a process stand still until {@link #goOn}, as {@code kill -STOP} does; on systems with
   * signals only.
   *
   * @throws StackException when there is none of that name, or it cannot be told so
   */
  public void standStill(String name) {
    running(name).standStill();
  }

  /**
   * Has a process that stands still go on.
   *
   * @throws StackException when there is none of that name, or it cannot be told so
   */
  public void goOn(String name) {
    running(name).goOn();
  }

  /** Starts a killed process anew and waits until it is ready. */
  public void startAgain(String name) {
    ServiceProcess dead = running(name);
    synchronized (this) {
      processes.remove(dead);
    }
    startAll(List.of(dead.spec()));
  }

  private synchronized ServiceProcess running(String name) {
    return processes.stream()
        .filter(process -> process.spec().name().equals(name))
        .findFirst()
        .orElseThrow(() -> new StackException("no process is called " + name));
  }

  /** Stops every process, the broker last. */
  @Override
  public void close() {
    List<ServiceProcess> running;
    synchronized (this) {
      if (closing) {
        return;
      }
      closing = true;
      running = processes.stream().filter(ServiceProcess::alive).toList();
    }
    if (!running.isEmpty()) {
      console.line("");
      console.line("Stopping " + running.size() + " processes ...");
    }
    List<ServiceProcess> services =
        running.stream().filter(process -> !process.spec().name().equals("kafka")).toList();
    List<Thread> stops =
        services.stream()
            .map(process -> Thread.ofVirtual().start(() -> process.stop(STOP_PATIENCE)))
            .toList();
    for (Thread stop : stops) {
      try {
        stop.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    running.stream()
        .filter(process -> process.spec().name().equals("kafka"))
        .forEach(process -> process.stop(STOP_PATIENCE));
    issuer.close();
    try {
      Files.deleteIfExists(folder.stackFile());
    } catch (IOException e) {
      console.line("The file " + folder.stackFile() + " stays behind: " + e.getMessage());
    }
    if (!running.isEmpty()) {
      console.line("Stopped.");
    }
    closed.countDown();
  }
}
