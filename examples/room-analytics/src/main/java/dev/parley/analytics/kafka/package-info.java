/** The Kafka Streams application around it: times, stores, results, dead letters. */
@NullMarked
package dev.parley.analytics.kafka;

import org.jspecify.annotations.NullMarked;
