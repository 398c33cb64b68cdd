/** The gateway's doors: relay socket, event batches, callbacks, reads. */
@NullMarked
package dev.parley.room.http;

import org.jspecify.annotations.NullMarked;
