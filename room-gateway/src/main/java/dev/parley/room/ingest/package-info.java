/** What clients and the cloud send: verified first, then parsed into observations. */
@NullMarked
package dev.parley.room.ingest;

import org.jspecify.annotations.NullMarked;
