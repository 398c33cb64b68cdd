package dev.parley.agent.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.http.HttpClosedException;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ReadersGoneTest {
  private static final String STREAMS =
      "org.jboss.resteasy.reactive.server.handlers.PublisherResponseHandler";

  private static boolean told(String logger, @Nullable Throwable failure) {
    LogRecord record = new LogRecord(Level.SEVERE, "Exception in SSE server handling");
    record.setLoggerName(logger);
    record.setThrown(failure);
    return new ReadersGone().isLoggable(record);
  }

  @Test
  void aBrokenConnectionOfAReaderIsNotTold() {
    for (Exception broken :
        List.of(
            new ClosedChannelException(),
            new IOException("Connection reset by peer"),
            new HttpClosedException("Connection was closed"))) {
      assertThat(told(STREAMS, broken)).as(broken.toString()).isFalse();
    }
  }

  @Test
  void whatFailsInTheServiceIsTold() {
    assertThat(told(STREAMS, new IllegalStateException("a fault"))).isTrue();
    assertThat(told(STREAMS, null)).isTrue();
    assertThat(told("dev.parley.agent.http", new IOException("a fault"))).isTrue();
  }
}
