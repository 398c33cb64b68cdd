/** The clock, injected. */
@NullMarked
package dev.parley.kit.time;

import org.jspecify.annotations.NullMarked;
