package dev.parley.events.contract;

import dev.parley.events.Sensitivity;

/**
 * One field of the contract.
 *
 * @param description one sentence; what the value says
 * @param unit of a number; empty where there is none
 * @param example as JSON, strings without quotes; empty where it follows from the shape
 * @param required false where the field may be absent
 * @param since the release that introduced the field; empty where it is as old as its type
 */
public record Field(
    String name,
    String description,
    String unit,
    String example,
    Sensitivity sensitivity,
    boolean required,
    String since,
    Shape shape) {}
