package dev.parley.room.http;

import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.UriInfo;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;

/**
 * Names in each 401 the scheme that would do. Callbacks know none: they bear signatures of their
 * own.
 */
public class BearerChallenge {
  @ServerResponseFilter
  public void challenge(ContainerResponseContext response, UriInfo uri) {
    if (response.getStatus() == 401
        && !uri.getRequestUri().getPath().startsWith("/v1/callbacks/")) {
      response.getHeaders().putSingle(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
    }
  }
}
