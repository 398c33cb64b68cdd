/** Stands in for the Volcengine cloud. */
@NullMarked
package dev.parley.simulator;

import org.jspecify.annotations.NullMarked;
