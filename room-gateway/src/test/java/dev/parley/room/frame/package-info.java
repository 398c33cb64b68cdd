/** Tests of the frame codec. */
@NullMarked
package dev.parley.room.frame;

import org.jspecify.annotations.NullMarked;
