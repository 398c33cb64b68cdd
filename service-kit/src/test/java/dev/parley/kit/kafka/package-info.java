/** Clients of Kafka, against a real broker. */
@NullMarked
package dev.parley.kit.kafka;

import org.jspecify.annotations.NullMarked;
