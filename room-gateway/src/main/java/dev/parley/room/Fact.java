package dev.parley.room;

import dev.parley.events.Payload;

/**
 * Something the reducer tells.
 *
 * @param id follows from what is told and from the observation that gave rise to it: reducing the
 *     same observations again gives the same id
 */
public record Fact(Payload data, String id) {}
