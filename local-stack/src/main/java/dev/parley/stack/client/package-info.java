/** Clients of the public interfaces, as the demo and the benchmarks use them. */
@NullMarked
package dev.parley.stack.client;

import org.jspecify.annotations.NullMarked;
