package dev.parley.agent.kafka;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jboss.logmanager.formatters.PatternFormatter;

/** What a package logs meanwhile. */
public final class LogCapture extends Handler implements AutoCloseable {
  private static final PatternFormatter FORMATTER = new PatternFormatter("%s");

  private final Logger logger;
  private final List<String> lines = new CopyOnWriteArrayList<>();

  private LogCapture(Logger logger) {
    this.logger = logger;
  }

  /** Listens from now on. */
  public static LogCapture of(String packageName) {
    Logger logger = Logger.getLogger(packageName);
    LogCapture capture = new LogCapture(logger);
    logger.addHandler(capture);
    return capture;
  }

  /** Lines so far that contain a text. */
  public List<String> linesWith(String text) {
    return lines.stream().filter(line -> line.contains(text)).toList();
  }

  @Override
  public void publish(LogRecord record) {
    lines.add(FORMATTER.formatMessage(record));
  }

  @Override
  public void flush() {}

  @Override
  public void close() {
    logger.removeHandler(this);
  }
}
