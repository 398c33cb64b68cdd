package dev.parley.events.publish;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.events.EventType;
import dev.parley.events.Payload;
import dev.parley.events.PayloadTypes;
import dev.parley.events.Topic;
import java.util.List;
import java.util.Map;

/** The AsyncAPI 3.0 document of all topics and of the relay. */
final class AsyncApi {
  private static final String CLOUD_EVENT_HEADERS = "#/components/messageTraits/cloudEvent";

  private AsyncApi() {}

  static ObjectNode document() {
    ObjectNode document = Schemas.object().put("asyncapi", "3.0.0").put("id", "urn:parley:events");
    document
        .putObject("info")
        .put("title", "Parley events")
        .put("version", "0.1.0")
        .put(
            "description",
            "What happens in rooms of Volcengine RTC and to their voice agents: CloudEvents 1.0 on"
                + " Kafka, binary content mode. Records of one room are on one partition of every"
                + " topic. Readers pass over fields and types that they do not know.")
        .putObject("license")
        .put("name", "Apache-2.0");
    document.put("defaultContentType", "application/json");
    ObjectNode server = document.putObject("servers").putObject("kafka");
    server
        .put("host", "{bootstrapServers}")
        .put("protocol", "kafka")
        .put("description", "The operator's Kafka.")
        .putObject("variables")
        .putObject("bootstrapServers")
        .put("description", "Where clients connect.")
        .put("default", "localhost:7492");
    ObjectNode channels = document.putObject("channels");
    ObjectNode operations = document.putObject("operations");
    ObjectNode components = document.putObject("components");
    ObjectNode messages = components.putObject("messages");
    ObjectNode schemas = components.putObject("schemas");
    for (Topic topic : Topic.values()) {
      List<Class<? extends Payload>> types = typesOf(topic);
      channels.set(topic.topicName(), channel(topic, types));
      operation(operations, topic, "send", "write");
      if (topic == Topic.AGENT_COMMANDS
          || topic == Topic.TOOL_RESULTS
          || topic == Topic.ROOM_OBSERVATIONS) {
        operation(operations, topic, "receive", "read");
      }
      for (Class<? extends Payload> type : types) {
        String name = PayloadTypes.of(type).value();
        messages.set(name, message(type));
        ObjectNode schema = Schemas.of(type);
        // The document's own dialect has neither; the files beside it have both.
        schema.remove(List.of("$schema", "$id", "examples"));
        schemas.set(name, schema);
      }
    }
    components.putObject("messageTraits").set("cloudEvent", trait());
    RelayApi.describe(document);
    return document;
  }

  /** The types of a topic, in the order of their names. */
  static List<Class<? extends Payload>> typesOf(Topic topic) {
    return Records.sorted(PayloadTypes.all()).stream()
        .filter(type -> PayloadTypes.of(type).topic() == topic)
        .toList();
  }

  private static ObjectNode channel(Topic topic, List<Class<? extends Payload>> types) {
    ObjectNode channel = Schemas.object();
    channel.putArray("servers").addObject().put("$ref", "#/servers/kafka");
    channel
        .put("address", topic.topicName())
        .put("title", topic.topicName())
        .put("summary", topic.purpose())
        .put(
            "description",
            "Written by "
                + topic.writer()
                + ". Key: "
                + topic.key()
                + ". Order: "
                + topic.order()
                + ". "
                + TopicsPage.guarantee(topic));
    ObjectNode messages = channel.putObject("messages");
    types.forEach(
        type -> {
          String name = PayloadTypes.of(type).value();
          messages.putObject(name).put("$ref", "#/components/messages/" + name);
        });
    ObjectNode kafka = channel.putObject("bindings").putObject("kafka");
    kafka.put("topic", topic.topicName()).put("partitions", Topic.PARTITIONS);
    ObjectNode configuration = kafka.putObject("topicConfiguration");
    Map<String, String> config = topic.config(3);
    configuration.putArray("cleanup.policy").add(config.get("cleanup.policy"));
    config.forEach(
        (name, value) -> {
          if (name.endsWith(".ms") || name.endsWith(".bytes")) {
            configuration.put(name, Long.parseLong(value));
          }
        });
    kafka.put("bindingVersion", "0.5.0");
    return channel;
  }

  private static void operation(ObjectNode operations, Topic topic, String action, String word) {
    ObjectNode operation =
        operations.putObject(word + "." + topic.topicName()).put("action", action);
    operation.putObject("channel").put("$ref", "#/channels/" + topic.topicName());
    operation.put(
        "summary",
        action.equals("send")
            ? "Written by " + topic.writer() + "."
            : "Read by Parley itself; others may read it too.");
  }

  private static ObjectNode message(Class<? extends Payload> type) {
    EventType published = PayloadTypes.of(type);
    Records example = Records.example(type);
    ObjectNode message =
        Schemas.object()
            .put("name", published.value())
            .put("title", type.getSimpleName())
            .put("summary", published.about())
            .put("contentType", "application/json");
    message.putArray("traits").addObject().put("$ref", CLOUD_EVENT_HEADERS);
    message.putObject("payload").put("$ref", "#/components/schemas/" + published.value());
    ObjectNode shown = message.putArray("examples").addObject();
    shown.put("name", "example");
    shown.set("headers", example.headers());
    shown.set("payload", example.value());
    message
        .putObject("bindings")
        .putObject("kafka")
        .put("bindingVersion", "0.5.0")
        .set(
            "key",
            Schemas.object()
                .put("type", "string")
                .put("description", published.topic().key())
                .set("examples", Schemas.array().add(example.key())));
    return message;
  }

  private static ObjectNode trait() {
    ObjectNode trait = Schemas.object();
    ObjectNode headers = trait.putObject("headers").put("type", "object");
    ObjectNode properties = headers.putObject("properties");
    ArrayNode required = headers.putArray("required");
    for (Attribute attribute : Attribute.ALL) {
      properties
          .putObject(attribute.header())
          .put("type", "string")
          .put("description", attribute.description())
          .set("examples", Schemas.array().add(attribute.example()));
      if (attribute.required()) {
        required.add(attribute.header());
      }
    }
    return trait;
  }
}
