/** What a client says on its connection to a simulated room, and its life there. */
@NullMarked
package dev.parley.simulator.rtc;

import org.jspecify.annotations.NullMarked;
