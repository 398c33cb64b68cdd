/** Typed ids: strings that look alike and must not be mixed up. */
@NullMarked
package dev.parley.events.id;

import org.jspecify.annotations.NullMarked;
