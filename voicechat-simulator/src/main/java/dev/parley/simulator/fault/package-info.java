/** Faults that a test may ask for, and where they apply. */
@NullMarked
package dev.parley.simulator.fault;

import org.jspecify.annotations.NullMarked;
