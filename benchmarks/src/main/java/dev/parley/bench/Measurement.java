package dev.parley.bench;

import dev.parley.stack.Console;
import dev.parley.stack.process.StackFolder;
import dev.parley.stack.report.Report;

/** One thing that {@code ./parley bench} or {@code ./parley chaos} can do. */
interface Measurement {
  /** The word that names it on the command line and its result file. */
  String name();

  /** One line for the list. */
  String about();

  /**
   * Does it.
   *
   * @throws dev.parley.stack.StackException when the run itself was not sound
   */
  Report run(StackFolder folder, Console console) throws Exception;
}
