/** The binary message frame: four magic bytes, a big-endian length, UTF-8 JSON. */
@NullMarked
package dev.parley.simulator.frame;

import org.jspecify.annotations.NullMarked;
