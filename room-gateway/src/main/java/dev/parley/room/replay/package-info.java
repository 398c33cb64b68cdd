/** Telling again: kept events into a topic for it, bad rows through the doors that refused them. */
@NullMarked
package dev.parley.room.replay;

import org.jspecify.annotations.NullMarked;
