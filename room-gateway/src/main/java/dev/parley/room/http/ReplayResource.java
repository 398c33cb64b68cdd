package dev.parley.room.http;

import dev.parley.events.Topic;
import dev.parley.events.id.RoomId;
import dev.parley.kit.problem.Problem;
import dev.parley.kit.problem.ProblemException;
import dev.parley.kit.session.Role;
import dev.parley.kit.session.Session;
import dev.parley.room.config.RoomConfig;
import dev.parley.room.kafka.ReplayJournal;
import dev.parley.room.replay.ReplayOrder;
import dev.parley.room.replay.ReplayOrder.Kind;
import dev.parley.room.replay.ReplayProgress;
import dev.parley.room.replay.ReplayProgress.State;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.common.annotation.NonBlocking;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Replays: what Kafka keeps, told again. For operators alone. */
@Path("/v1/replays")
@Authenticated
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Replays", description = "Kept events and bad rows, told again")
public class ReplayResource {
  private final JsonWebToken token;
  private final ReplayJournal journal;
  private final RoomConfig config;
  private final OrderReader reader;
  private final Clock clock;

  @Inject
  ReplayResource(JsonWebToken token, ReplayJournal journal, RoomConfig config, Clock clock) {
    this.token = token;
    this.journal = journal;
    this.config = config;
    this.reader = new OrderReader(config.replays(), clock);
    this.clock = clock;
  }

  /**
   * An order.
   *
   * @param kind {@code EVENTS} or {@code BAD_ROWS}
   * @param roomId one room; all rooms of the application without
   * @param from RFC 3339; first event time
   * @param to RFC 3339; event times before that; now without
   * @param types CloudEvents types, for bad rows their codes, at most 100; all of the topics
   *     without
   * @param topics names of topics; with neither topics nor types, the room's facts
   * @param target the topic that events are written to
   */
  public record Order(
      @Schema(
              required = true,
              enumeration = {"EVENTS", "BAD_ROWS"})
          @Nullable String kind,
      @Nullable RoomId roomId,
      @Schema(required = true) @Nullable String from,
      @Nullable String to,
      @Schema(maxItems = OrderReader.MAX_TYPES) @Nullable List<@Nullable String> types,
      @Nullable List<@Nullable String> topics,
      @Nullable String target) {}

  /**
   * A replay as it stands.
   *
   * @param state {@code WAITING}, or a state of {@link ReplayProgress}
   * @param passedOver records read that were not asked for: other rooms, types and times
   * @param unreadable records that this version cannot read: the log says where they lie
   * @param left records that are still to be looked at, at most
   */
  public record Replay(
      String id,
      Kind kind,
      @Nullable RoomId roomId,
      Instant from,
      Instant to,
      List<String> topics,
      List<String> types,
      @Nullable String target,
      String askedBy,
      Instant askedAt,
      String state,
      long written,
      long passedOver,
      long refusedAgain,
      long unreadable,
      @Nullable Long left,
      @Nullable String code,
      @Nullable Instant updatedAt) {

    static Replay of(ReplayOrder order, Optional<ReplayProgress> progress) {
      ReplayProgress so = progress.orElse(null);
      String waiting = order.cancelledMillis() == null ? "WAITING" : "CANCELLED";
      return new Replay(
          order.id(),
          order.kind(),
          order.roomId(),
          Instant.ofEpochMilli(order.fromMillis()),
          Instant.ofEpochMilli(order.toMillis()),
          order.topics().stream().map(Topic::topicName).toList(),
          order.types(),
          order.target(),
          order.askedBy(),
          Instant.ofEpochMilli(order.askedMillis()),
          so == null ? waiting : so.state().name(),
          so == null ? 0 : so.written(),
          so == null ? 0 : so.passedOver(),
          so == null ? 0 : so.refusedAgain(),
          so == null ? 0 : so.unreadable(),
          so == null ? null : so.left(),
          so == null ? null : so.code(),
          so == null ? null : Instant.ofEpochMilli(so.updatedMillis()));
    }
  }

