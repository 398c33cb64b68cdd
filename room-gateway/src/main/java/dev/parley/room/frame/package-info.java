/** The binary messages of a room: a strict codec and the bodies that Parley knows. */
@NullMarked
package dev.parley.room.frame;

import org.jspecify.annotations.NullMarked;
