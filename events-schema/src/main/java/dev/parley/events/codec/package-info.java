/** How payloads become Kafka records and back: CloudEvents 1.0, binary mode. */
@NullMarked
package dev.parley.events.codec;

import org.jspecify.annotations.NullMarked;
