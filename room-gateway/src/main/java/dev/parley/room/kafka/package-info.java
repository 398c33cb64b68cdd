/** The reducer as a Kafka Streams topology, and readers of its topics. */
@NullMarked
package dev.parley.room.kafka;

import org.jspecify.annotations.NullMarked;
