/** Tests of what goes out. */
@NullMarked
package dev.parley.room.push;

import org.jspecify.annotations.NullMarked;
