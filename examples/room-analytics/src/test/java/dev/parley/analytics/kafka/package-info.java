/** The Kafka Streams application without a broker. */
@NullMarked
package dev.parley.analytics.kafka;

import org.jspecify.annotations.NullMarked;
