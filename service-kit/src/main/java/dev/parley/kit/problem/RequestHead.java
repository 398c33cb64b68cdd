package dev.parley.kit.problem;

import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.quarkus.vertx.http.runtime.VertxHttpConfig;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.Optional;

/**
 * Answers requests whose first line or headers are larger than {@code quarkus.http.limits} lets in;
 * Vert.x alone would say nothing to them. For that the server reads on for {@value #READ_ON} bytes:
 * what is larger still is refused by Vert.x, without a body. So are addresses that are no URI, with
 * 400, by Quarkus, and pages of other origins, with 403: both before anything here is asked.
 */
@Singleton
public class RequestHead implements HttpServerOptionsCustomizer {
  // Behind CORS, as BodyLimit is, and before it.
  private static final int PRIORITY = 295;
  private static final int READ_ON = 64 * 1024;

  // What a line of HTTP has beside its texts.
  private static final int AROUND_ADDRESS = " ".length() + " HTTP/1.1".length();

  private static final int AROUND_HEADER = ": \r\n".length();

  private final int maxLine;
  private final int maxHeaders;

  @Inject
  RequestHead(VertxHttpConfig http) {
    this.maxLine = http.limits().maxInitialLineLength();
    this.maxHeaders = Math.toIntExact(http.limits().maxHeaderSize().asLongValue());
  }

  @Override
  public void customizeHttpServer(HttpServerOptions options) {
    options.setMaxInitialLineLength(maxLine + READ_ON).setMaxHeaderSize(maxHeaders + READ_ON);
  }

  @Override
  public void customizeHttpsServer(HttpServerOptions options) {
    customizeHttpServer(options);
  }

  void register(@Observes Filters filters) {
    filters.register(this::check, PRIORITY);
  }

  private void check(RoutingContext call) {
    fault(call.request())
        .ifPresentOrElse(
            problem -> {
              // As Vert.x does: a body that may follow is not read.
              call.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
              ProblemAnswer.send(call, problem);
            },
            call::next);
  }

  private Optional<Problem> fault(HttpServerRequest request) {
    String address = request.uri();
    if (request.method().name().length() + address.length() + AROUND_ADDRESS > maxLine) {
      return Optional.of(
          Problem.of(
              414,
              "address_too_long",
              "The path and the query are longer than "
                  + maxLine
                  + " characters, which is the most that is read."));
    }
    if (headerBytes(request) > maxHeaders) {
      return Optional.of(
          Problem.of(
              431,
              "headers_too_large",
              "The headers are larger than "
                  + maxHeaders
                  + " bytes, which is the most that is read."));
    }
    return Optional.empty();
  }

  private static long headerBytes(HttpServerRequest request) {
    long bytes = 0;
    for (Map.Entry<String, String> header : request.headers()) {
      bytes += header.getKey().length() + header.getValue().length() + AROUND_HEADER;
    }
    return bytes;
  }
}
