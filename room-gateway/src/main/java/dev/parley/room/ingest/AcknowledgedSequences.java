package dev.parley.room.ingest;

import dev.parley.events.id.ClientId;
import dev.parley.events.id.RoomKey;
import dev.parley.events.id.UserId;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The last sequence of each client that Kafka has acknowledged through this process. Bounded: a
 * client that is forgotten sends again what it does not know to be kept, which is harmless.
 */
public final class AcknowledgedSequences {
  private record Key(RoomKey room, UserId userId, ClientId clientId) {}

  private final Map<Key, Long> sequences;

  public AcknowledgedSequences(int maxClients) {
    sequences =
        new LinkedHashMap<>(16, 0.75f, true) {
          @Override
          protected boolean removeEldestEntry(Map.Entry<Key, Long> eldest) {
            return size() > maxClients;
          }
        };
  }

  /** 0 when nothing is known. */
  public synchronized long last(RoomKey room, UserId userId, ClientId clientId) {
    return sequences.getOrDefault(new Key(room, userId, clientId), 0L);
  }

  public synchronized void acknowledged(
      RoomKey room, UserId userId, ClientId clientId, long sequence) {
    sequences.merge(new Key(room, userId, clientId), sequence, Math::max);
  }
}
