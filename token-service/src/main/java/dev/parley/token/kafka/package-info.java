/** The audit trail on Kafka. */
@NullMarked
package dev.parley.token.kafka;

import org.jspecify.annotations.NullMarked;
