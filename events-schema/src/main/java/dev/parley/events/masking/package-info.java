/** Masked twins of topics: personal fields replaced by keyed tokens, so that joins still work. */
@NullMarked
package dev.parley.events.masking;

import org.jspecify.annotations.NullMarked;
