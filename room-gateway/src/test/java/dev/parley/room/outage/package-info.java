/** The packaged gateway while brokers die. */
@NullMarked
package dev.parley.room.outage;

import org.jspecify.annotations.NullMarked;
