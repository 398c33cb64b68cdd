/** Tests of replays. */
@NullMarked
package dev.parley.room.replay;

import org.jspecify.annotations.NullMarked;
