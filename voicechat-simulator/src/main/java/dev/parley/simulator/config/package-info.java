/** The simulator's settings and how its parts are put together. */
@NullMarked
package dev.parley.simulator.config;

import org.jspecify.annotations.NullMarked;
