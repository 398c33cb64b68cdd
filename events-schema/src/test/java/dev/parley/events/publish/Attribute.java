package dev.parley.events.publish;

import java.util.List;

/** One header of a record. */
record Attribute(String header, boolean required, String description, String example) {
  static final List<Attribute> ALL =
      List.of(
          new Attribute("content-type", true, "Always application/json.", "application/json"),
          new Attribute("ce_specversion", true, "CloudEvents version; always 1.0.", "1.0"),
          new Attribute(
              "ce_id",
              true,
              "Stable: a record that is written again for the same fact has the same id. Keep the"
                  + " ids that you have handled, and pass over what you know.",
              "6f0d4a4e-0c3e-8f6a-9a51-2f6c1b7d8e90"),
          new Attribute("ce_source", true, "The service that wrote it.", "/parley/room-gateway"),
          new Attribute(
              "ce_type",
              true,
              "What the value is; pass over types that you do not know.",
              "dev.parley.room.user-joined.v1"),
          new Attribute(
              "ce_subject", false, "The room; absent where no room is concerned.", "Room123"),
          new Attribute(
              "ce_time",
              true,
              "When it happened (event time), RFC 3339, UTC, with milliseconds.",
              "2025-06-15T15:06:40.123Z"),
          new Attribute(
              "ce_partitionkey",
              true,
              "What chose the partition: application and room.",
              "123456781234567812345678:Room123"),
          new Attribute(
              "ce_ingestedat",
              true,
              "When Parley saw it, RFC 3339, UTC, with milliseconds.",
              "2025-06-15T15:06:40.160Z"),
          new Attribute(
              "ce_traceparent",
              false,
              "W3C trace context (version 00) of the call that caused it, where the caller sent one.",
              "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
          new Attribute(
              "traceparent",
              false,
              "The same, under the name for which tracing tools look.",
              "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
          new Attribute("ce_reasoncode", false, "Only on bad rows: why, for programs.", "not_json"),
          new Attribute(
              "ce_origintopic",
              false,
              "Only on bad rows that were records: the topic.",
              "rtc.room.observations"),
          new Attribute(
              "ce_originpartition",
              false,
              "Only on bad rows that were records: the partition.",
              "7"),
          new Attribute(
              "ce_originoffset", false, "Only on bad rows that were records: the offset.", "4711"));
}
