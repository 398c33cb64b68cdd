package dev.parley.events.publish;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The relay protocol of room-gateway as a channel of the AsyncAPI document. */
final class RelayApi {
  static final String CHANNEL = "relay";
  static final String ADDRESS = "/v1/rooms/{roomId}/relay";
  private static final long TIME = 1750000000000L;

  private enum From {
    CLIENT,
    GATEWAY
  }

  private record Frame(
      From from, String name, String summary, ObjectNode payload, JsonNode example) {
    String contentType() {
      return name.equals("binary") ? "application/octet-stream" : "application/json";
    }
  }

  private static final List<Frame> FRAMES =
      List.of(
          new Frame(
              From.CLIENT,
              "hello",
              "The first frame, within 10 s.",
              frame("hello")
                  .with("token", text("The session JWT."))
                  .with("clientId", clientId())
                  .with("clientTimeMillis", millis("The client's own clock."))
                  .optional("sdkVersion", text("Version of the RTC SDK."))
                  .schema(),
              example("hello")
                  .put("token", "eyJhbGciOiJFUzI1NiJ9.e30.c2ln")
                  .put("clientId", "web-1")
                  .put("clientTimeMillis", TIME)
                  .put("sdkVersion", "4.68.4")),
          new Frame(
              From.CLIENT,
              "event",
              "An event of the RTC SDK, by its name and with its arguments.",
              frame("event")
                  .with("sequence", sequence("Number of the report, without gaps."))
                  .with("clientTimeMillis", millis("The client's clock when it saw the event."))
                  .with("name", text("The SDK's name of the event."))
                  .optional(
                      "arguments",
                      Schemas.object()
                          .put("type", "array")
                          .put("description", "The SDK's arguments, in order."))
                  .schema(),
              event()),
          new Frame(
              From.CLIENT,
              "renew",
              "A new session in the place of the one before; answered by renewed or an error.",
              frame("renew").with("token", text("The new session JWT.")).schema(),
              example("renew").put("token", "eyJhbGciOiJFUzI1NiJ9.e30.c2ln")),
          new Frame(
              From.CLIENT,
              "goodbye",
              "The clean end: the gateway acknowledges what is open and closes with 1000.",
              frame("goodbye").schema(),
              example("goodbye")),
          new Frame(
              From.CLIENT,
              "binary",
              "A binary message of the room; the layout is in docs/relay-protocol.md.",
              Schemas.object().put("type", "string").put("format", "binary"),
              Schemas.object()),
          new Frame(
              From.GATEWAY,
              "welcome",
              "The session is verified, and Kafka knows of the connection.",
              frame("welcome")
                  .with("connectionId", text("Names this connection."))
                  .with(
                      "lastSequence",
                      whole(0, "Reports up to that are kept; 0 when the gateway does not know."))
                  .with("serverTimeMillis", millis("The gateway's clock."))
                  .with("heartbeatMillis", whole(1, "How often the gateway pings."))
                  .schema(),
              example("welcome")
                  .put("connectionId", "2f1c9a34-0d55-4ac1-9a53-6a4f3f3f7a10")
                  .put("lastSequence", 0)
                  .put("serverTimeMillis", TIME + 20)
                  .put("heartbeatMillis", 15000)),
          new Frame(
              From.GATEWAY,
              "ack",
              "Kafka has everything up to that sequence.",
              frame("ack").with("sequence", whole(0, "Up to that, inclusive.")).schema(),
              example("ack").put("sequence", 1)),
          new Frame(
              From.GATEWAY,
              "error",
              "Something was refused; with a sequence, that report alone.",
              frame("error")
                  .with("code", text("Stable; docs/relay-protocol.md lists them."))
                  .with("detail", text("What to do about it."))
                  .optional("sequence", sequence("The report that was refused."))
                  .schema(),
              example("error")
                  .put("code", "unknown_event")
                  .put("detail", "The Web SDK has no event of that name.")
                  .put("sequence", 2)),
          new Frame(
              From.GATEWAY,
              "expiring",
              "The session ends soon: send renew.",
              frame("expiring").with("expiresAtMillis", millis("When it ends.")).schema(),
              example("expiring").put("expiresAtMillis", TIME + 900_000)),
          new Frame(
              From.GATEWAY,
              "renewed",
              "The relay goes on with the new session.",
              frame("renewed").with("expiresAtMillis", millis("When that one ends.")).schema(),
              example("renewed").put("expiresAtMillis", TIME + 1_800_000)));

  private RelayApi() {}

  /** How many frames there are. */
  static int frames() {
    return FRAMES.size();
  }

