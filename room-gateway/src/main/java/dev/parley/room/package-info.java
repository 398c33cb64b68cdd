/** From observations of many sources to a room's facts: pure, no framework, no clock. */
@NullMarked
package dev.parley.room;

import org.jspecify.annotations.NullMarked;
