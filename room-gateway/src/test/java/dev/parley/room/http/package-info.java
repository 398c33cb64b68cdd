/** Tests of the gateway's doors. */
@NullMarked
package dev.parley.room.http;

import org.jspecify.annotations.NullMarked;
