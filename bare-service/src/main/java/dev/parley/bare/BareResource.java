package dev.parley.bare;

import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Answers as fast as Quarkus REST can. */
@Path("/")
public class BareResource {
  private static final int MAX_BYTES = 64 * 1024;
  private static final int FRAME = "{\"text\":\"\"}".length();

  private final Map<Integer, String> answers = new ConcurrentHashMap<>();

  /** A constant JSON answer of that many bytes, 11 to 65536. */
  @POST
  @Path("constant")
  @Produces(MediaType.APPLICATION_JSON)
  public Uni<Response> constant(@QueryParam("bytes") @DefaultValue("1024") int bytes, byte[] body) {
    if (bytes < FRAME || bytes > MAX_BYTES) {
      return Uni.createFrom().item(Response.status(400).build());
    }
    return Uni.createFrom()
        .item(
            Response.status(201)
                .entity(answers.computeIfAbsent(bytes, BareResource::json))
                .build());
  }

  /** Reads the body and drops it. */
  @POST
  @Path("drop")
  public Uni<Response> drop(byte[] body) {
    return Uni.createFrom().item(Response.noContent().build());
  }

  private static String json(int bytes) {
    return "{\"text\":\"" + "x".repeat(bytes - FRAME) + "\"}";
  }
}
