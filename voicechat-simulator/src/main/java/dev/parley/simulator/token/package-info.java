/** Reads and verifies the vendor's room access tokens. */
@NullMarked
package dev.parley.simulator.token;

import org.jspecify.annotations.NullMarked;