  /** Adds server, channel, operations and messages. */
  static void describe(ObjectNode document) {
    ObjectNode server = ((ObjectNode) document.path("servers")).putObject("gateway");
    server
        .put("host", "{gateway}")
        .put("protocol", "wss")
        .put("description", "room-gateway; ws on a laptop.")
        .putObject("variables")
        .putObject("gateway")
        .put("description", "Where room-gateway is.")
        .put("default", "localhost:7483");
    ObjectNode channel = ((ObjectNode) document.path("channels")).putObject(CHANNEL);
    channel
        .put("address", ADDRESS)
        .put("title", "Relay, version 1")
        .put("summary", "What a client's RTC SDK tells it, acknowledged when Kafka has it.")
        .put(
            "description",
            "One WebSocket per client and room. The session JWT goes into the first frame. Rules,"
                + " binary layout, close codes and refusals: docs/relay-protocol.md.");
    channel.putArray("servers").addObject().put("$ref", "#/servers/gateway");
    channel
        .putObject("parameters")
        .putObject("roomId")
        .put("description", "The RTC room; the session must be for it.");
    ObjectNode messages = channel.putObject("messages");
    ObjectNode all = (ObjectNode) document.path("components").path("messages");
    ObjectNode schemas = (ObjectNode) document.path("components").path("schemas");
    for (Frame frame : FRAMES) {
      String name = "relay." + frame.name();
      messages.putObject(name).put("$ref", "#/components/messages/" + name);
      ObjectNode message =
          Schemas.object()
              .put("name", name)
              .put("title", frame.name())
              .put("summary", frame.summary())
              .put("contentType", frame.contentType());
      message.putObject("payload").put("$ref", "#/components/schemas/" + name);
      if (!frame.example().isEmpty()) {
        message
            .putArray("examples")
            .addObject()
            .put("name", "example")
            .set("payload", frame.example());
      }
      all.set(name, message);
      schemas.set(name, frame.payload());
    }
    channel
        .putObject("bindings")
        .putObject("ws")
        .put("method", "GET")
        .put("bindingVersion", "0.1.0");
    ObjectNode operations = (ObjectNode) document.path("operations");
    operation(operations, From.CLIENT, "receive", "Frames that clients send.");
    operation(operations, From.GATEWAY, "send", "Frames that the gateway sends.");
  }

  private static void operation(ObjectNode operations, From from, String action, String summary) {
    ObjectNode operation =
        operations.putObject(action + "." + CHANNEL).put("action", action).put("summary", summary);
    operation.putObject("channel").put("$ref", "#/channels/" + CHANNEL);
    FRAMES.stream()
        .filter(frame -> frame.from() == from)
        .forEach(
            frame ->
                operation
                    .withArray("messages")
                    .addObject()
                    .put("$ref", "#/channels/" + CHANNEL + "/messages/relay." + frame.name()));
  }

  private static ObjectNode event() {
    ObjectNode event =
        example("event")
            .put("sequence", 1)
            .put("clientTimeMillis", TIME + 100)
            .put("name", "onUserJoined");
    event.putArray("arguments").addObject().putObject("userInfo").put("userId", "bob");
    return event;
  }

  private static ObjectNode example(String type) {
    return Schemas.object().put("type", type);
  }

  private static ObjectNode text(String description) {
    return Schemas.object()
        .put("type", "string")
        .put("minLength", 1)
        .put("description", description);
  }

  private static ObjectNode clientId() {
    return text("Names one running instance of the client.")
        .put("pattern", "^[a-zA-Z0-9_@.-]{1,128}$");
  }

  private static ObjectNode millis(String description) {
    return whole(0, description + " Milliseconds since 1970.");
  }

  private static ObjectNode sequence(String description) {
    return whole(1, description);
  }

  private static ObjectNode whole(long minimum, String description) {
    return Schemas.object()
        .put("type", "integer")
        .put("minimum", minimum)
        .put("description", description);
  }

  private static Fields frame(String type) {
    return new Fields(type);
  }

  /** The schema of a text frame; readers pass over fields that they do not know. */
  private static final class Fields {
    private final Map<String, ObjectNode> properties = new LinkedHashMap<>();
    private final List<String> required = new ArrayList<>();

    Fields(String type) {
      with("type", Schemas.object().put("const", type));
    }

    Fields with(String name, ObjectNode property) {
      required.add(name);
      return optional(name, property);
    }

    Fields optional(String name, ObjectNode property) {
      properties.put(name, property);
      return this;
    }

    ObjectNode schema() {
      ObjectNode schema = Schemas.object().put("type", "object");
      properties.forEach(schema.putObject("properties")::set);
      required.forEach(schema.putArray("required")::add);
      return schema;
    }
  }
}
