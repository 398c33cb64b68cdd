package dev.parley.stack;

import java.io.PrintStream;

/** Where commands speak to a person: colour and a moving line only on a terminal. */
public final class Console {
  private final PrintStream out;
  private final boolean terminal;
  private final boolean colour;
  private boolean statusShown;

  private Console(PrintStream out, boolean terminal, boolean colour) {
    this.out = out;
    this.terminal = terminal;
    this.colour = colour;
  }

  /** The process's own output; honours {@code NO_COLOR}. */
  public static Console system() {
    // The shell knows best: System.console() means different things in different JDKs.
    boolean terminal = Boolean.getBoolean("parley.terminal");
    return new Console(System.out, terminal, terminal && System.getenv("NO_COLOR") == null);
  }

  /** Without colour and moving lines. */
  public static Console plain(PrintStream out) {
    return new Console(out, false, false);
  }

  /** Prints a line that stays. */
  public synchronized void line(String text) {
    clearStatus();
    out.println(text);
    out.flush();
  }

  /** Shows a line that the next one replaces; nothing where there is no terminal. */
  public synchronized void status(String text) {
    if (terminal) {
      clearStatus();
      out.print(text);
      out.flush();
      statusShown = true;
    }
  }

  private void clearStatus() {
    if (statusShown) {
      out.print("\r\u001b[K");
      statusShown = false;
    }
  }

  public String bold(String text) {
    return paint("1", text);
  }

  public String dim(String text) {
    return paint("2", text);
  }

  public String green(String text) {
    return paint("32", text);
  }

  public String red(String text) {
    return paint("31", text);
  }

  public String yellow(String text) {
    return paint("33", text);
  }

  public String cyan(String text) {
    return paint("36", text);
  }

  public String magenta(String text) {
    return paint("35", text);
  }

  private String paint(String code, String text) {
    return colour ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
  }
}
