package dev.parley.token.http;

import dev.parley.token.session.SessionKeys;
import io.smallrye.common.annotation.NonBlocking;
import jakarta.annotation.security.PermitAll;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.EntityTag;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The public keys of the session JWT. */
@Path("/.well-known/jwks.json")
@PermitAll
@Tag(name = "Sessions")
public class JwksResource {
  private final SessionKeys keys;
  private final long maxAgeSeconds;

  @Inject
  JwksResource(SessionKeys keys, ApiSettings settings) {
    this.keys = keys;
    this.maxAgeSeconds = settings.jwksMaxAge().toSeconds();
  }

  @GET
  @NonBlocking
  @Produces(MediaType.APPLICATION_JSON)
  @Operation(operationId = "jwks", summary = "The keys that session JWTs are verified with")
  @APIResponse(
      responseCode = "200",
      description = "A JWKS document",
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              examples = @ExampleObject(name = "keys", value = Examples.JWKS)))
  public Response jwks(@Context Request request) {
    String document = keys.jwks();
    EntityTag tag = new EntityTag(Integer.toHexString(document.hashCode()));
    Response.ResponseBuilder unchanged = request.evaluatePreconditions(tag);
    Response.ResponseBuilder answer = unchanged == null ? Response.ok(document) : unchanged;
    return answer
        .tag(tag)
        .header(HttpHeaders.CACHE_CONTROL, "public, max-age=" + maxAgeSeconds)
        .build();
  }
}
