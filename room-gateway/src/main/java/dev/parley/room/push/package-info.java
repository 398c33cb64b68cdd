/** What goes out: live rooms, timelines, streams. */
@NullMarked
package dev.parley.room.push;

import org.jspecify.annotations.NullMarked;