  /**
   * One page of the application's replays.
   *
   * @param next what to ask for as {@code after}; null on the last page
   */
  public record Replays(List<Replay> replays, @Nullable String next) {
    public Replays {
      replays = List.copyOf(replays);
    }
  }

  /** Orders a replay. */
  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @Blocking
  @Operation(
      summary = "Orders a replay",
      description =
          "EVENTS writes kept events, as they are, to a topic whose name begins with the configured"
              + " prefix. BAD_ROWS puts bad rows through the doors that refused them. Goes on where"
              + " it was when the gateway restarts, and tells nothing twice.")
  @RequestBody(required = true)
  @APIResponse(
      responseCode = "202",
      description = "Ordered; its progress is at Location",
      content = @Content(schema = @Schema(implementation = Replay.class)))
  public Response order(@Nullable Order asked) {
    Session operator = operator();
    ReplayOrder order = reader.read(asked, operator);
    long open =
        journal.orders().stream()
            .filter(each -> each.appId().equals(operator.appId()))
            .filter(each -> each.cancelledMillis() == null)
            .filter(
                each ->
                    journal
                        .progress(each)
                        .map(so -> so.state() == State.RUNNING)
                        .orElse(Boolean.TRUE))
            .count();
    if (open >= config.replays().maxOpen()) {
      throw new ProblemException(
          Problem.of(
                  429, "too_many_replays", "Too many replays are open: wait until some are done.")
              .retryAfter(60));
    }
    journal.order(order);
    return Response.status(202)
        .location(URI.create("/v1/replays/" + order.id()))
        .entity(Replay.of(order, Optional.empty()))
        .build();
  }

  /** Replays by id. */
  @GET
  @NonBlocking
  @Operation(summary = "Lists replays")
  public Replays list(
      @QueryParam("after") @DefaultValue("") String after,
      @QueryParam("limit")
          @DefaultValue("100")
          @Parameter(schema = @Schema(type = SchemaType.INTEGER, defaultValue = "100"))
          String asked) {
    Session operator = operator();
    int limit = Parameters.limit(asked, config.replays().maxPage());
    List<ReplayOrder> orders = journal.orders(operator.appId(), after, limit + 1);
    return new Replays(
        orders.stream()
            .limit(limit)
            .map(order -> Replay.of(order, journal.progress(order)))
            .toList(),
        orders.size() <= limit ? null : orders.get(limit - 1).id());
  }

  /** One replay. */
  @GET
  @Path("/{id}")
  @NonBlocking
  @Operation(summary = "Says how far a replay is")
  public Replay one(@PathParam("id") String id) {
    ReplayOrder order = known(id);
    return Replay.of(order, journal.progress(order));
  }

  /** Calls a replay off. */
  @DELETE
  @Path("/{id}")
  @Blocking
  @Operation(summary = "Calls a replay off; what was told again stays")
  @APIResponse(
      responseCode = "202",
      description = "Called off; what is being told ends soon",
      content = @Content(schema = @Schema(implementation = Replay.class)))
  public Response cancel(@PathParam("id") String id) {
    ReplayOrder order = known(id);
    journal.order(order.cancelled(clock.millis()));
    return Response.status(202).entity(Replay.of(order, journal.progress(order))).build();
  }

  private Session operator() {
    Session session = Session.from(token);
    if (session.role() != Role.OPERATOR) {
      throw new ProblemException(
          Problem.of(403, "forbidden", "Only an operator orders and sees replays."));
    }
    if (!config.roles().push()) {
      throw new ProblemException(
          Problem.of(404, "not_found", "This gateway answers no reads: its push role is off."));
    }
    if (!journal.complete()) {
      throw new ProblemException(
          Problem.of(503, "replays_loading", "The replays are being read: try again.")
              .retryAfter(1));
    }
    return session;
  }

  private ReplayOrder known(String id) {
    ReplayOrder order = journal.order(operator().appId() + ":" + id);
    if (order == null) {
      throw new ProblemException(
          Problem.of(404, "replay_not_found", "There is no replay of that id."));
    }
    return order;
  }
}
