/**
 * The simulated RTC rooms: who is in them, what they publish, what each SDK client would be told.
 */
@NullMarked
package dev.parley.simulator.room;

import org.jspecify.annotations.NullMarked;
