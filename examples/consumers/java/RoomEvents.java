import dev.parley.events.codec.Decoded;
import dev.parley.events.codec.Envelope;
import dev.parley.events.codec.EnvelopeDeserializer;
import dev.parley.events.codec.Json;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Prints the facts of every room, from the first record on: RoomEvents [bootstrap] [group]. */
class RoomEvents {
  public static void main(String[] args) {
    Map<String, Object> config = new HashMap<>();
    config.put("bootstrap.servers", args.length > 0 ? args[0] : "localhost:7492");
    config.put("group.id", args.length > 1 ? args[1] : "room-events-java");
    config.put("auto.offset.reset", "earliest");
    config.put("enable.auto.commit", false);
    // Facts are written in transactions. Java clients also read aborted ones unless told.
    config.put("isolation.level", "read_committed");
    KafkaConsumer<String, Decoded> consumer =
        new KafkaConsumer<>(config, new StringDeserializer(), new EnvelopeDeserializer());
    Thread reader = Thread.currentThread();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(consumer, reader)));
    try (consumer) {
      consumer.subscribe(List.of("rtc.room.events"));
      while (true) {
        ConsumerRecords<String, Decoded> records = consumer.poll(Duration.ofSeconds(1));
        for (ConsumerRecord<String, Decoded> record : records) {
          System.out.println(line(record));
        }
        if (!records.isEmpty()) {
          consumer.commitSync(); // after the work: a crash repeats records, it loses none
        }
      }
    } catch (WakeupException e) {
      // asked to stop
    }
  }

  static String line(ConsumerRecord<String, Decoded> record) {
    String at = record.partition() + ":" + record.offset();
    return switch (record.value()) {
      case Decoded.Event(Envelope<?> event) ->
          "%s %s %s %s"
              .formatted(
                  event.time(),
                  record.key(),
                  event.type().value(),
                  Json.mapper().valueToTree(event.data()));
      case Decoded.UnknownType(String type) -> at + " passed over: unknown type " + type;
      case Decoded.Refused(Decoded.Refused.Code code, String reason) ->
          at + " refused: " + code + ", " + reason; // a real consumer keeps it as a dead letter
      case null -> at + " passed over: tombstone";
      case Decoded.Tombstone() -> at + " passed over: tombstone";
    };
  }

  static void stop(KafkaConsumer<?, ?> consumer, Thread reader) {
    consumer.wakeup();
    try {
      reader.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
