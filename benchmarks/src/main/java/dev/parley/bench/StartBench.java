package dev.parley.bench;

import dev.parley.stack.Console;
import dev.parley.stack.process.LocalStack;
import dev.parley.stack.process.Ports;
import dev.parley.stack.process.StackFolder;
import dev.parley.stack.report.Figure;
import dev.parley.stack.report.Report;
import java.util.ArrayList;
import java.util.List;

/** How long the local stack takes from nothing to ready, and what its processes weigh at rest. */
final class StartBench implements Measurement {
  @Override
  public String name() {
    return "start";
  }

  @Override
  public String about() {
    return "seconds until each process is ready, memory at rest";
  }

  @Override
  public Report run(StackFolder folder, Console console) {
    List<Figure> figures = new ArrayList<>();
    Ports ports = new Ports(Ports.DEFAULT_BASE + 2000).orNextFree();
    try (LocalStack stack = LocalStack.start(folder.apart("bench-start"), ports, true, console)) {
      stack
          .readyAfter()
          .forEach(
              (name, after) ->
                  figures.add(Figure.of(name + " ready after", after.toMillis() / 1000.0, "s")));
      stack
          .residentBytes()
          .forEach(
              (name, bytes) ->
                  figures.add(Figure.of(name + " resident", bytes / 1_048_576.0, "MiB")));
    }
    return new Report(name(), figures);
  }
}
