/** Tests of trace context. */
@NullMarked
package dev.parley.kit.trace;

import org.jspecify.annotations.NullMarked;
