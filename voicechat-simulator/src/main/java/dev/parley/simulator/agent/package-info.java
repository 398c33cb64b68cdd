/**
 * The simulated agent: a state machine that hears, thinks, speaks, calls tools and can be
 * interrupted.
 */
@NullMarked
package dev.parley.simulator.agent;

import org.jspecify.annotations.NullMarked;
