package dev.parley.events;

import com.fasterxml.jackson.annotation.JsonIgnore;

/** The data of one record: everything that Parley writes to Kafka is one of these. */
public sealed interface Payload permits RoomScoped, TokenEvent, BadRow {

  /** The last millisecond of the year 9999: later moments have no RFC 3339 form. */
  long MAX_EVENT_TIME_MILLIS = 253_402_300_799_999L;

  /** The record's key; records of one key keep their order. */
  @JsonIgnore
  String recordKey();

  /** The CloudEvents subject: the room's id; empty where no room is concerned. */
  @JsonIgnore
  String subject();

  /** When it happened, by the clock of whoever saw it first. */
  @About(
      value = "When it happened (event time), Unix time in milliseconds, UTC.",
      unit = "ms",
      example = "1750000000123",
      minimum = 0,
      maximum = MAX_EVENT_TIME_MILLIS)
  long eventTimeMillis();
}
