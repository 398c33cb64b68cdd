/** W3C trace context at the doors of a service. */
@NullMarked
package dev.parley.kit.trace;

import org.jspecify.annotations.NullMarked;
