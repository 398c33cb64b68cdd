package dev.parley.simulator.callback;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** Keeps what is posted; answers at once, with 200 unless told otherwise. */
public final class FakeTransport implements Transport {

  /** One post. */
  public record Post(URI url, @Nullable String contentType, String body) {}

  public final List<Post> posts = new ArrayList<>();
  private final Deque<Integer> statuses = new ArrayDeque<>();

  /** The status of the next post without one. */
  public void answerWith(int status) {
    statuses.add(status);
  }

  @Override
  public void post(
      URI url, @Nullable String contentType, String body, Duration timeout, IntConsumer status) {
    posts.add(new Post(url, contentType, body));
    Integer next = statuses.poll();
    status.accept(next == null ? 200 : next);
  }
}
