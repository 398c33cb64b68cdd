package dev.parley.stack.demo;

import dev.parley.stack.Console;
import java.util.ArrayList;
import java.util.List;

/** What the demo expected and what it found. */
final class Findings {
  private record Finding(boolean holds, String text) {}

  private final List<Finding> findings = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();

  void exactly(long expected, String what, long found) {
    findings.add(
        new Finding(
            found == expected,
            what + ": " + found + (found == expected ? "" : ", expected " + expected)));
  }

  void atLeast(long expected, String what, long found) {
    findings.add(
        new Finding(
            found >= expected,
            what + ": " + found + (found >= expected ? "" : ", expected at least " + expected)));
  }

  void missing(String what) {
    findings.add(new Finding(false, what));
  }

  void note(String text) {
    notes.add(text);
  }

  /**
   * Prints them.
   *
   * @return true when all hold
   */
  boolean print(Console console) {
    console.line("");
    for (Finding finding : findings) {
      console.line(
          "  " + (finding.holds() ? console.green("✓") : console.red("✗")) + " " + finding.text());
    }
    notes.forEach(note -> console.line("  " + note));
    long failed = findings.stream().filter(finding -> !finding.holds()).count();
    console.line("");
    console.line(
        failed == 0
            ? console.green("Every expected fact is in the topics.")
            : console.red(failed + " of " + findings.size() + " expectations do not hold."));
    return failed == 0;
  }
}
