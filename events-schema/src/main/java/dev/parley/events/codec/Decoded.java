package dev.parley.events.codec;

import dev.parley.events.Payload;

/** What a reader gets from one record. Never an exception, whatever the bytes are. */
public sealed interface Decoded {

  /** A payload of a known type. */
  record Event(Envelope<? extends Payload> envelope) implements Decoded {}

  /** A well-formed event of a type that this version does not know; to be passed over. */
  record UnknownType(String type) implements Decoded {}

  /** The key of a compacted topic was deleted. */
  record Tombstone() implements Decoded {}

  /** Not an event; the code is stable, the reason is for people and quotes no content. */
  record Refused(Code code, String reason) implements Decoded {

    /** Why a record is refused. */
    public enum Code {
      HEADER_MISSING,
      HEADER_MALFORMED,
      TOO_LARGE,
      NOT_JSON,
      DOES_NOT_FIT_TYPE
    }
  }
}
