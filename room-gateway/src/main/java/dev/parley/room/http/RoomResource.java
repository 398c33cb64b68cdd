package dev.parley.room.http;

import dev.parley.events.RoomState;
import dev.parley.events.id.RoomId;
import dev.parley.events.id.RoomKey;
import dev.parley.kit.problem.Problem;
import dev.parley.kit.problem.ProblemException;
import dev.parley.kit.session.Session;
import dev.parley.room.config.Positions;
import dev.parley.room.config.RoomConfig;
import dev.parley.room.kafka.RoomsView;
import dev.parley.room.kafka.TimelineReader;
import dev.parley.room.push.LiveRooms;
import dev.parley.room.push.Timeline;
import dev.parley.room.push.Timeline.Position;
import dev.parley.room.push.TimelineSpan;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.common.annotation.NonBlocking;
import jakarta.inject.Inject;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/**
 * Live rooms and their timelines. Operators and analysts see every room, participants their own.
 */
@Path("/v1/rooms")
@Authenticated
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Rooms", description = "Who is in which room now, and what happened there")
public class RoomResource {
  private final JsonWebToken token;
  private final RoomsView view;
  private final TimelineReader timelines;
  private final RoomConfig config;
  private final Positions positions;
  private final Clock clock;

  @Inject
  RoomResource(
      JsonWebToken token,
      RoomsView view,
      TimelineReader timelines,
      RoomConfig config,
      Positions positions,
      Clock clock) {
    this.token = token;
    this.view = view;
    this.timelines = timelines;
    this.config = config;
    this.positions = positions;
    this.clock = clock;
  }

  /**
   * One page of rooms.
   *
   * @param next what to ask for as {@code after}; null on the last page
   */
  public record RoomPage(List<RoomState> rooms, @Nullable String next) {}

  /** Rooms by id. */
  @GET
  @NonBlocking
  @Operation(summary = "Lists rooms")
  public RoomPage list(
      @QueryParam("open") @DefaultValue("true") String open,
      @QueryParam("prefix") @DefaultValue("") String prefix,
      @QueryParam("after") @DefaultValue("") String after,
      @QueryParam("limit")
          @DefaultValue("100")
          @Parameter(schema = @Schema(type = SchemaType.INTEGER, defaultValue = "100"))
          String limit) {
    Boolean wanted =
        switch (open) {
          case "true" -> Boolean.TRUE;
          case "false" -> Boolean.FALSE;
          case "all" -> null;
          default -> throw Parameters.invalid("Parameter open must be true, false or all.");
        };
    int page = Parameters.limit(limit, config.push().maxPage());
    List<RoomState> rooms = rooms().visible(Session.from(token), wanted, prefix, after, page + 1);
    return rooms.size() <= page
        ? new RoomPage(rooms, null)
        : new RoomPage(rooms.subList(0, page), rooms.get(page - 1).roomId().value());
  }

  /** One room now. */
  @GET
  @Path("/{roomId}")
  @NonBlocking
  @Operation(summary = "Says who is in a room now, what they send, and what its agents do")
  public RoomState one(@PathParam("roomId") RoomId roomId) {
    RoomKey room = allowed(roomId);
    return rooms()
        .of(room)
        .orElseThrow(
            () ->
                new ProblemException(
                    Problem.of(404, "room_not_found", "Nobody has heard of that room lately.")));
  }

  /** What happened in a room. */
  @GET
  @Path("/{roomId}/timeline")
  @Blocking
  @Operation(
      summary = "Tells what happened in a room, in the order in which it happened",
      description =
          "From Kafka, as far back as its topics keep it; by default the last hour, and with after"
              + " what follows the page before.")
  public Timeline.Page timeline(
      @PathParam("roomId") RoomId roomId,
      @QueryParam("from") @Nullable String from,
      @QueryParam("to") @Nullable String to,
      @QueryParam("types") @DefaultValue("") String types,
      @QueryParam("after") @Nullable String after,
      @QueryParam("limit")
          @DefaultValue("100")
          @Parameter(schema = @Schema(type = SchemaType.INTEGER, defaultValue = "100"))
          String limit) {
    RoomKey room = allowed(roomId);
    checkRole();
    Position position =
        after == null
            ? null
            : positions
                .seal()
                .open(after)
                .flatMap(Position::ofCursor)
                .orElseThrow(
                    () -> Parameters.invalid("Parameter after must be the next of a page."));
    TimelineSpan span = span(from, to, position);
    Set<String> wanted =
        Parameters.types(types).orElseThrow(() -> new ProblemException(Parameters.unknownType()));
    Timeline timeline = new Timeline(Parameters.limit(limit, config.push().maxPage()), position);
    timelines.read(Session.from(token), room, span, wanted, timeline);
    Timeline.Page told = timeline.page();
    String next = told.next();
    return next == null ? told : new Timeline.Page(told.entries(), positions.seal().seal(next));
  }

  private TimelineSpan span(
      @Nullable String from, @Nullable String to, @Nullable Position position) {
    Instant first = from == null ? null : Parameters.time("Parameter from", from);
    Instant end = to == null ? null : Parameters.time("Parameter to", to);
    try {
      return TimelineSpan.asked(first, end, position, clock.instant());
    } catch (IllegalArgumentException e) {
      throw Parameters.invalid("Parameter from must be before to, and to after the page before.");
    }
  }

  private RoomKey allowed(RoomId roomId) {
    Session session = Session.from(token);
    RoomKey room = new RoomKey(session.appId(), roomId);
    session.requireRoom(room);
    return room;
  }

  private LiveRooms rooms() {
    checkRole();
    return view.rooms()
        .orElseThrow(
            () ->
                new ProblemException(
                    Problem.of(503, "rooms_loading", "The rooms are being read: try again.")
                        .retryAfter(1)));
  }

  private void checkRole() {
    if (!config.roles().push()) {
      throw new ProblemException(
          Problem.of(404, "not_found", "This gateway answers no reads: its push role is off."));
    }
  }
}
