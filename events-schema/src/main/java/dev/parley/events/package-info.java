/**
 * The contract between Parley's services and with the outside: topics, events, commands, states.
 */
@NullMarked
package dev.parley.events;

import org.jspecify.annotations.NullMarked;
