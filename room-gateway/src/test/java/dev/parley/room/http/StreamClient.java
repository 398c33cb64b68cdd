package dev.parley.room.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.room.Rooms;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Reads server-sent events by the rules of the HTML standard. */
public final class StreamClient implements AutoCloseable {
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  /** One dispatched event. */
  public record Event(String name, JsonNode data, String lastEventId) {}

  private final List<Event> events = new CopyOnWriteArrayList<>();
  private final InputStream body;
  private final HttpResponse<InputStream> response;
  private volatile String lastEventId = "";
  private volatile boolean ended;

  private StreamClient(HttpResponse<InputStream> response) {
    this.response = response;
    this.body = response.body();
    Thread.ofVirtual().start(this::read);
  }

  /** Listens from there on. */
  public static StreamClient listen(
      URI base, String path, String token, @Nullable String lastEventId)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(base.resolve(path)).header("Authorization", "Bearer " + token);
    if (lastEventId != null) {
      request.header("Last-Event-ID", lastEventId);
    }
    return new StreamClient(HTTP.send(request.build(), HttpResponse.BodyHandlers.ofInputStream()));
  }

  private void read() {
    List<String> fields = new ArrayList<>();
    try {
      // Whole bytes of one line, then UTF-8: what is told may be in any language.
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      for (int next = body.read(); next >= 0; next = body.read()) {
        if (next != '\n') {
          bytes.write(next);
          continue;
        }
        String line = bytes.toString(StandardCharsets.UTF_8);
        bytes.reset();
        if (line.isEmpty()) {
          dispatch(fields);
          fields.clear();
        } else {
          fields.add(line);
        }
      }
    } catch (IOException e) {
      // The connection broke: the same as its end.
    }
    ended = true;
  }

  private void dispatch(List<String> fields) {
    String name = "message";
    String data = "";
    for (String field : fields) {
      if (field.startsWith("id: ")) {
        lastEventId = field.substring(4);
      } else if (field.startsWith("event: ")) {
        name = field.substring(7);
      } else if (field.startsWith("data: ")) {
        data = field.substring(6);
      }
    }
    if (!data.isEmpty()) {
      events.add(new Event(name, Rooms.json(data), lastEventId));
    }
  }

  public int status() {
    return response.statusCode();
  }

  String contentType() {
    return response.headers().firstValue("Content-Type").orElse("");
  }

  public List<Event> events() {
    return events;
  }

  public List<String> types() {
    return events.stream()
        .filter(event -> event.name().equals("message"))
        .map(event -> event.data().path("type").asText())
        .toList();
  }

  public String lastEventId() {
    return lastEventId;
  }

  /** True when the gateway has ended the stream. */
  public boolean ended() {
    return ended;
  }

  /** Leaves, as a browser that goes offline. */
  public void leave() throws IOException {
    close();
  }

  @Override
  public void close() throws IOException {
    body.close();
  }
}
