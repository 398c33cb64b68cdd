/** Tests of the codec. */
@NullMarked
package dev.parley.events.codec;

import org.jspecify.annotations.NullMarked;
