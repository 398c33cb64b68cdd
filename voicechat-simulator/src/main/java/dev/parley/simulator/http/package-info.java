/** HTTP and WebSocket edges of the simulator. */
@NullMarked
package dev.parley.simulator.http;

import org.jspecify.annotations.NullMarked;
