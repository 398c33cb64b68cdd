package dev.parley.agent.http;

import io.quarkus.logging.LoggingFilter;
import io.vertx.core.http.HttpClosedException;
import java.io.IOException;
import java.util.logging.Filter;
import java.util.logging.LogRecord;
import org.jspecify.annotations.Nullable;

/**
 * Keeps out of the log that a reader of a task's events is gone, which is an everyday event. What
 * fails in here is still told. Quarkus' own {@code quarkus.log.filter} lets every error through.
 */
@LoggingFilter(name = "readers-gone")
public final class ReadersGone implements Filter {
  private static final String STREAMS =
      "org.jboss.resteasy.reactive.server.handlers.PublisherResponseHandler";

  @Override
  public boolean isLoggable(LogRecord record) {
    return !STREAMS.equals(record.getLoggerName()) || !gone(record.getThrown());
  }

  private static boolean gone(@Nullable Throwable failure) {
    return failure instanceof IOException || failure instanceof HttpClosedException;
  }
}
