/** Tests of the ids. */
@NullMarked
package dev.parley.events.id;

import org.jspecify.annotations.NullMarked;
