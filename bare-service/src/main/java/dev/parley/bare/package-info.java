/** The baseline of benchmarks: a service that does nothing. */
@NullMarked
package dev.parley.bare;

import org.jspecify.annotations.NullMarked;
