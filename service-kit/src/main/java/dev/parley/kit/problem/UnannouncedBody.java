package dev.parley.kit.problem;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import java.io.ByteArrayInputStream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jspecify.annotations.Nullable;

/**
 * Reads bodies that do not say their length, as far as {@link BodyLimit} would let them in.
 * Quarkus' own reading ends the connection without a word when such a body grows too large, and
 * needs a thread of its own for it.
 */
// Not @Singleton: filters are made before there are settings.
@ApplicationScoped
public class UnannouncedBody {
  private static final String CONTINUE = "100-continue";

  private final long limit;

  @Inject
  UnannouncedBody(@ConfigProperty(name = "quarkus.http.limits.max-body-size") MemorySize limit) {
    this.limit = limit.asLongValue();
  }

  /**
   * Null, for going on at once, where a length was announced: then it was checked. Comes after
   * filters that find out who calls.
   */
  @ServerRequestFilter(priority = Priorities.ENTITY_CODER)
  public @Nullable Uni<Void> read(RoutingContext call, ContainerRequestContext request) {
    return call.request().headers().contains(HttpHeaders.CONTENT_LENGTH) || call.request().isEnded()
        ? null
        : Uni.createFrom().emitter(done -> read(call, request, done));
  }

  private void read(
      RoutingContext call, ContainerRequestContext request, UniEmitter<? super Void> done) {
    HttpServerRequest incoming = call.request();
    Buffer body = Buffer.buffer();
    // Each handler would set the body going, before the next one is there.
    incoming.pause();
    incoming.exceptionHandler(done::fail);
    incoming.endHandler(
        end -> {
          request.setEntityStream(new ByteArrayInputStream(body.getBytes()));
          done.complete(null);
        });
    incoming.handler(
        part -> {
          if (body.length() + part.length() <= limit) {
            body.appendBuffer(part);
            return;
          }
          // What comes now is dropped: a client that can go on writing gets to read the answer.
          incoming.handler(dropped -> {});
          incoming.endHandler(end -> {});
          call.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
          done.fail(new ProblemException(BodyLimit.problem(limit)));
        });
    if (CONTINUE.equalsIgnoreCase(incoming.getHeader(HttpHeaders.EXPECT))) {
      call.response().writeContinue();
    }
    incoming.resume();
  }
}
