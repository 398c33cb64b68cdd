package dev.parley.room.ingest;

import org.jspecify.annotations.Nullable;

/** How far a relay connection has come; one phase goes over into later ones only. */
sealed interface RelayPhase {
  /** Who is at the other end; null while that is not verified. */
  @Nullable RelayMember member();

  /** True once the client has said goodbye. */
  default boolean clean() {
    return false;
  }

  /** True when nothing more is taken or told. */
  default boolean ended() {
    return false;
  }

  /** Nothing was said yet. */
  record AwaitingHello() implements RelayPhase {
    @Override
    public @Nullable RelayMember member() {
      return null;
    }
  }

  /** The session token is being verified. */
  record Verifying() implements RelayPhase {
    @Override
    public @Nullable RelayMember member() {
      return null;
    }
  }

  /** Kafka is being told of the connection. */
  record Opening(RelayMember member) implements RelayPhase {}

  /** Reports come in. */
  record Open(RelayMember member) implements RelayPhase {}

  /** The client said goodbye; what is open is still acknowledged. */
  record Leaving(RelayMember member) implements RelayPhase {
    @Override
    public boolean clean() {
      return true;
    }
  }

  /** The gateway stops; nothing more is read, and what is open is still acknowledged. */
  record Stopping(RelayMember member) implements RelayPhase {}

  /** The gateway has ended it, and waits for the socket to close. */
  record Ending(@Nullable RelayMember member, boolean clean) implements RelayPhase {
    @Override
    public boolean ended() {
      return true;
    }
  }

  /** The socket is gone. */
  record Gone() implements RelayPhase {
    @Override
    public @Nullable RelayMember member() {
      return null;
    }

    @Override
    public boolean ended() {
      return true;
    }
  }
}
