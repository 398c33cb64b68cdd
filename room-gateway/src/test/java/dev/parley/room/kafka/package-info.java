/** Tests of the topology. */
@NullMarked
package dev.parley.room.kafka;

import org.jspecify.annotations.NullMarked;
