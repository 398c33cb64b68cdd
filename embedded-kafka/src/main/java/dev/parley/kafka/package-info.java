/** A real Kafka broker inside a JVM. */
@NullMarked
package dev.parley.kafka;

import org.jspecify.annotations.NullMarked;
