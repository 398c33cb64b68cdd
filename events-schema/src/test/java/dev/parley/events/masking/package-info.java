/** Tests of masking. */
@NullMarked
package dev.parley.events.masking;

import org.jspecify.annotations.NullMarked;
