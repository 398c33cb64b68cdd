/** Tests of what comes in. */
@NullMarked
package dev.parley.room.ingest;

import org.jspecify.annotations.NullMarked;
